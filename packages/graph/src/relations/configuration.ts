import { ref } from '@kroot/types';
import { type EdgeDetail } from '../dependency-graph.ts';
import { podReferences, type PodReference } from '../pod-references.ts';
import { forKind, forPodSpecs, type MakerContext, type PodSource, type RelationMaker } from './relation-maker.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** What pods are configured with: Secrets, ConfigMaps, pull secrets and ServiceAccounts. */
export const configurationRelations: readonly RelationMaker[] = [
  ...forPodSpecs((source, context) => {
    linkReferences(source, context);
    linkServiceAccount(source, context);
  }),
  forKind('ServiceAccount', ({ imagePullSecrets = [] }, { self, namespace, link }) => {
    for (const [i, { name = '' }] of imagePullSecrets.entries()) {
      if (name === '') continue;
      // A missing pull secret is skipped; the image may be public or another secret may do.
      const detail = { path: `imagePullSecrets[${i}]`, optional: true };
      link(self, ref('Secret', namespace, name), 'pull-secret', detail);
    }
  }),
];

function linkReferences({ spec, path }: PodSource, { self, namespace, link }: MakerContext): void {
  for (const reference of podReferences(spec, namespace)) {
    link(self, reference.target, relationOf(reference), detailOf(reference, path(reference.path)));
  }
}

function relationOf({ target, use }: PodReference): 'secret' | 'config-map' | 'pull-secret' {
  if (use === 'imagePullSecrets') return 'pull-secret';
  return target.kind === 'ConfigMap' ? 'config-map' : 'secret';
}

function detailOf({ optional, key, container, volume }: PodReference, path: string): EdgeDetail {
  const place = placeOf(container, volume);
  return {
    path,
    ...(optional ? { optional } : {}),
    ...(key === undefined ? {} : { key }),
    ...(place === undefined ? {} : { detail: place }),
  };
}

function placeOf(container: string | undefined, volume: string | undefined): string | undefined {
  if (container !== undefined) return `container ${container}`;
  return volume === undefined ? undefined : `volume ${volume}`;
}

/** The ServiceAccount admission plugin fills in `default`; mirror pods have no ServiceAccount. */
function linkServiceAccount({ object, spec, path }: PodSource, { self, namespace, link }: MakerContext): void {
  if (Object.hasOwn(object.metadata.annotations ?? {}, MIRROR)) return;
  const { serviceAccountName = '' } = spec;
  const target = ref('ServiceAccount', namespace, serviceAccountName === '' ? 'default' : serviceAccountName);
  link(self, target, 'service-account', { path: path('spec.serviceAccountName') });
}
