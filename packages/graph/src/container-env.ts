import { ref, type ConfigMap, type EnvVar, type ResourceRef, type Snapshot } from '@kroot/types';
import { type PodContainer } from './pod-references.ts';

/** What is read of one value: longer ones are files, not settings. */
const MAX_VALUE = 8192;

/** A variable of a container whose value kroot can know. Values of Secrets are never among them. */
export interface KnownVariable {
  readonly name: string;
  /** With `$(NAME)` expanded as the kubelet does, cut to 8 KiB. */
  readonly value: string;
  /** Field path below the pod (or template). */
  readonly path: string;
  /** The ConfigMap that holds the value. */
  readonly configMap?: ResourceRef;
}

/**
 * The known environment of a container: envFrom first, then env, later ones winning.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables)
 */
export function knownVariables(
  snapshot: Snapshot,
  { container, path }: PodContainer,
  namespace: string,
): ReadonlyMap<string, KnownVariable> {
  const known = new Map<string, KnownVariable>();
  const set = (name: string, value: string, where: string, configMap?: ResourceRef): void => {
    const variable = { name, value: value.slice(0, MAX_VALUE), path: where };
    // Set anew, so that it stands where the winning field does.
    known.delete(name);
    known.set(name, configMap === undefined ? variable : { ...variable, configMap });
  };
  for (const [i, { prefix = '', configMapRef }] of (container.envFrom ?? []).entries()) {
    const target = ref('ConfigMap', namespace, configMapRef?.name ?? '');
    for (const [key, value] of Object.entries(configData(snapshot, target))) {
      set(prefix + key, value, `${path}.envFrom[${i}].configMapRef`, target);
    }
  }
  for (const [i, variable] of (container.env ?? []).entries()) {
    const target = configMapOf(variable, namespace);
    const value =
      target === undefined
        ? plainValue(variable, known, namespace)
        : configValue(snapshot, target, variable.valueFrom?.configMapKeyRef?.key ?? '');
    // A value that only the kubelet knows hides a known one of the same name.
    if (value === undefined) known.delete(variable.name);
    else set(variable.name, value, `${path}.env[${i}].${sourceField(variable)}`, target);
  }
  return known;
}

function configMapOf({ valueFrom }: EnvVar, namespace: string): ResourceRef | undefined {
  const selector = valueFrom?.configMapKeyRef;
  return selector === undefined ? undefined : ref('ConfigMap', namespace, selector.name ?? '');
}

function plainValue(
  { value, valueFrom }: EnvVar,
  known: ReadonlyMap<string, KnownVariable>,
  namespace: string,
): string | undefined {
  if (value !== undefined) return expandVariables(value.slice(0, MAX_VALUE), known);
  return valueFrom?.fieldRef?.fieldPath === 'metadata.namespace' ? namespace : undefined;
}

function configValue(snapshot: Snapshot, target: ResourceRef, key: string): string | undefined {
  const data = configData(snapshot, target);
  return Object.hasOwn(data, key) ? data[key] : undefined;
}

function sourceField({ valueFrom }: EnvVar): string {
  if (valueFrom === undefined) return 'value';
  return valueFrom.configMapKeyRef === undefined ? 'valueFrom.fieldRef' : 'valueFrom.configMapKeyRef';
}

/**
 * Expands `$(NAME)`; `$$` stands for `$` and a name that is not set stays as it is.
 * https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go
 */
export function expandVariables(text: string, known: ReadonlyMap<string, KnownVariable>): string {
  if (!text.includes('$')) return text;
  const expanded = text.replaceAll(/\$\$|\$\(([\w.-]{1,253})\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (known.get(name)?.value ?? whole),
  );
  return expanded.slice(0, MAX_VALUE);
}

/** Expands what a shell would: `$NAME`, `${NAME}`, `${NAME:-default}`, and the usual way to read the pod's own namespace. */
export function expandShell(text: string, known: ReadonlyMap<string, KnownVariable>, namespace: string): string {
  if (!text.includes('$')) return text;
  const expanded = text
    .replaceAll(/\$\(cat \/var\/run\/secrets\/kubernetes\.io\/serviceaccount\/namespace\)/g, () => namespace)
    .replaceAll(
      /\$(?:\{([A-Za-z_]\w{0,252})(?::?-([^{}$\s]{0,253}))?\}|([A-Za-z_]\w{0,252}))/g,
      (whole, ...groups: unknown[]) => {
        const [braced, fallback, plain] = groups.map((group) => (typeof group === 'string' ? group : undefined));
        return known.get(braced ?? plain ?? '')?.value ?? fallback ?? whole;
      },
    );
  return expanded.slice(0, MAX_VALUE);
}

function configData(snapshot: Snapshot, target: ResourceRef): NonNullable<ConfigMap['data']> {
  const found = snapshot.lookup({ ...target, kind: 'ConfigMap' });
  return found.state === 'present' ? (found.object.data ?? {}) : {};
}
