import { podsOf, podState, workloads, type Workload } from '@kroot/graph';
import { type Pod, type ResourceRef, type Snapshot } from '@kroot/types';

function agents(snapshot: Snapshot): Workload | undefined {
  return workloads(snapshot).find(
    ({ ref: target, template }) =>
      target.name.includes('konnectivity-agent') ||
      template.spec.containers.some(({ image = '' }) => /\/proxy-agent[:@]/.test(image)),
  );
}

/** The agents by which the API server reaches pods, where there is such a tunnel. */
export function agentOf(snapshot: Snapshot): { readonly ref: ResourceRef; readonly isDown: boolean } | undefined {
  const found = agents(snapshot);
  if (found === undefined) return undefined;
  const isDown = !podsOf(snapshot, found.ref).some((pod) => podState(snapshot, pod).stage === 'ready');
  return { ref: found.ref, isDown };
}

/** The pods of the tunnel that are ready: what the API server sends to pods comes from them. */
export function tunnelPods(snapshot: Snapshot): readonly Pod[] {
  const found = agents(snapshot);
  return found === undefined
    ? []
    : podsOf(snapshot, found.ref).filter((pod) => podState(snapshot, pod).stage === 'ready');
}
