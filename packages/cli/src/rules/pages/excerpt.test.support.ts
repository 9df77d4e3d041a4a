import { type Finding, type KubernetesObject, type ResourceRef, type Snapshot, refKey } from '@kroot/types';
import { toYaml } from '../../rbac/to-yaml.ts';

type Tree = Readonly<Record<string, unknown>>;

const MAX_TEXT = 160;
const MAX_OBJECTS = 6;

/** What of the cluster a finding rests on, as YAML: of each object its name and the fields of the evidence. */
export function excerpt(snapshot: Snapshot, findings: readonly Finding[]): string {
  const wanted = new Map<string, { readonly ref: ResourceRef; readonly paths: string[] }>();
  for (const { evidence } of findings) {
    for (const { ref, path, source } of evidence) {
      if (source === 'event' || source === 'log') continue;
      const entry = wanted.get(refKey(ref)) ?? { ref, paths: [] };
      wanted.set(refKey(ref), entry);
      if (path !== undefined) entry.paths.push(path);
    }
  }
  const objects = [...wanted.values()].flatMap(({ ref, paths }) => {
    const found = snapshot.lookup(ref);
    return found.state === 'present' ? [part(found.object, paths)] : [];
  });
  const events = findings.flatMap(({ evidence }) =>
    evidence.flatMap(({ source, ref, path, quote, count }) =>
      source === 'event' ? [event(ref, path, quote, count)] : [],
    ),
  );
  return [...objects.slice(0, MAX_OBJECTS), ...events.slice(0, MAX_OBJECTS - 2)].map(toYaml).join('---\n');
}

function part(object: KubernetesObject, paths: readonly string[]): Tree {
  const { apiVersion, kind, metadata } = object as unknown as Tree & { readonly metadata: Tree };
  const { name, namespace } = metadata;
  return paths.reduce<Tree>((tree, path) => merge(tree, pick(object, steps(path))) as Tree, {
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
  });
}

function event(
  { kind, namespace, name }: ResourceRef,
  reason: string | undefined,
  message: string,
  count: number | undefined,
): Tree {
  return {
    kind: 'Event',
    involvedObject: { kind, ...(namespace !== undefined && { namespace }), name },
    ...(reason !== undefined && { reason }),
    message: short(message),
    ...(count !== undefined && { count }),
  };
}

/** `spec.containers[api].env[0]`, `data['nginx.conf']`: the names on the way. */
function steps(path: string): readonly string[] {
  return [...path.matchAll(/\[['"]?(?<inside>[^\]]*?)['"]?\]|(?<plain>[^.[\]]+)/g)].map(
    ({ groups }) => groups?.['inside'] ?? groups?.['plain'] ?? '',
  );
}

/** The value at a path with nothing beside it but the names of list items on the way; nothing where there is no such path. */
function pick(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return shortened(value);
  if (Array.isArray(value)) {
    const item: unknown = value.find((each: Tree, index) => [each['name'], each['type'], String(index)].includes(step));
    const inner = item === undefined ? undefined : pick(item, rest);
    return inner === undefined ? undefined : [isTree(item) && isTree(inner) ? { ...named(item), ...inner } : inner];
  }
  if (!isTree(value)) return undefined;
  // Keys with dots in them: `spec.hard.limits.memory`.
  for (let taken = rest.length; taken >= 0; taken -= 1) {
    const key = [step, ...rest.slice(0, taken)].join('.');
    if (!Object.hasOwn(value, key)) continue;
    const inner = pick(value[key], rest.slice(taken));
    if (inner !== undefined) return { [key]: inner };
  }
  return undefined;
}

function named({ name, type }: Tree): Tree {
  if (typeof name === 'string') return { name };
  return typeof type === 'string' ? { type } : {};
}

function merge(one: unknown, other: unknown): unknown {
  if (other === undefined) return one;
  if (Array.isArray(one) && Array.isArray(other)) return mergeLists(one, other);
  if (!isTree(one) || !isTree(other)) return other;
  const merged: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    merged[key] = Object.hasOwn(one, key) ? merge(one[key], value) : value;
  }
  return merged;
}

/** Items of one name are one item; equal ones are there once. */
function mergeLists(one: readonly unknown[], other: readonly unknown[]): readonly unknown[] {
  const merged = [...one];
  for (const item of other) {
    const label = isTree(item) ? Object.values(named(item))[0] : undefined;
    const at = merged.findIndex((each) =>
      label === undefined
        ? JSON.stringify(each) === JSON.stringify(item)
        : isTree(each) && Object.values(named(each))[0] === label,
    );
    if (at < 0) merged.push(item);
    else merged.splice(at, 1, merge(merged[at], item));
  }
  return merged;
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') return short(value);
  if (Array.isArray(value)) return value.map(shortened);
  if (!isTree(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortened(inner)]));
}

function short(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
