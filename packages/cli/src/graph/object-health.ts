import { conditionOf, podState, presentObject, serviceEndpoints } from '@kroot/graph';
import { type Tone } from '@kroot/report';
import {
  refKey,
  type CronJob,
  type DaemonSet,
  type Deployment,
  type HorizontalPodAutoscaler,
  type Job,
  type KubernetesObject,
  type Node,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  type Report,
  type ResourceRef,
  type Service,
  type Snapshot,
  type WhyNode,
} from '@kroot/types';

/** How an object stands. */
export interface ObjectHealth {
  /** A few words; empty for what has no state. */
  readonly words: string;
  readonly tone: Tone;
}

/** Says how objects stand: what the diagnosis says of them, else what they say of themselves. */
export function healthOf(snapshot: Snapshot, report: Report): (target: ResourceRef) => ObjectHealth {
  const told = toldOf(report);
  const known = new Map<string, ObjectHealth>();
  return (target) => {
    const key = refKey(target);
    const have = known.get(key) ?? judged(snapshot, target, told.get(key));
    known.set(key, have);
    return have;
  };
}

/** What the diagnoses say of objects, root causes first: one that is a cause is not only a victim. */
function toldOf({ diagnoses, unexplained }: Report): ReadonlyMap<string, ObjectHealth> {
  const told = new Map<string, ObjectHealth>();
  const tell = (target: ResourceRef, words: string, tone: Tone): void => {
    if (!told.has(refKey(target))) told.set(refKey(target), { words, tone });
  };
  for (const { rootCause, severity, why } of diagnoses) if (severity !== 'info') tell(rootCause, why.state, 'cause');
  for (const { impact, symptoms, why } of diagnoses) {
    for (const { resource, state } of nodesOf(why)) if (resource !== undefined) tell(resource, state, 'bad');
    for (const { resource, state } of symptoms) tell(resource, state, 'bad');
    for (const list of [impact.pods, impact.services, impact.deployments, impact.statefulSets, impact.daemonSets])
      for (const each of list) tell(each, '', 'bad');
    for (const list of [impact.jobs, impact.ingresses]) for (const each of list) tell(each, '', 'bad');
  }
  for (const { message, resource } of unexplained) tell(resource, message, 'bad');
  return told;
}

function nodesOf(why: WhyNode): readonly WhyNode[] {
  const found = [why];
  for (let head = 0; head < found.length; head++) found.push(...(found[head]?.children ?? []));
  return found;
}

function judged(snapshot: Snapshot, target: ResourceRef, told: ObjectHealth | undefined): ObjectHealth {
  const { state } = snapshot.lookup(target);
  if (state === 'absent') return { words: 'not found', tone: told?.tone ?? 'bad' };
  if (state === 'unknown') return { words: told?.words ?? 'not seen', tone: told === undefined ? 'unsure' : told.tone };
  const object = presentObject(snapshot, target);
  const own = object === undefined ? NOTHING : ownWords(snapshot, target, object);
  if (told === undefined) return own;
  // A cause is told by what is wrong with it, a victim by its own numbers.
  const words = told.tone === 'cause' ? told.words || own.words : own.words || told.words;
  return { words, tone: told.tone };
}

const NOTHING: ObjectHealth = { words: '', tone: 'plain' };

type Speaker = (object: never, snapshot: Snapshot) => ObjectHealth;

function ownWords(snapshot: Snapshot, { group, kind }: ResourceRef, object: KubernetesObject): ObjectHealth {
  const speaker = GROUPS.has(group) ? SPEAKERS[kind] : undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table pairs kinds with their shapes
  return speaker === undefined ? NOTHING : speaker(object as never, snapshot);
}

const GROUPS: ReadonlySet<string> = new Set(['', 'apps', 'batch', 'autoscaling']);

