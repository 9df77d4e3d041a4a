import { nearNames } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { present } from '../support/present.ts';
import { sinceOf } from '../support/group-pods.ts';
import { listed } from '../support/words.ts';
import { unschedulablePods, type UnschedulablePod } from '../support/unschedulable.ts';

/** Reports claims that pods mount and that do not exist. */
export const schedPvcMissing: Analyzer = {
  meta: {
    id: 'sched-pvc-missing',
    title: 'PersistentVolumeClaim of the pod does not exist',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'PersistentVolumeClaim', 'Event'],
    breaks: ['scheduling', 'volume'],
    // Where a quota or webhook refuses the claim, that is the cause.
    waitsFor: ['admission'],
    docs: {
      means: 'The pod mounts a claim that is not in its namespace, so the scheduler does not place it anywhere.',
      decides:
        'The scheduler says that the claim is not found, or the claim is proved to be absent while the pod waits for a node.',
      silent:
        'For generic ephemeral volumes, whose claim a controller makes within moments, and when claims were not collected and the scheduler says nothing.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes'],
    },
  },
  *analyze({ snapshot }) {
    const claims = new Map<string, UnschedulablePod[]>();
    for (const pod of unschedulablePods(snapshot)) {
      const name = pod.rule === 'sched-pvc-missing' ? missingClaim(pod) : undefined;
      // The scheduler's words may be older than the claim.
      if (name === undefined || isThere(snapshot, pod.state.ref.namespace, name)) continue;
      const key = `${pod.state.ref.namespace ?? ''}/${name}`;
      claims.set(key, [...(claims.get(key) ?? []), pod]);
    }
    for (const pods of claims.values()) {
      const [first] = pods;
      const name = first === undefined ? undefined : missingClaim(first);
      if (first === undefined || name === undefined) continue;
      const { namespace } = first.state.ref;
      const existing = snapshot.list('PersistentVolumeClaim', namespace).map(({ metadata }) => metadata.name);
      yield finding(pods, name, nearNames(name, existing));
    }
  },
};

function isThere(snapshot: Snapshot, namespace: string | undefined, name: string): boolean {
  return present(snapshot, 'PersistentVolumeClaim', namespace, name) !== undefined;
}

function missingClaim({ reason, said }: UnschedulablePod): string | undefined {
  const rejection = reason?.rejection;
  if (rejection?.plugin === 'VolumeBinding' && rejection.kind === 'claim-missing') return rejection.claim.name;
  return /^persistentvolumeclaim "([^"]+)" not found/.exec(said?.text ?? '')?.[1];
}

function finding(pods: readonly UnschedulablePod[], name: string, near: readonly string[]): Finding {
  const [first] = pods;
  const namespace = first?.state.ref.namespace;
  const subject = ref('PersistentVolumeClaim', namespace, name);
  const owner = first?.owner ?? subject;
  return {
    rule: 'sched-pvc-missing',
    subject,
    severity: 'critical',
    confidence: (first?.evidence.length ?? 0) > 0 ? CONFIDENCE.stated : CONFIDENCE.proved,
    ...optional('since', sinceOf(pods.map(({ state }) => state))),
    message: `${inWords(subject)} does not exist`,
    cause: `${inWords(owner)} mounts claim ${name}, which is not in namespace ${namespace ?? ''}.`,
    state: 'not found',
    evidence: [
      ...(first?.evidence ?? []),
      fromSpec(first?.state.ref ?? subject, 'spec.volumes[*].persistentVolumeClaim.claimName', name),
    ],
    affects: pods.map(({ state }) => state.ref),
    fixes: [
      {
        summary: `Create claim ${name}, or correct the name in ${inWords(owner)}`,
        steps: [
          'See which claims the namespace has',
          `Create ${name} with the size and class that the program needs; the pods are then placed by themselves`,
        ],
        commands: [kubectl(namespace, 'get', 'pvc')],
        effect: 'none',
        where: 'cluster',
      },
    ],
    notes: near.length === 0 ? [] : [`The namespace has ${listed(near)}: is "${name}" a typo?`],
  };
}
