import { eventsOf, groupBy, podState, topOwner, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Event,
  type Finding,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { skippedVariables } from '../messages/skipped-variables.ts';
import { fromEvent } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { counted, listed } from '../support/words.ts';

interface Skip {
  readonly source: ResourceRef;
  readonly keys: readonly string[];
  readonly pod: PodState;
  readonly event: Event;
}

/** Reports keys that the kubelet does not make variables of, where the container then fails. */
export const envInvalidNames: Analyzer = {
  meta: {
    id: 'env-invalid-names',
    title: 'Keys of envFrom are no names of variables and are skipped',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Event', 'ConfigMap', 'Secret'],
    breaks: ['dependency'],
    docs: {
      means:
        'envFrom takes all keys of a ConfigMap or Secret as variables; keys with a dot or dash are skipped on this version of the kubelet, and the program starts without them.',
      decides: 'The event InvalidEnvironmentVariableNames of a pod that is held up at its program names the keys.',
      silent: 'While the pods are ready: then the program does without them.',
      references: ['https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#restrictions'],
    },
  },
  *analyze({ snapshot }) {
    const skips = snapshot.list('Pod').flatMap((pod) => skipsOf(snapshot, podState(snapshot, pod)));
    for (const group of groupBy(skips, ({ source }) => refKey(source)).values()) {
      const [first] = group;
      if (first !== undefined) yield finding(snapshot, first, group);
    }
  },
};

const AT_PROGRAM: ReadonlySet<string> = new Set(['exit', 'readiness', 'startup', 'init-running']);

function skipsOf(snapshot: Snapshot, pod: PodState): readonly Skip[] {
  if (!pod.blocked || !AT_PROGRAM.has(pod.stage)) return [];
  return eventsOf(snapshot, pod.pod).flatMap((event) => {
    const skipped = event.reason === 'InvalidEnvironmentVariableNames' ? skippedVariables(event.message) : undefined;
    if (skipped === undefined) return [];
    return [{ source: ref(skipped.kind, pod.ref.namespace, skipped.name), keys: skipped.keys, pod, event }];
  });
}

function finding(snapshot: Snapshot, { source, keys, event, pod }: Skip, group: readonly Skip[]): Finding {
  const owners = new Map(group.map((skip) => topOwner(snapshot, skip.pod.pod)).map((owner) => [refKey(owner), owner]));
  const names = listed([...owners.values()].map((owner) => inWords(owner)));
  return {
    rule: envInvalidNames.meta.id,
    subject: source,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    message: `${counted(keys.length, 'key')} of ${inWords(source)} ${keys.length === 1 ? 'is' : 'are'} skipped as no name of a variable: ${listed(keys)}`,
    cause: `${names} takes variables from ${inWords(source)} by envFrom and starts without ${listed(keys)}, which the kubelet skipped.`,
    detail: { keys },
    evidence: [fromEvent(event, pod.ref)],
    affects: [
      ...refsOfPods(group.map((skip) => skip.pod)),
      ...[...owners.values()].filter(({ kind }) => kind !== 'Pod'),
    ],
    fixes: [
      {
        summary: `Rename ${listed(keys)} in ${inWords(source)} to letters, digits and underscores`,
        steps: ['Or name each key in env with valueFrom, where the variable may have another name than the key.'],
        commands: [kubectl(source.namespace, 'edit', kubectlName(source))],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
