import { labelValue, groupBy, podContainers, podState, refOf, templateOf, topOwner, presentObject } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Pod, type Snapshot } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { listed } from '../support/words.ts';

/** Reports pods that lack a container which their siblings got at admission. */
export const mutationMissed: Analyzer = {
  meta: {
    id: 'mutation-missed',
    title: 'Pod was created without what a webhook should have added',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'ReplicaSet', 'Deployment', 'MutatingWebhookConfiguration'],
    breaks: ['dependency', 'network'],
    docs: {
      means:
        'A mutating webhook with failurePolicy Ignore did not answer when this pod was created, so it runs without the sidecar or init container that the others have.',
      decides:
        'Pods of one ReplicaSet have the same template; most of them have a container that the template lacks, and this one does not.',
      silent: 'For finished and deleted pods, and where fewer than half of the pods have the container.',
      references: [
        'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
      ],
    },
  },
  *analyze({ snapshot }) {
    const alive = snapshot.list('Pod').filter((pod) => !GONE.has(podState(snapshot, pod).stage));
    const siblings = groupBy(alive, (pod) => {
      const hash = labelValue(pod.metadata.labels, 'pod-template-hash');
      return hash === undefined
        ? undefined
        : `${pod.metadata.namespace ?? ''}/${pod.metadata.ownerReferences?.[0]?.name ?? ''}/${hash}`;
    });
    for (const pods of siblings.values()) yield* findings(snapshot, pods);
  },
};

const GONE: ReadonlySet<string> = new Set(['completed', 'failed', 'terminating', 'unknown']);

function containersOf({ spec }: Pod): ReadonlySet<string> {
  return new Set(
    podContainers(spec)
      .filter(({ role }) => role !== 'ephemeral')
      .map(({ container }) => container.name),
  );
}

function* findings(snapshot: Snapshot, pods: readonly Pod[]): Iterable<Finding> {
  const [first] = pods;
  const owner = first === undefined ? undefined : topOwner(snapshot, first);
  const object = owner === undefined ? undefined : presentObject(snapshot, owner);
  const template = object === undefined ? undefined : templateOf(object);
  if (pods.length < 2 || template === undefined) return;
  const own = new Set(podContainers(template.spec).map(({ container }) => container.name));
  const sets = pods.map((pod) => ({ pod, names: containersOf(pod) }));
  const added = [...new Set(sets.flatMap(({ names }) => [...names].filter((name) => !own.has(name))))];
  const usual = added.filter((name) => sets.filter(({ names }) => names.has(name)).length * 2 > sets.length);
  for (const { pod, names } of sets) {
    const missing = usual.filter((name) => !names.has(name));
    if (missing.length > 0) yield finding(pod, missing, pods.length);
  }
}

function finding(pod: Pod, missing: readonly string[], count: number): Finding {
  const subject = refOf(pod);
  const names = listed(missing.map((name) => `"${name}"`));
  return {
    rule: mutationMissed.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} lacks container ${names}, which its siblings have`,
    cause: `Other pods of the ${count} with the same template got ${names} from a webhook at their creation, and ${inWords(subject)} did not.`,
    detail: { containers: missing },
    evidence: [
      computed(
        subject,
        `containers: ${[...containersOf(pod)].join(', ')}; created at ${pod.metadata.creationTimestamp ?? 'an unknown time'}`,
      ),
    ],
    fixes: [
      {
        summary: 'See whether the webhooks that change pods answer now',
        steps: ['Those with failurePolicy Ignore are passed over in silence while they are down.'],
        commands: [kubectl(undefined, 'get', 'mutatingwebhookconfigurations')],
        effect: 'none',
        where: 'cluster',
      },
      {
        summary: `Delete ${inWords(subject)}, so that it is created again with ${names}`,
        steps: ['Its controller makes a new one at once.'],
        commands: [kubectl(subject.namespace, 'delete', kubectlName(subject))],
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}
