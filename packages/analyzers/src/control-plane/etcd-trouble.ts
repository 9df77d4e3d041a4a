import { eventCount, eventTime, presentObject, refTo, timeOf, topOwner } from '@kroot/graph';
import {
  compareRefs,
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Event,
  type Finding,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { componentPods, isCrashedComponent } from '../support/control-plane-pods.ts';
import { fromEvent } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, inline, listed } from '../support/words.ts';

const RECENT = 900_000;
const FULL = /database space exceeded/;
/** Words that etcd itself gives to the API server; a single one may come from a change of its leader. */
const WORDS = /etcdserver: (?:mvcc: database space exceeded|request timed out|no leader|too many requests)/;

/** Reports that the store behind the API refuses or delays writes, by what controllers repeat of it. */
export const etcdTrouble: Analyzer = {
  meta: {
    id: 'etcd-trouble',
    title: 'etcd does not take writes',
    role: 'fault',
    severity: 'critical',
    reads: ['Event', 'Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
    breaks: ['pod-creation', 'admission', 'rollout', 'availability'],
    docs: {
      means:
        'The store behind the API server has no room left, no leader, or a disk that is too slow. Reads may go on; whatever must be written fails or comes late, so every controller stalls.',
      decides:
        'Events of the last quarter of an hour that repeat the words of etcd: once for a full database, at least three times for time-outs and a missing leader.',
      silent:
        'For single time-outs, which a change of the leader makes, and when an etcd pod is seen to crash: that rule tells it.',
      references: ['https://etcd.io/docs/latest/op-guide/maintenance/#space-quota'],
    },
  },
  *analyze({ snapshot, now }) {
    if (componentPods(snapshot, 'etcd').some((pod) => isCrashedComponent(pod))) return;
    const events = snapshot.list('Event').filter((event) => {
      const time = timeOf(eventTime(event));
      return time !== undefined && now - time < RECENT && WORDS.test((event.message ?? '').slice(0, 8192));
    });
    const times = events.reduce((sum, event) => sum + eventCount(event), 0);
    const full = events.find(({ message = '' }) => FULL.test(message));
    const [first] = full === undefined ? events : [full];
    if (first !== undefined && (full !== undefined || times >= 3)) yield finding(snapshot, first, { events, times });
  },
};

function finding(
  snapshot: Snapshot,
  first: Event,
  { events, times }: { readonly events: readonly Event[]; readonly times: number },
): Finding {
  const pods = componentPods(snapshot, 'etcd').map((pod) => pod.ref);
  const subject = pods[0] ?? ref('Service', 'default', 'kubernetes');
  const full = FULL.test(first.message ?? '');
  const said = WORDS.exec(first.message ?? '')?.[0] ?? '';
  const victims = victimsOf(snapshot, events);
  const begun = events.map((event) => eventTime(event) ?? '').filter((time) => time !== '');
  return {
    rule: etcdTrouble.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', begun.toSorted()[0]),
    message: full
      ? 'etcd is full: the API server cannot write'
      : `etcd does not answer in time: ${counted(times, 'write')} failed`,
    cause: `The store behind the API server says "${inline(said)}", and ${listed(victims.map((victim) => inWords(victim)))} could not be written.`,
    detail: { failures: times },
    evidence: events.slice(0, 3).map((event) => fromEvent(event)),
    affects: victims,
    fixes: [
      full
        ? {
            summary: 'Make room in etcd',
            steps: [
              'On a member: etcdctl endpoint status -w table and etcdctl alarm list show the size and the alarm.',
              'Compact to the present revision, defragment one member after the other, then etcdctl alarm disarm.',
              'Find what fills it: Events, or custom resources that a controller makes without end. A larger --quota-backend-bytes only gives time.',
            ],
            commands: [kubectl('kube-system', 'get', 'pods', '-l', 'component=etcd', '-o', 'wide')],
            effect: 'none',
            where: 'node',
          }
        : {
            summary: 'Look at the members of etcd and at their disks',
            steps: [
              'On a member: etcdctl endpoint status -w table and etcdctl endpoint health --cluster show leader and delays.',
              'The log tells of slow fdatasync and of heartbeats that came late: etcd wants a disk of its own.',
            ],
            commands: [kubectl('kube-system', 'get', 'pods', '-l', 'component=etcd', '-o', 'wide')],
            effect: 'none',
            where: 'node',
          },
    ],
    ...(pods.length === 0
      ? { notes: ['The capture holds no pod of etcd: it runs outside the cluster, or the provider keeps it.'] }
      : {}),
  };
}

/** What the events are about, and the workloads above. */
function victimsOf(snapshot: Snapshot, events: readonly Event[]): readonly ResourceRef[] {
  const refs = events.flatMap(({ involvedObject }) => {
    const target = refTo(involvedObject);
    const object = target === undefined ? undefined : presentObject(snapshot, target);
    if (target === undefined) return [];
    return object === undefined ? [target] : [target, topOwner(snapshot, object)];
  });
  return [...new Map(refs.map((target) => [refKey(target), target])).values()].toSorted(compareRefs);
}
