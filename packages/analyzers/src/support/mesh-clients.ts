import { refOf } from '@kroot/graph';
import { refKey, type AnalyzerContext, type Pod, type Service } from '@kroot/types';
import { clients, type Client } from './clients.ts';

/** The running programs whose settings name a Service, apart from those whose pods are among the given ones. */
export function clientsOf(
  { snapshot, graph }: AnalyzerContext,
  service: Service,
  but: readonly Pod[],
): readonly Client[] {
  const talking = new Set(
    graph
      .dependents(refOf(service))
      .filter(({ relation }) => relation === 'talks-to')
      .map(({ from }) => refKey(from)),
  );
  return clients(snapshot).filter(
    ({ ref, pods }) => talking.has(refKey(ref)) && !pods.some(({ pod }) => but.includes(pod)),
  );
}
