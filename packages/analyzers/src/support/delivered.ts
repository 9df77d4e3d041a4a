import { labelValue, memoize, podsOf, podState, refOf, workloads } from '@kroot/graph';
import { refKey, type KubernetesObject, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';
import { APPLICATION_KIND, HELM_RELEASE_KIND, KUSTOMIZATION_KIND } from './deliveries.ts';
import { textOf } from './untyped.ts';

const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io';
const HELM = 'helm.toolkit.fluxcd.io';

/** What each Kustomization, HelmRelease and Application delivers, by its key: workloads, and deliveries of its own kind. */
const delivered: (snapshot: Snapshot) => ReadonlyMap<string, readonly ResourceRef[]> = memoize((snapshot) => {
  const found = new Map<string, ResourceRef[]>();
  const makers = deliverers(snapshot);
  const objects: readonly KubernetesObject[] = [
    ...workloads(snapshot).map(({ object }) => object),
    ...[KUSTOMIZATION_KIND, HELM_RELEASE_KIND, APPLICATION_KIND].flatMap((kind): readonly UntypedObject[] =>
      snapshot.list(kind),
    ),
  ];
  for (const object of objects) {
    const target = refOf(object);
    for (const maker of makers(object)) {
      if (maker === refKey(target)) continue;
      const known = found.get(maker);
      if (known === undefined) found.set(maker, [target]);
      else known.push(target);
    }
  }
  return found;
});

/** What a delivery delivers, as labels and annotations of the objects tell. */
export function deliveredBy(snapshot: Snapshot, delivery: ResourceRef): readonly ResourceRef[] {
  return delivered(snapshot).get(refKey(delivery)) ?? [];
}

/** The delivered workloads with a pod that is held up, and those pods. */
export function hurtWorkloads(snapshot: Snapshot, delivery: ResourceRef): readonly ResourceRef[] {
  return deliveredBy(snapshot, delivery).flatMap((target) => {
    const blocked = podsOf(snapshot, target)
      .map((pod) => podState(snapshot, pod))
      .filter((state) => state.blocked);
    return blocked.length === 0 ? [] : [target, ...blocked.slice(0, 20).map(({ ref }) => ref)];
  });
}

type Deliverers = (object: KubernetesObject) => readonly string[];

/** Finds the deliverers of an object: Flux writes their names as labels, Helm the release's and Argo CD the application's. */
function deliverers(snapshot: Snapshot): Deliverers {
  const releases = new Map(
    snapshot.list(HELM_RELEASE_KIND).map((object) => [releaseOf(object), refKey(refOf(object))] as const),
  );
  const applications = new Map(
    snapshot.list(APPLICATION_KIND).map((object) => [object.metadata.name, object] as const),
  );
  return ({ metadata }) => {
    const { labels, annotations, namespace = '' } = metadata;
    const keys = [fluxKey(labels, KUSTOMIZE, 'Kustomization'), fluxKey(labels, HELM, 'HelmRelease')];
    const release = labelValue(annotations, 'meta.helm.sh/release-name');
    if (release !== undefined) {
      keys.push(releases.get(`${labelValue(annotations, 'meta.helm.sh/release-namespace') ?? namespace}/${release}`));
    }
    const name = applicationName(metadata);
    const application = name === undefined ? undefined : applications.get(name);
    if (application !== undefined && fits(application, metadata)) keys.push(refKey(refOf(application)));
    return [...new Set(keys.filter((key) => key !== undefined))];
  };
}

function fluxKey(labels: KubernetesObject['metadata']['labels'], group: string, kind: string): string | undefined {
  const name = labelValue(labels, `${group}/name`);
  const namespace = labelValue(labels, `${group}/namespace`);
  return name === undefined || namespace === undefined ? undefined : refKey({ group, kind, namespace, name });
}

/** https://fluxcd.io/flux/components/helm/helmreleases/#release-name */
function releaseOf({ spec, metadata }: UntypedObject): string {
  const target = textOf(spec, 'targetNamespace');
  const name = textOf(spec, 'releaseName') ?? (target === undefined ? metadata.name : `${target}-${metadata.name}`);
  return `${target ?? metadata.namespace ?? ''}/${name}`;
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ */
function applicationName({ labels, annotations }: KubernetesObject['metadata']): string | undefined {
  const tracking = labelValue(annotations, 'argocd.argoproj.io/tracking-id')?.split(':')[0];
  return (
    tracking?.split('_').at(-1) ??
    labelValue(labels, 'argocd.argoproj.io/instance') ??
    labelValue(labels, 'app.kubernetes.io/instance')
  );
}

/** The label app.kubernetes.io/instance is everybody's: it counts only in the namespace that the application delivers to. */
function fits(application: UntypedObject, { labels, annotations, namespace }: KubernetesObject['metadata']): boolean {
  const own =
    labelValue(annotations, 'argocd.argoproj.io/tracking-id') ?? labelValue(labels, 'argocd.argoproj.io/instance');
  return own !== undefined || textOf(application.spec, 'destination', 'namespace') === namespace;
}