const SPEAKERS: Readonly<Record<string, Speaker>> = {
  Pod: podWords,
  Deployment: (object: Deployment) => replicas(object.status?.readyReplicas, object.spec.replicas ?? 1),
  StatefulSet: (object: Deployment) => replicas(object.status?.readyReplicas, object.spec.replicas ?? 1),
  ReplicaSet: (object: Deployment) => replicas(object.status?.readyReplicas, object.spec.replicas ?? 1),
  ReplicationController: (object: Deployment) => replicas(object.status?.readyReplicas, object.spec.replicas ?? 1),
  DaemonSet: ({ status }: DaemonSet) => replicas(status?.numberReady, status?.desiredNumberScheduled ?? 0),
  Job: jobWords,
  CronJob: ({ spec }: CronJob) => ({ words: spec.suspend === true ? 'suspended' : '', tone: 'plain' }),
  Service: serviceWords,
  Node: nodeWords,
  PersistentVolumeClaim: (object: PersistentVolumeClaim) => phase(object.status?.phase, 'Bound'),
  PersistentVolume: (object: PersistentVolume) => phase(object.status?.phase, 'Bound', 'Available'),
  HorizontalPodAutoscaler: ({ status }: HorizontalPodAutoscaler) => ({
    words:
      status?.currentReplicas === undefined
        ? ''
        : `${status.currentReplicas} of ${status.desiredReplicas ?? '?'} wanted`,
    tone: 'plain',
  }),
};

function replicas(ready: number | undefined, wanted: number): ObjectHealth {
  const count = ready ?? 0;
  if (wanted === 0 && count === 0) return { words: 'no replicas wanted', tone: 'plain' };
  return { words: `${count}/${wanted} ready`, tone: count >= wanted ? 'good' : 'bad' };
}

function phase(is: string | undefined, ...good: readonly string[]): ObjectHealth {
  return is === undefined ? NOTHING : { words: is, tone: good.includes(is) ? 'good' : 'bad' };
}

const STAGE_WORDS: Readonly<Record<string, string>> = {
  ready: 'ready',
  completed: 'completed',
  failed: 'failed',
  terminating: 'is being deleted',
  gated: 'held back by scheduling gates',
  unscheduled: 'on no node',
  volumes: 'waits for volumes',
  sandbox: 'has no sandbox',
  readiness: 'not ready',
  startup: 'starting',
  'init-running': 'init container runs',
  gates: 'readiness gates are not met',
  starting: 'starting',
  'node-lost': 'its node is lost',
};

function podWords(pod: Pod, snapshot: Snapshot): ObjectHealth {
  const { blocked, culprit, stage } = podState(snapshot, pod);
  const words = STAGE_WORDS[stage] ?? culprit?.reason ?? (stage === 'unknown' ? '' : stage);
  if (stage === 'ready') return { words, tone: 'good' };
  return { words, tone: blocked || stage === 'failed' || stage === 'node-lost' ? 'bad' : 'plain' };
}

function jobWords({ spec, status }: Job): ObjectHealth {
  if (conditionOf(status?.conditions, 'Failed')?.status === 'True') return { words: 'failed', tone: 'bad' };
  if (conditionOf(status?.conditions, 'Complete')?.status === 'True') return { words: 'complete', tone: 'good' };
  return spec.suspend === true ? { words: 'suspended', tone: 'plain' } : { words: 'running', tone: 'plain' };
}

function serviceWords(service: Service, snapshot: Snapshot): ObjectHealth {
  if (service.spec?.type === 'ExternalName') return { words: service.spec.externalName ?? '', tone: 'plain' };
  const { complete, ready } = serviceEndpoints(snapshot, service);
  const count = new Set(ready.map(({ address }) => address)).size;
  if (count === 0 && !complete) return { words: 'endpoints not seen', tone: 'unsure' };
  return { words: count === 1 ? '1 endpoint' : `${count} endpoints`, tone: count > 0 ? 'good' : 'bad' };
}

function nodeWords({ spec, status }: Node): ObjectHealth {
  const ready = conditionOf(status?.conditions, 'Ready')?.status;
  if (ready === undefined) return NOTHING;
  const cordoned = spec?.unschedulable === true ? ', cordoned' : '';
  return ready === 'True'
    ? { words: `Ready${cordoned}`, tone: 'good' }
    : { words: `not ready${cordoned}`, tone: 'bad' };
}
