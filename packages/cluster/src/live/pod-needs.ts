import {
  ref,
  type Container,
  type Ingress,
  type KubernetesObject,
  type ObjectOf,
  type Pod,
  type ResourceRef,
} from '@kroot/types';
import { type ObjectStore } from './object-store.ts';

/** What pods that do not run need, and where Ingresses lead: what a diagnosis may say is missing. In a fixed order. */
export function* needed(store: ObjectStore): Generator<ResourceRef> {
  for (const pod of sorted(store, 'Pod')) if (isBlocked(pod)) yield* refsOf(pod, podNeeds(pod));
  for (const ingress of sorted(store, 'Ingress')) yield* refsOf(ingress, ingressNeeds(ingress));
}

/** A kind, and something of which a name is needed. */
type Need = readonly [kind: string, target: Target | undefined];

interface Target {
  readonly name?: string | undefined;
  readonly optional?: boolean | undefined;
}

function* refsOf({ metadata }: KubernetesObject, needs: readonly Need[]): Generator<ResourceRef> {
  for (const [kind, { name, optional } = {}] of needs)
    if (name !== undefined && name !== '' && optional !== true) yield ref(kind, metadata.namespace, name);
}

/** A pod that waits for something, or keeps failing. */
function isBlocked({ status, metadata }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  if (status?.phase === undefined || status.phase === 'Pending') return true;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.some(({ state }) => state?.waiting !== undefined);
}

function podNeeds({ spec }: Pod): readonly Need[] {
  return [
    ...volumeNeeds(spec),
    ...[...(spec.initContainers ?? []), ...spec.containers].flatMap(containerNeeds),
    ...(spec.imagePullSecrets ?? []).map((secret): Need => ['Secret', secret]),
    ['ServiceAccount', { name: spec.serviceAccountName }],
    ['PriorityClass', { name: spec.priorityClassName }],
    ['RuntimeClass', { name: spec.runtimeClassName }],
  ];
}

function volumeNeeds({ volumes = [] }: Pod['spec']): readonly Need[] {
  return volumes.flatMap(({ secret, configMap, projected, persistentVolumeClaim }): readonly Need[] => [
    ['Secret', secret === undefined ? undefined : { ...secret, name: secret.secretName }],
    ['ConfigMap', configMap],
    ['PersistentVolumeClaim', { name: persistentVolumeClaim?.claimName }],
    ...(projected?.sources ?? []).flatMap((source): readonly Need[] => [
      ['Secret', source.secret],
      ['ConfigMap', source.configMap],
    ]),
  ]);
}

function containerNeeds({ env = [], envFrom = [] }: Container): readonly Need[] {
  return [
    ...env.flatMap(({ valueFrom }): readonly Need[] => [
      ['Secret', valueFrom?.secretKeyRef],
      ['ConfigMap', valueFrom?.configMapKeyRef],
    ]),
    ...envFrom.flatMap(({ secretRef, configMapRef }): readonly Need[] => [
      ['Secret', secretRef],
      ['ConfigMap', configMapRef],
    ]),
  ];
}

function ingressNeeds({ spec }: Ingress): readonly Need[] {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const backends = [spec?.defaultBackend, ...paths.map(({ backend }) => backend)];
  return [
    ...backends.map((backend): Need => ['Service', backend?.service]),
    ...(spec?.tls ?? []).map(({ secretName }): Need => ['Secret', { name: secretName }]),
  ];
}

function sorted<K extends 'Pod' | 'Ingress'>(store: ObjectStore, kind: K): readonly ObjectOf<K>[] {
  return [...store.list(kind)].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
