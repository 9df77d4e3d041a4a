import { podsOf, podState, workloads, type PodState, type Workload } from '@kroot/graph';
import { type Snapshot } from '@kroot/types';

/** What should take a taint away, and its pod on the node if there is one. */
export interface TaintAgent {
  readonly workload: Workload;
  readonly pod?: PodState;
  /** Whether it cannot do so: its pod there is not ready, or it has no ready pod at all. */
  readonly isDown: boolean;
}

/** Parts of taint keys that name no product. */
const COMMON: ReadonlySet<string> = new Set(['agent', 'aws', 'com', 'csi', 'io', 'k8s', 'kubernetes', 'node', 'sh']);

/**
 * The workload that a taint's key is named after, or the cloud controller manager for the key of cloud providers: by its
 * name or images. Undefined when nothing or more than one thing bears the name.
 */
export function agentOfTaint(snapshot: Snapshot, node: string, key: string): TaintAgent | undefined {
  const stem = stemOf(key);
  if (stem === undefined) return undefined;
  const named = workloads(snapshot).filter((workload) => mentions(workload, stem));
  const sets = named.filter(({ ref }) => ref.kind === 'DaemonSet');
  const [workload, ...others] = sets.length > 0 ? sets : named;
  if (workload === undefined || others.length > 0) return undefined;
  const pods = podsOf(snapshot, workload.ref).map((pod) => podState(snapshot, pod));
  const pod = workload.ref.kind === 'DaemonSet' ? pods.find((state) => state.pod.spec.nodeName === node) : undefined;
  const relevant = pod === undefined ? pods : [pod];
  const isDown = !relevant.some(({ stage }) => stage === 'ready');
  return { workload, isDown, ...(pod === undefined ? {} : { pod }) };
}

function stemOf(key: string): string | undefined {
  if (key.startsWith('node.cloudprovider.kubernetes.io/')) return 'cloud-controller-manager';
  const [domain = ''] = key.split('/');
  const stem = domain.split('.').find((part) => !COMMON.has(part) && part.length > 2);
  return stem === undefined || !key.includes('.csi.') ? stem : `${stem}-csi`;
}

function mentions({ ref, template }: Workload, stem: string): boolean {
  const { containers } = template.spec;
  return [ref.name, ...containers.flatMap(({ name, image = '' }) => [name, image])].some((text) => text.includes(stem));
}
