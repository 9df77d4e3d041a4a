import { memoize, podsOf, podState, workloadNamed, workloads, type Workload } from '@kroot/graph';
import {
  ref,
  refKey,
  type KubernetesObject,
  type PodSpec,
  type ResourceRef,
  type Role,
  type RoleBinding,
  type Snapshot,
} from '@kroot/types';
import { present } from './present.ts';

/** The workload that most likely serves a kind of objects, and why that is believed. */
export interface Operator {
  readonly ref: ResourceRef;
  readonly words: string;
  /** It wants no pods. */
  readonly isOff: boolean;
  /** None of its pods is ready. */
  readonly isDown: boolean;
}

/** Rights of an account on a group: the resources that it may write. */
interface Grant {
  readonly account: ResourceRef;
  readonly role: ResourceRef;
  readonly group: string;
  readonly resources: readonly string[];
}

const WRITES: ReadonlySet<string> = new Set(['update', 'patch', '*']);
const RUNS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/** What ServiceAccounts may write in groups that a role names; `*` names none. */
const grants: (snapshot: Snapshot) => readonly Grant[] = memoize((snapshot) =>
  [...snapshot.list('ClusterRoleBinding'), ...snapshot.list('RoleBinding')].flatMap((binding) =>
    grantsOf(snapshot, binding),
  ),
);

function grantsOf(snapshot: Snapshot, binding: RoleBinding): readonly Grant[] {
  const accounts = (binding.subjects ?? []).flatMap(({ kind, name, namespace = binding.metadata.namespace }) =>
    kind === 'ServiceAccount' && namespace !== undefined ? [ref('ServiceAccount', namespace, name)] : [],
  );
  const role = accounts.length === 0 ? undefined : roleOf(snapshot, binding);
  if (role === undefined) return [];
  const written = (role.role.rules ?? []).filter(({ verbs = [] }) => verbs.some((verb) => WRITES.has(verb)));
  return written.flatMap(({ apiGroups = [], resources = [] }) =>
    apiGroups
      .filter((group) => group.includes('.'))
      .flatMap((group) => accounts.map((account) => ({ account, role: role.ref, group, resources }))),
  );
}

function roleOf(
  snapshot: Snapshot,
  binding: RoleBinding,
): { readonly ref: ResourceRef; readonly role: Role } | undefined {
  const { kind, name = '' } = binding.roleRef ?? {};
  if (kind !== 'ClusterRole' && kind !== 'Role') return undefined;
  const namespace = kind === 'Role' ? binding.metadata.namespace : undefined;
  const role = present(snapshot, kind, namespace, name);
  return role === undefined ? undefined : { ref: ref(kind, namespace, name), role };
}

const byAccount: (snapshot: Snapshot) => ReadonlyMap<string, readonly Workload[]> = memoize((snapshot) => {
  const found = new Map<string, Workload[]>();
  for (const workload of workloads(snapshot)) {
    if (!RUNS.has(workload.ref.kind)) continue;
    const account = ref(
      'ServiceAccount',
      workload.ref.namespace,
      workload.template.spec.serviceAccountName ?? 'default',
    );
    const known = found.get(refKey(account));
    if (known === undefined) found.set(refKey(account), [workload]);
    else known.push(workload);
  }
  return found;
});

/** What is asked for: who looks after objects of a resource, or removes a finalizer of a domain. */
export interface Served {
  readonly object: KubernetesObject;
  readonly group: string;
  /** Plural resource name; undefined if no definition tells it. */
  readonly resource?: string;
  readonly domain?: string;
}

/**
 * The workload that serves objects: the one that wrote the object, by the change clock, among those whose ServiceAccount
 * may write them, or else whose settings name the group. Undefined when there is none, or when one of several runs: then it
 * cannot be told which.
 */
export function operatorOf(snapshot: Snapshot, served: Served): Operator | undefined {
  const candidates = candidatesFor(snapshot, served);
  const managers = new Set((served.object.metadata.changes ?? []).map(({ manager }) => manager));
  const writers = candidates.filter(({ workload }) => writes(workload, managers));
  const chosen = (writers.length > 0 ? writers : candidates).map((each) => toOperator(snapshot, each));
  const down = chosen.filter(({ isDown }) => isDown);
  return down.length === chosen.length ? down[0] : chosen.find(({ isDown }) => !isDown);
}

interface Candidate {
  readonly workload: Workload;
  readonly words: string;
}

function candidatesFor(snapshot: Snapshot, served: Served): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const grant of grants(snapshot)) {
    if (!covers(grant, served)) continue;
    for (const workload of byAccount(snapshot).get(refKey(grant.account)) ?? []) {
      if (found.has(refKey(workload.ref))) continue;
      const words = `runs as ServiceAccount ${grant.account.name}, which may write ${grant.group} (${grant.role.kind} ${grant.role.name})`;
      found.set(refKey(workload.ref), { workload, words });
    }
  }
  if (found.size > 0) return [...found.values()];
  const names = [served.domain, served.group].filter((name) => name !== undefined && name.includes('.'));
  return workloads(snapshot).flatMap((workload) => {
    const named = names.find((name) => name !== undefined && mentions(workload.template.spec, name));
    return named === undefined || !RUNS.has(workload.ref.kind)
      ? []
      : [{ workload, words: `its settings name ${named}` }];
  });
}

function covers({ group, resources }: Grant, served: Served): boolean {
  if (group === served.group) {
    const { resource } = served;
    return resource === undefined || resources.some((name) => name === '*' || name.split('/')[0] === resource);
  }
  const { domain = '' } = served;
  // An operator's finalizers may sit on objects of other groups.
  return domain === group || domain.endsWith(`.${group}`);
}

function mentions(spec: PodSpec, name: string): boolean {
  return spec.containers.some(({ args = [], command = [], env = [] }) =>
    [...args, ...command, ...env.map(({ value = '' }) => value)].some((text) => text.includes(name)),
  );
}

function writes({ ref: { name }, template }: Workload, managers: ReadonlySet<string>): boolean {
  return managers.has(name) || template.spec.containers.some((container) => managers.has(container.name));
}

function toOperator(snapshot: Snapshot, { workload, words }: Candidate): Operator {
  const target = workload.ref;
  const pods = podsOf(snapshot, target);
  const isOff = workloadNamed(snapshot, target)?.replicas === 0;
  const isSeen = pods.length > 0 || snapshot.coverage.state('Pod', target.namespace) === 'complete';
  const states = pods.map((pod) => podState(snapshot, pod));
  const isHurt = states.some(({ blocked }) => blocked) || (pods.length === 0 && isSeen);
  return { ref: target, words, isOff, isDown: isOff || (isHurt && states.every(({ stage }) => stage !== 'ready')) };
}

/** The plural name of a kind, as its definition tells it. */
export function resourceOf(snapshot: Snapshot, { group, kind }: ResourceRef): string | undefined {
  return pluralNames(snapshot).get(`${kind}.${group}`);
}

const pluralNames = memoize(
  (snapshot: Snapshot) =>
    new Map(
      snapshot
        .list('CustomResourceDefinition')
        .map(({ spec }) => [`${spec?.names?.kind ?? ''}.${spec?.group ?? ''}`, spec?.names?.plural]),
    ),
);
