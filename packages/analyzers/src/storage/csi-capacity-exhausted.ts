import { groupBy, parseFailedScheduling, podClaims, refOf, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type CSIStorageCapacity,
  type Evidence,
  type Finding,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { present } from '../support/present.ts';
import { unschedulablePods } from '../support/unschedulable.ts';
import { counted, listed } from '../support/words.ts';

const FULL = /did(?:n't| not) have enough free storage/;

/** Reports StorageClasses whose pools have no room for the claims of pods that wait for a node. */
export const csiCapacityExhausted: Analyzer = {
  meta: {
    id: 'csi-capacity-exhausted',
    title: 'No node has enough free storage for a claim',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'PersistentVolumeClaim', 'StorageClass', 'CSIStorageCapacity', 'Event'],
    breaks: ['scheduling', 'provisioning'],
    docs: {
      means:
        'The driver of a StorageClass tells the scheduler how much room it has where, and that is too little for a new volume everywhere.',
      decides:
        'The scheduler says of a pending pod that nodes did not have enough free storage, and the pod has a claim without volume.',
      silent:
        'When the pod is held back by anything that its own rule explains, and for claims that have their volume.',
      references: ['https://kubernetes.io/docs/concepts/storage/storage-capacity/'],
    },
  },
  *analyze({ snapshot }) {
    const waiting = unschedulablePods(snapshot).flatMap(({ state, evidence, rule }) => {
      const words = rule === undefined ? evidence.find(({ quote }) => saysFull(quote)) : undefined;
      if (words === undefined) return [];
      return unboundClaims(snapshot, state).map((claim) => ({ state, words, ...claim }));
    });
    for (const [name, group] of groupBy(waiting, ({ storageClass }) => storageClass))
      yield* finding(snapshot, name, group);
  },
};

/** The words stand behind those of the condition. */
function saysFull(quote: string): boolean {
  const start = quote.search(/\d+\/\d+ nodes are available/);
  const parsed = start === -1 ? undefined : parseFailedScheduling(quote.slice(start));
  return parsed?.reasons.some(({ text }) => FULL.test(text)) === true;
}

interface Unbound {
  readonly claim: ResourceRef;
  readonly storageClass: string;
  readonly size: string;
}

function unboundClaims(snapshot: Snapshot, { pod }: PodState): readonly Unbound[] {
  return podClaims(pod).flatMap(({ claim }) => {
    const { spec } = present(snapshot, 'PersistentVolumeClaim', claim.namespace, claim.name) ?? {};
    const storageClass = spec?.storageClassName ?? '';
    if (spec === undefined || storageClass === '' || (spec.volumeName ?? '') !== '') return [];
    return [{ claim, storageClass, size: spec.resources?.requests?.['storage'] ?? '' }];
  });
}

interface Waiting extends Unbound {
  readonly state: PodState;
  readonly words: Evidence;
}

function* finding(snapshot: Snapshot, storageClass: string, group: readonly Waiting[]): Iterable<Finding> {
  const [first] = group;
  if (first === undefined) return;
  const capacities = snapshot.list('CSIStorageCapacity').filter((each) => each.storageClassName === storageClass);
  const claims = group.map(({ claim }) => inWords(claim));
  const room =
    capacities.length === 0
      ? ''
      : `; its pools have ${listed(
          capacities.map((each) => each.capacity ?? '0'),
          4,
        )} left`;
  yield {
    rule: csiCapacityExhausted.meta.id,
    subject: ref('StorageClass', undefined, storageClass),
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(group.map(({ state }) => state))),
    message: `StorageClass ${storageClass} has no room for ${group.length === 1 ? claims.join('') : counted(group.length, 'claim')}`,
    cause: `${listed(claims)} ${group.length === 1 ? 'asks' : 'ask'} for ${listed(group.map(({ size }) => size))} of class ${storageClass}, and no node that would take the pod has that much free storage${room}.`,
    evidence: [
      first.words,
      fromSpec(first.claim, 'spec', `storageClassName: ${storageClass}; storage: ${first.size}`),
      ...capacities.slice(0, 3).map((each) => capacityEvidence(each)),
    ],
    affects: group.flatMap(({ state, claim }) => [state.ref, claim]),
    fixes: [
      {
        summary: `Make room in the pools of StorageClass ${storageClass}, or ask for less`,
        steps: [
          'Add disks to the pool, delete volumes that nobody uses, or lower the request: a claim without volume holds no data and can be made again.',
        ],
        commands: [
          kubectl(undefined, 'get', 'csistoragecapacities', '-A'),
          kubectl(first.claim.namespace, 'get', 'pvc', first.claim.name, '-o', 'yaml'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}

function capacityEvidence(each: CSIStorageCapacity): Evidence {
  const where = Object.entries(each.nodeTopology?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const largest = each.maximumVolumeSize === undefined ? '' : `, largest volume ${each.maximumVolumeSize}`;
  return fromSpec(
    refOf(each),
    'capacity',
    `${each.capacity ?? '0'}${largest}${where.length === 0 ? '' : ` where ${where.join(', ')}`}`,
  );
}
