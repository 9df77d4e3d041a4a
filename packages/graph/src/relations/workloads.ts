import {
  builtinKind,
  ref,
  type HorizontalPodAutoscaler,
  type KubernetesObject,
  type OwnerReference,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { presentObject } from '../owners.ts';
import { refOf, refTo } from '../refs.ts';
import { forKind, type MakerContext, type RelationMaker } from './relation-maker.ts';

/** Ownership of any kind, what a StatefulSet is named by, and autoscaling. */
export const workloadRelations: readonly RelationMaker[] = [
  { kind: '*', make: linkOwner },
  forKind('StatefulSet', ({ spec }, { self, namespace, link }) => {
    const { serviceName = '' } = spec;
    if (serviceName === '') return;
    link(self, ref('Service', namespace, serviceName), 'governing-service', { path: 'spec.serviceName' });
  }),
  forKind('HorizontalPodAutoscaler', (autoscaler, context) => {
    linkScaleTarget(autoscaler, context);
    linkMetrics(autoscaler, context);
  }),
];

function linkOwner(object: KubernetesObject, { snapshot, self, link }: MakerContext): void {
  const owner = (object.metadata.ownerReferences ?? []).find(({ controller }) => controller === true);
  // Mirror pods are owned by their node, yet the node does not depend on them.
  if (owner === undefined || (owner.kind === 'Node' && self.kind === 'Pod')) return;
  const target = ownerOf(owner, snapshot, self.namespace);
  if (target !== undefined) link(target, self, 'owns');
}

/** Owners are known by uid, and live in the namespace of what they own or in none, as the garbage collector has it. */
function ownerOf(owner: OwnerReference, snapshot: Snapshot, namespace: string | undefined): ResourceRef | undefined {
  const { uid = '' } = owner;
  const byUid = uid === '' ? undefined : snapshot.byUid(uid);
  if (byUid?.kind === owner.kind) {
    const found = refOf(byUid);
    return found.namespace === undefined || found.namespace === namespace ? found : undefined;
  }
  const named = refTo(owner, namespace);
  return named === undefined || isOutOfReach(named) || isAnother(uid, presentObject(snapshot, named))
    ? undefined
    : named;
}

/** A namespaced owner of a cluster-scoped object. */
function isOutOfReach({ kind, namespace }: ResourceRef): boolean {
  return namespace === undefined && builtinKind(kind)?.namespaced === true;
}

function isAnother(uid: string, object: KubernetesObject | undefined): boolean {
  const own = object?.metadata.uid ?? '';
  return uid !== '' && own !== '' && uid !== own;
}

function linkScaleTarget({ spec }: HorizontalPodAutoscaler, { self, namespace, link }: MakerContext): void {
  const target = spec?.scaleTargetRef === undefined ? undefined : refTo(spec.scaleTargetRef, namespace);
  if (target !== undefined) link(self, target, 'scales', { path: 'spec.scaleTargetRef' });
}

const METRICS_API: ReadonlyMap<string, string> = new Map([
  ['Resource', 'metrics.k8s.io'],
  ['ContainerResource', 'metrics.k8s.io'],
  ['Pods', 'custom.metrics.k8s.io'],
  ['Object', 'custom.metrics.k8s.io'],
  ['External', 'external.metrics.k8s.io'],
]);

/** Without metrics the API server asks for CPU, a resource metric. */
function linkMetrics({ spec }: HorizontalPodAutoscaler, { snapshot, self, link }: MakerContext): void {
  const metrics = spec?.metrics ?? [];
  const types = metrics.length === 0 ? ['Resource'] : metrics.map(({ type }) => type);
  for (const [position, type] of types.entries()) {
    const group = METRICS_API.get(type);
    if (group === undefined) continue;
    const served = snapshot
      .list('APIService')
      .filter((service) => service.spec?.group === group)
      .map((service) => service.metadata.name);
    const detail = metrics.length === 0 ? { detail: type } : { path: `spec.metrics[${position}]`, detail: type };
    for (const name of served.length === 0 ? [`v1beta1.${group}`] : served) {
      link(self, ref('APIService', undefined, name), 'metrics-api', detail);
    }
  }
}
