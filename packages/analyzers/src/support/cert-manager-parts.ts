import { labelValue, memoize, podsOf, podState, workloads } from '@kroot/graph';
import { type ResourceRef, type Snapshot } from '@kroot/types';

/** A workload of cert-manager that has no ready pod. */
export interface CertManagerPart {
  readonly ref: ResourceRef;
  readonly part: 'controller' | 'cainjector' | 'webhook';
  readonly isOff: boolean;
}

/**
 * The parts of cert-manager that are down. Its charts and manifests label them app.kubernetes.io/component, with
 * app.kubernetes.io/name cert-manager, cainjector or webhook. https://github.com/cert-manager/cert-manager/tree/master/deploy
 */
export const downParts: (snapshot: Snapshot) => readonly CertManagerPart[] = memoize((snapshot) =>
  workloads(snapshot).flatMap(({ ref, template, replicas }) => {
    const { labels } = template.metadata ?? {};
    const name = labelValue(labels, 'app.kubernetes.io/name') ?? '';
    const part = labelValue(labels, 'app.kubernetes.io/component');
    const images = template.spec.containers.map(({ image = '' }) => image);
    const isOwn =
      name === 'cert-manager' ||
      images.some((image) => /\/cert-manager-(?:controller|cainjector|webhook)[:@]/.test(image));
    if (!isOwn || (part !== 'controller' && part !== 'cainjector' && part !== 'webhook')) return [];
    const states = podsOf(snapshot, ref).map((pod) => podState(snapshot, pod));
    const seen = states.length > 0 || snapshot.coverage.state('Pod', ref.namespace) === 'complete';
    const isOff = replicas === 0;
    const down =
      isOff ||
      (seen &&
        states.every(({ stage }) => stage !== 'ready') &&
        (states.length === 0 || states.some(({ blocked }) => blocked)));
    return down ? [{ ref, part, isOff }] : [];
  }),
);
