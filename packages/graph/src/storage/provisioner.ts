import { ref, type CoverageGap, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { memoize } from '../memo.ts';
import { refOf } from '../refs.ts';
import { hasEnded } from '../scheduling/occupancy.ts';

/**
 * Whether something that can make volumes is installed. `present`: a CSIDriver, a node's CSINode, or a pod names it.
 * `absent`: nothing does, and everything could be seen. A provisioner without CSI may name itself nowhere, so a pod or
 * image that merely sounds like it leaves the answer open.
 */
export interface Provisioner {
  readonly name: string;
  readonly state: 'present' | 'absent' | 'unknown';
  /** Pods that name it or sound like it, in order of namespace and name. */
  readonly pods: readonly ResourceRef[];
  readonly gap?: CoverageGap;
}

/** Parts of provisioner names that say nothing about which one it is. */
const COMMON = new Set([
  'com',
  'io',
  'org',
  'net',
  'dev',
  'csi',
  'k8s',
  'kubernetes',
  'storage',
  'driver',
  'provisioner',
  'disk',
  'file',
]);

const known = memoize(() => new Map<string, Provisioner>());

/** Looks for the provisioner that a StorageClass names. */
export function findProvisioner(snapshot: Snapshot, name: string): Provisioner {
  const have = known(snapshot).get(name);
  if (have !== undefined) return have;
  const made = search(snapshot, name);
  known(snapshot).set(name, made);
  return made;
}

function search(snapshot: Snapshot, name: string): Provisioner {
  const running = snapshot.list('Pod').filter((pod) => !hasEnded(pod));
  const naming = running.filter((pod) => textsOf(pod).some((text) => text.includes(name)));
  const registered =
    snapshot.lookup({ ...ref('CSIDriver', undefined, name), kind: 'CSIDriver' }).state === 'present' ||
    snapshot.list('CSINode').some(({ spec }) => spec?.drivers?.some((driver) => driver.name === name) === true);
  if (registered || naming.length > 0) return { name, state: 'present', pods: naming.map((pod) => refOf(pod)) };
  const tokens = name.split(/[^A-Za-z0-9]+/).filter((token) => token.length > 2 && !COMMON.has(token));
  const sounding = running.filter((pod) => namesOf(pod).some((text) => tokens.some((token) => text.includes(token))));
  const pods = sounding.map((pod) => refOf(pod));
  // What kubernetes.io/… names is built into the controller manager, or migrated to a driver of another name.
  if (pods.length > 0 || tokens.length === 0 || name.startsWith('kubernetes.io/'))
    return { name, state: 'unknown', pods };
  // A CSIDriver is optional (https://kubernetes-csi.github.io/docs/csi-driver-object.html); what CSI drivers cannot do without
  // is to register on a node, and every node has its CSINode.
  const gap = ['Pod', 'CSINode'].map((kind) => snapshot.coverage.gap(kind)).find((hole) => hole !== undefined);
  return gap === undefined ? { name, state: 'absent', pods } : { name, state: 'unknown', pods, gap };
}

function textsOf(pod: Pod): readonly string[] {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  return [
    ...containers.flatMap(({ args = [] }) => args),
    ...containers.flatMap(({ command = [] }) => command),
    ...containers.flatMap(({ env = [] }) => env.map(({ value = '' }) => value)),
    ...(pod.spec.volumes ?? []).map(({ hostPath }) => hostPath?.path ?? ''),
  ];
}

function namesOf(pod: Pod): readonly string[] {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  return [pod.metadata.name, pod.spec.serviceAccountName ?? '', ...containers.map(({ image = '' }) => image)];
}
