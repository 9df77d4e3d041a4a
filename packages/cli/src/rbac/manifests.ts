import { CONDITION_GROUPS, neededElsewhere, type ApiResource } from '@kroot/cluster';
import { compareStrings } from '@kroot/types';

/** What the permissions are for. */
export interface RbacScope {
  /** Only this namespace, and what is not in any; undefined: all. */
  readonly namespace?: string | undefined;
  /** Where the ServiceAccount is. */
  readonly accountNamespace: string;
  /** Whether logs of containers may be read. */
  readonly logs?: boolean | undefined;
}

/** A Kubernetes manifest. */
export type Manifest = Readonly<Record<string, unknown>>;

interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const NAME = 'kroot';
const RBAC = 'rbac.authorization.k8s.io';
/** Namespaces that every cluster has; a role in one that is not there could not be made. */
const EVERYWHERE = ['kube-node-lease', 'kube-system'];
const LABELS = { 'app.kubernetes.io/name': NAME };

/** All kinds of the groups whose conditions are collected. RBAC cannot name groups by their end. */
const CONDITIONS = CONDITION_GROUPS.filter((group) => !group.startsWith('*'))
  .toSorted(compareStrings)
  .map((group) => rule(group, ['*']));

/** Only where it is asked for: logs can hold anything. */
const LOGS: PolicyRule = { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] };

/** The least that reading these resources takes: get and list, nothing else. */
export function rbacManifests(resources: readonly ApiResource[], scope: RbacScope): readonly Manifest[] {
  const { namespace, accountNamespace } = scope;
  const more = scope.logs === true ? [...CONDITIONS, LOGS] : CONDITIONS;
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: NAME, namespace: accountNamespace, labels: LABELS },
  };
  if (namespace === undefined)
    return [account, ...granted(NAME, 'ClusterRole', undefined, rulesFor(resources, more), accountNamespace)];
  // Several namespaces may have a kroot of their own, and these share what is outside of them.
  const outside = `${NAME}-${namespace}`;
  const namespaced = resources.filter((resource) => resource.namespaced);
  const elsewhere = EVERYWHERE.map((name) => ({
    name,
    needed: namespaced.filter(({ kind }) => neededElsewhere(kind, namespace).includes(name)),
  }));
  return [
    account,
    ...granted(
      outside,
      'ClusterRole',
      undefined,
      // All kinds of a group here would be their objects in all namespaces.
      rulesFor(resources.filter((resource) => !resource.namespaced)),
      accountNamespace,
    ),
    ...granted(NAME, 'Role', namespace, rulesFor(namespaced, more), accountNamespace),
    ...elsewhere.flatMap(({ name, needed }) =>
      needed.length === 0 ? [] : granted(outside, 'Role', name, rulesFor(needed), accountNamespace),
    ),
  ];
}

/** A role and its binding. */
function granted(
  name: string,
  kind: 'ClusterRole' | 'Role',
  namespace: string | undefined,
  rules: readonly PolicyRule[],
  accountNamespace: string,
): readonly Manifest[] {
  const metadata = { name, ...(namespace !== undefined && { namespace }), labels: LABELS };
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind, name },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: accountNamespace }],
    },
  ];
}

/** One rule for each API group. What is more than the rules of kroot read, and Secrets, can be seen and taken out. */
function rulesFor(resources: readonly ApiResource[], more: readonly PolicyRule[] = []): readonly PolicyRule[] {
  const groups = new Map<string, string[]>();
  const secrets = resources.filter(({ kind }) => kind === 'Secret');
  for (const { group, resource, kind } of resources) {
    if (kind === 'Secret') continue;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [resource]);
    else known.push(resource);
  }
  return [
    ...[...groups]
      .toSorted(([a], [b]) => compareStrings(a, b))
      .map(([group, names]) => rule(group, names.toSorted(compareStrings))),
    ...more,
    ...secrets.map(({ group, resource }) => rule(group, [resource])),
  ];
}

function rule(group: string, resources: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs: ['get', 'list'] };
}
