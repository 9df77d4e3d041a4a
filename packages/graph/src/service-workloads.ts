import { type KubernetesObject, type ResourceRef, type Snapshot, type StringMap } from '@kroot/types';
import { groupBy } from './group-by.ts';
import { LabelIndex } from './label-index.ts';
import { memoize } from './memo.ts';
import { controllerOf, templateOf } from './owners.ts';
import { refOf } from './refs.ts';

const KINDS = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
] as const;
/** Labels that controllers add to the pods they make, where they say which workload it is. */
const NAMING_LABELS: ReadonlyMap<string, (object: KubernetesObject, value: string) => boolean> = new Map([
  ['statefulset.kubernetes.io/pod-name', isPodOf],
  ['batch.kubernetes.io/job-name', isJobNamed],
  ['job-name', isJobNamed],
]);
/** Labels that controllers add to the pods they make and that no template can tell. */
const ADDED_LABELS: ReadonlySet<string> = new Set([
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'controller-revision-hash',
  'controller-uid',
  'pod-template-hash',
]);

const templateIndexes = memoize((snapshot: Snapshot) => {
  const found: KubernetesObject[] = KINDS.flatMap((kind) => snapshot.list(kind)).filter((object) => !isCopy(object));
  const byNamespace = groupBy(found, (object) => object.metadata.namespace ?? '');
  return new Map(
    [...byNamespace].map(([namespace, objects]) => [
      namespace,
      new LabelIndex(objects, (object) => templateOf(object)?.metadata?.labels),
    ]),
  );
});

/** ReplicaSets and Jobs repeat the template of the Deployment or CronJob above them, perhaps an older one. */
function isCopy(object: KubernetesObject): boolean {
  const controller = controllerOf(object);
  return controller !== undefined && (controller.kind === 'Deployment' || controller.kind === 'CronJob');
}

/**
 * The workloads whose pods a Service would select, also those that have no pod now: scaled to zero, or kept from
 * creating any. In order of kind and name.
 */
export function workloadsSelectedBy(
  snapshot: Snapshot,
  namespace: string,
  selector: StringMap,
): readonly ResourceRef[] {
  const pairs = Object.entries(selector);
  const inTemplate = pairs.filter(([label]) => !ADDED_LABELS.has(label) && !NAMING_LABELS.has(label));
  const naming = pairs.filter(([label]) => NAMING_LABELS.has(label));
  if (inTemplate.length === 0 && naming.length === 0) return [];
  const objects =
    templateIndexes(snapshot)
      .get(namespace)
      ?.select({ matchLabels: Object.fromEntries(inTemplate) }) ?? [];
  return objects
    .filter((object) => templateOf(object) !== undefined)
    .filter((object) => naming.every(([label, value]) => NAMING_LABELS.get(label)?.(object, value) ?? true))
    .map((object) => refOf(object));
}

function isPodOf(object: KubernetesObject, podName: string): boolean {
  const { name } = object.metadata;
  return (
    object.kind === 'StatefulSet' && podName.startsWith(`${name}-`) && /^\d+$/.test(podName.slice(name.length + 1))
  );
}

function isJobNamed(object: KubernetesObject, name: string): boolean {
  return object.kind === 'Job' && object.metadata.name === name;
}
