import { type Container, type PodSpec, type StringMap } from '@kroot/types';
import { parseQuantity, wholeUnits } from '../quantity.ts';

/**
 * What the scheduler reserves for a pod, in thousandths of each resource's unit: the sum of the containers and sidecars
 * or the largest step of the init containers, whichever is more; pod-level requests instead where they are set; plus
 * overhead. Everything but cpu is rounded up to whole units.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/component-helpers/resource/helpers.go (PodRequests)
 */
export function podRequests(spec: PodSpec): ReadonlyMap<string, bigint> {
  const total = new Map<string, bigint>();
  for (const container of spec.containers) add(total, container.resources?.requests);
  raise(total, initRequests(spec.initContainers ?? [], total));
  for (const [resource, text] of Object.entries(spec.resources?.requests ?? {})) {
    const amount = parseQuantity(text);
    if (amount !== undefined && isPodLevel(resource)) total.set(resource, amount);
  }
  add(total, spec.overhead);
  for (const [resource, amount] of total) if (resource !== 'cpu') total.set(resource, wholeUnits(amount));
  return total;
}

/** The most that is needed while the init containers run one after the other; adds the sidecars to `total`. */
function initRequests(containers: readonly Container[], total: Map<string, bigint>): ReadonlyMap<string, bigint> {
  const most = new Map<string, bigint>();
  const sidecars = new Map<string, bigint>();
  for (const container of containers) {
    const requests = container.resources?.requests;
    if (container.restartPolicy === 'Always') {
      add(total, requests);
      add(sidecars, requests);
      raise(most, sidecars);
    } else {
      const step = new Map(sidecars);
      add(step, requests);
      raise(most, step);
    }
  }
  return most;
}

function add(total: Map<string, bigint>, amounts: StringMap | undefined): void {
  for (const [resource, text] of Object.entries(amounts ?? {})) {
    const amount = parseQuantity(text);
    if (amount !== undefined) total.set(resource, (total.get(resource) ?? 0n) + amount);
  }
}

function raise(total: Map<string, bigint>, amounts: ReadonlyMap<string, bigint>): void {
  for (const [resource, amount] of amounts) {
    if (amount > (total.get(resource) ?? -1n)) total.set(resource, amount);
  }
}

function isPodLevel(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');
}
