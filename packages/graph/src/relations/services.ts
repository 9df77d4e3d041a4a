import { ref, type Endpoints, type EndpointSlice, type Service } from '@kroot/types';
import { serviceEndpoints } from '../endpoints.ts';
import { isFinished } from '../pods-by-label.ts';
import { refOf, refTo } from '../refs.ts';
import { labelValue } from '../selectors.ts';
import { forKind, type MakerContext, type RelationMaker } from './relation-maker.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

/** What stands behind a Service: pods, workloads and endpoints. */
export const serviceRelations: readonly RelationMaker[] = [
  forKind('Service', linkService),
  forKind('EndpointSlice', (slice, { self, namespace, link }) => {
    const service = labelValue(slice.metadata.labels, SERVICE_NAME) ?? '';
    if (service !== '') link(ref('Service', namespace, service), self, 'endpoint-slice');
    for (const [i, { targetRef }] of (slice.endpoints ?? []).entries()) {
      linkTarget(targetRef, `endpoints[${i}].targetRef`, { self, namespace, link });
    }
  }),
];

function linkService(service: Service, { snapshot, self, namespace, link }: MakerContext): void {
  const { selected, workloads, source } = serviceEndpoints(snapshot, service);
  const detail = { path: 'spec.selector' };
  for (const pod of selected) {
    if (!isFinished(pod)) link(self, refOf(pod), 'selects', detail);
  }
  for (const workload of workloads) link(self, workload, 'backed-by', detail);
  if (source !== 'Endpoints') return;

  // The older form, where no EndpointSlice tells.
  const found = snapshot.lookup({ ...ref('Endpoints', namespace, service.metadata.name), kind: 'Endpoints' });
  if (found.state !== 'present') return;
  const endpoints = refOf(found.object);
  link(self, endpoints, 'endpoint-slice');
  linkSubsets(found.object, { self: endpoints, namespace, link });
}

type Place = Pick<MakerContext, 'self' | 'namespace' | 'link'>;

function linkSubsets({ subsets = [] }: Endpoints, place: Place): void {
  for (const [i, subset] of subsets.entries()) {
    for (const field of ['addresses', 'notReadyAddresses'] as const) {
      for (const [j, { targetRef }] of (subset[field] ?? []).entries()) {
        linkTarget(targetRef, `subsets[${i}].${field}[${j}].targetRef`, place);
      }
    }
  }
}

type Target = NonNullable<EndpointSlice['endpoints']>[number]['targetRef'];

function linkTarget(targetRef: Target, path: string, { self, namespace, link }: Place): void {
  const target = targetRef?.kind === 'Pod' ? refTo(targetRef, namespace) : undefined;
  if (target !== undefined) link(self, target, 'endpoint', { path });
}
