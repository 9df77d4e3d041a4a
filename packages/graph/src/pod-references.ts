import { ref, type Container, type PodSpec, type ResourceRef } from '@kroot/types';

/** How a pod uses a Secret or ConfigMap. */
export type ReferenceUse = 'env' | 'envFrom' | 'volume' | 'projected' | 'imagePullSecrets' | 'csi';

/** One place where a pod names a Secret or ConfigMap. */
export interface PodReference {
  readonly target: ResourceRef;
  readonly use: ReferenceUse;
  /** Field path below the pod (or template): `spec.containers[0].env[2].valueFrom.secretKeyRef`. */
  readonly path: string;
  /** Kubernetes goes on without it. Pull secrets count as optional: a public image is pulled all the same. */
  readonly optional: boolean;
  /** The key that is needed, if a single one is. */
  readonly key?: string;
  /** The environment variable that gets the value. */
  readonly variable?: string;
  readonly container?: string;
  readonly volume?: string;
}

/** A container of a pod with its field path and role. */
export interface PodContainer {
  readonly container: Container;
  readonly path: string;
  /** `sidecar`: an init container with restartPolicy Always. */
  readonly role: 'init' | 'sidecar' | 'app' | 'ephemeral';
}

/** All containers of a pod in the order in which they start. */
export function podContainers(spec: PodSpec): readonly PodContainer[] {
  const init = (spec.initContainers ?? []).map((container, i): PodContainer => ({
    container,
    path: `spec.initContainers[${i}]`,
    role: container.restartPolicy === 'Always' ? 'sidecar' : 'init',
  }));
  const app = spec.containers.map((container, i): PodContainer => ({
    container,
    path: `spec.containers[${i}]`,
    role: 'app',
  }));
  const ephemeral = (spec.ephemeralContainers ?? []).map((container, i): PodContainer => ({
    container,
    path: `spec.ephemeralContainers[${i}]`,
    role: 'ephemeral',
  }));
  return [...init, ...app, ...ephemeral];
}

/** Every Secret and ConfigMap that a pod names, in the order of its fields. */
export function podReferences(spec: PodSpec, namespace: string | undefined): readonly PodReference[] {
  const found: PodReference[] = [];
  for (const { container, path, role } of podContainers(spec)) {
    // The kubelet starts ephemeral containers apart: what they miss never harms the pod.
    const all = [...envReferences(container, path, namespace), ...envFromReferences(container, path, namespace)];
    found.push(...(role === 'ephemeral' ? all.map((reference) => ({ ...reference, optional: true })) : all));
  }
  found.push(...volumeReferences(spec, namespace));
  for (const [i, secret] of (spec.imagePullSecrets ?? []).entries()) {
    if (secret.name === undefined || secret.name === '') continue;
    found.push({
      target: ref('Secret', namespace, secret.name),
      use: 'imagePullSecrets',
      path: `spec.imagePullSecrets[${i}]`,
      optional: true,
    });
  }
  return found;
}

function envReferences(container: Container, path: string, namespace: string | undefined): PodReference[] {
  const found: PodReference[] = [];
  for (const [i, variable] of (container.env ?? []).entries()) {
    for (const [kind, field] of [
      ['Secret', 'secretKeyRef'],
      ['ConfigMap', 'configMapKeyRef'],
    ] as const) {
      const selector = variable.valueFrom?.[field];
      if (selector?.name === undefined || selector.name === '') continue;
      found.push({
        target: ref(kind, namespace, selector.name),
        use: 'env',
        path: `${path}.env[${i}].valueFrom.${field}`,
        optional: selector.optional === true,
        key: selector.key,
        variable: variable.name,
        container: container.name,
      });
    }
  }
  return found;
}

function envFromReferences(container: Container, path: string, namespace: string | undefined): PodReference[] {
  const found: PodReference[] = [];
  for (const [i, source] of (container.envFrom ?? []).entries()) {
    for (const [kind, field] of [
      ['Secret', 'secretRef'],
      ['ConfigMap', 'configMapRef'],
    ] as const) {
      const named = source[field];
      if (named?.name === undefined || named.name === '') continue;
      found.push({
        target: ref(kind, namespace, named.name),
        use: 'envFrom',
        path: `${path}.envFrom[${i}].${field}`,
        optional: named.optional === true,
        container: container.name,
      });
    }
  }
  return found;
}

interface FileSource {
  readonly name?: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string }[];
}

function volumeReferences(spec: PodSpec, namespace: string | undefined): PodReference[] {
  const found: PodReference[] = [];
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    const path = `spec.volumes[${i}]`;
    const add = (kind: string, source: FileSource | undefined, use: ReferenceUse, field: string): void => {
      found.push(...fileReferences(kind, source, { use, path: field, volume: volume.name, namespace }));
    };
    const { secret } = volume;
    if (secret !== undefined) {
      const { secretName, ...rest } = secret;
      add('Secret', secretName === undefined ? undefined : { ...rest, name: secretName }, 'volume', `${path}.secret`);
    }
    add('ConfigMap', volume.configMap, 'volume', `${path}.configMap`);
    for (const [j, source] of (volume.projected?.sources ?? []).entries()) {
      add('Secret', source.secret, 'projected', `${path}.projected.sources[${j}].secret`);
      add('ConfigMap', source.configMap, 'projected', `${path}.projected.sources[${j}].configMap`);
    }
    add('Secret', volume.csi?.nodePublishSecretRef, 'csi', `${path}.csi.nodePublishSecretRef`);
  }
  return found;
}

function fileReferences(
  kind: string,
  source: FileSource | undefined,
  place: {
    readonly use: ReferenceUse;
    readonly path: string;
    readonly volume: string;
    readonly namespace: string | undefined;
  },
): PodReference[] {
  if (source?.name === undefined || source.name === '') return [];
  const base = {
    target: ref(kind, place.namespace, source.name),
    use: place.use,
    path: place.path,
    optional: source.optional === true,
    volume: place.volume,
  };
  const { items = [] } = source;
  if (items.length === 0) return [base];
  const found: PodReference[] = [];
  for (const { key } of items) found.push({ ...base, key });
  return found;
}
