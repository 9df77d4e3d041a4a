import { nearNames, podsOf, refOf, type DependencyGraph } from '@kroot/graph';
import {
  builtinKind,
  BUILTIN_KINDS,
  compareRefs,
  formatRef,
  kindKey,
  refKey,
  type GraphView,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';

/** A target that cannot be found. The message names the nearest ones. */
export class TargetError extends Error {
  readonly code = 'KROOT_TARGET_NOT_FOUND';
}

/** One object as a user names it; `kind` in any spelling that kubectl takes. */
export interface NamedTarget {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Reads `KIND/NAME` as kubectl takes it, or `KIND/NAMESPACE/NAME` as reports print it; undefined when it is neither. */
export function parseTarget(text: string): NamedTarget | undefined {
  const parts = text.split('/');
  const [kind = '', second = '', third] = parts;
  if (parts.length < 2 || parts.length > 3 || parts.includes('')) return undefined;
  return third === undefined ? { kind, name: second } : { kind, namespace: second, name: third };
}

/** Short names of kubectl. https://kubernetes.io/docs/reference/kubectl/#resource-types */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['po', 'Pod'],
  ['svc', 'Service'],
  ['deploy', 'Deployment'],
  ['rs', 'ReplicaSet'],
  ['sts', 'StatefulSet'],
  ['ds', 'DaemonSet'],
  ['cj', 'CronJob'],
  ['no', 'Node'],
  ['ns', 'Namespace'],
  ['cm', 'ConfigMap'],
  ['sa', 'ServiceAccount'],
  ['pvc', 'PersistentVolumeClaim'],
  ['pv', 'PersistentVolume'],
  ['sc', 'StorageClass'],
  ['ing', 'Ingress'],
  ['netpol', 'NetworkPolicy'],
  ['hpa', 'HorizontalPodAutoscaler'],
  ['pdb', 'PodDisruptionBudget'],
  ['quota', 'ResourceQuota'],
  ['limits', 'LimitRange'],
  ['ep', 'Endpoints'],
  ['rc', 'ReplicationController'],
  ['pc', 'PriorityClass'],
  ['crd', 'CustomResourceDefinition'],
  ['crds', 'CustomResourceDefinition'],
  ['csr', 'CertificateSigningRequest'],
]);

/**
 * Finds the object that `kind` (any spelling that kubectl takes) and `name` mean. Without a namespace the name must be
 * unique over all of them.
 * @throws TargetError when there is none or more than one.
 */
export function findTarget(snapshot: Snapshot, kind: string, name: string, namespace?: string): ResourceRef {
  const key = kindNamed(snapshot, kind);
  if (key === undefined) throw new TargetError(`there is no kind "${kind}" in ${snapshot.source.name}`);
  const all = snapshot.list(key).map((object) => refOf(object));
  const namespaced = builtinKind(key)?.namespaced !== false;
  const inScope = namespace === undefined || !namespaced ? all : all.filter((ref) => ref.namespace === namespace);
  const found = inScope.filter((ref) => ref.name === name);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first !== undefined) {
    throw new TargetError(
      `${key} "${name}" is in several namespaces: ${found.map((ref) => ref.namespace).join(', ')}; choose one with -n`,
    );
  }
  throw new TargetError(notFound({ key, name, namespace, all, inScope }));
}

/**
 * An object that others name, whether it is there or not: what a missing Secret stops can be asked as well.
 * @throws TargetError when the name stands for several.
 */
export function findReference(
  { refs }: Pick<DependencyGraph, 'refs'>,
  { kind, name, namespace }: NamedTarget,
): ResourceRef | undefined {
  const found = refs.filter(
    (ref) => ref.name === name && isKind(ref, kind) && (namespace === undefined || isIn(ref, namespace)),
  );
  const [only, ...more] = found;
  if (more.length === 0) return only;
  throw new TargetError(
    `${kind} "${name}" can be ${found.map((ref) => formatRef(ref)).join(' or ')}; choose one by its namespace`,
  );
}

function isKind({ group, kind }: ResourceRef, written: string): boolean {
  const key = kindKey(group, kind);
  return key === builtinKindNamed(written) || [key, kind].some((name) => name.toLowerCase() === written.toLowerCase());
}

function isIn({ kind, namespace }: ResourceRef, wanted: string): boolean {
  return namespace === wanted || builtinKind(kind)?.namespaced === false;
}

function notFound(asked: {
  readonly key: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly all: readonly ResourceRef[];
  readonly inScope: readonly ResourceRef[];
}): string {
  const { key, name, namespace, all, inScope } = asked;
  const where = namespace === undefined ? '' : ` in namespace "${namespace}"`;
  const elsewhere = all.filter((ref) => ref.name === name).map((ref) => formatRef(ref));
  const near = nearNames(
    name,
    inScope.map((ref) => ref.name),
  ).map((other) => `${key}/${other}`);
  const hints = [...elsewhere, ...near].slice(0, 3);
  return `there is no ${key} "${name}"${where}${hints.length === 0 ? '' : `; near it: ${hints.join(', ')}`}`;
}

function kindNamed(snapshot: Snapshot, text: string): string | undefined {
  const known = builtinKindNamed(text);
  if (known !== undefined) return known;
  const wanted = text.toLowerCase();
  return snapshot.kinds().find((kind) => {
    const whole = kind.toLowerCase();
    const bare = whole.split('.')[0] ?? whole;
    return [whole, bare, `${bare}s`].includes(wanted);
  });
}

/** The built-in kind that a word means to kubectl: `deploy`, `deployments`, `Deployment`, `deployments.apps`, `deployment.v1.apps`. */
export function builtinKindNamed(text: string): string | undefined {
  const lower = text.toLowerCase();
  // With the group, as kubectl prints names: `deployment.apps`. A version in between says nothing more.
  const whole = lower.replace(/^(?<word>[^.]+)\.v\d[a-z\d]*\./, '$<word>.');
  const qualified = BUILTIN_KINDS.find(
    ({ group, kind, resource }) =>
      group !== '' && (`${resource}.${group}` === whole || `${kind.toLowerCase()}.${group}` === whole),
  );
  const wanted = qualified?.resource ?? lower;
  const short = SHORT.get(wanted);
  if (short !== undefined) return short;
  const known = BUILTIN_KINDS.find(({ kind, resource }) => kind.toLowerCase() === wanted || resource === wanted);
  return known === undefined ? undefined : kindKey(known.group, known.kind);
}

/** The target and what stands for it: its pods, and what owns, selects or routes to it. */
export function neighbourhood(snapshot: Snapshot, graph: GraphView, target: ResourceRef): ReadonlySet<string> {
  const refs = [target, ...podsOf(snapshot, target).map((pod) => refOf(pod))];
  if (target.kind === 'Service' || target.kind === 'Ingress') {
    for (const { to, relation } of graph.dependencies(target)) {
      if (relation === 'selects' || relation === 'routes-to' || relation === 'backed-by') refs.push(to);
    }
  }
  return new Set(refs.toSorted(compareRefs).map((ref) => refKey(ref)));
}
