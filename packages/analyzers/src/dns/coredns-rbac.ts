import { clusterDns, podState, topOwner, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Finding,
  type ResourceRef,
  type RoleBinding,
  type Snapshot,
} from '@kroot/types';
import { computed, fromContainer, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { boundRoles, grantsRequest, names, type ApiRequest } from '../support/rbac-rights.ts';
import { listed } from '../support/words.ts';

/** https://github.com/coredns/deployment/blob/master/kubernetes/coredns.yaml.sed */
const NEEDED: readonly ApiRequest[] = [
  { verb: 'list', resource: 'services', group: '' },
  { verb: 'list', resource: 'namespaces', group: '' },
  { verb: 'list', resource: 'endpointslices', group: 'discovery.k8s.io' },
];

/** Reports that CoreDNS may not read what it answers with. */
export const corednsRbac: Analyzer = {
  meta: {
    id: 'coredns-rbac',
    title: 'CoreDNS may not read Services and endpoints',
    role: 'fault',
    severity: 'critical',
    reads: ['ClusterRole', 'ClusterRoleBinding', 'Service', 'Pod', 'Deployment', 'DaemonSet', 'ReplicaSet'],
    breaks: ['name-resolution', 'readiness', 'container-exit'],
    docs: {
      means:
        'The ServiceAccount of the DNS pods lacks the right to list what the names of the cluster are made of: new Services do not resolve, and DNS pods that start never get ready.',
      decides:
        'All ClusterRoles and ClusterRoleBindings are known, and none that names the ServiceAccount of the DNS pods grants to list services, namespaces and endpointslices.',
      silent:
        'Where ClusterRoles or ClusterRoleBindings could not be listed completely, in clusters without such objects, and for DNS pods that are not CoreDNS.',
      references: ['https://coredns.io/plugins/kubernetes/'],
    },
  },
  *analyze({ snapshot }) {
    const known = (['ClusterRole', 'ClusterRoleBinding'] as const).every(
      (kind) => snapshot.coverage.state(kind) === 'complete' && snapshot.list(kind).length > 0,
    );
    const pods = clusterDns(snapshot)
      .pods.map((pod) => podState(snapshot, pod))
      .filter(({ pod }) => pod.spec.containers.some(({ image = '' }) => /\bcoredns\b/.test(image)));
    const [first] = pods;
    if (!known || first === undefined) return;
    const account = ref('ServiceAccount', first.ref.namespace, first.pod.spec.serviceAccountName ?? 'default');
    const refused = neededBy(pods).filter((request) => !isGranted(snapshot, account, request));
    if (refused.length > 0) yield finding(snapshot, account, refused, pods);
  },
};

/** Versions before 1.9 read the older Endpoints: while all pods are ready, one that may be that old lacks nothing. */
function neededBy(pods: readonly PodState[]): readonly ApiRequest[] {
  const isNew = pods.some(({ pod }) =>
    pod.spec.containers.some(({ image = '' }) => Number(/:v?1\.(\d{1,3})\b/.exec(image)?.[1] ?? 0) >= 9),
  );
  return isNew || pods.some(({ blocked }) => blocked) ? NEEDED : NEEDED.filter(({ group }) => group === '');
}

function isGranted(snapshot: Snapshot, account: ResourceRef, request: ApiRequest): boolean {
  return boundRoles(snapshot).some(
    ({ binding, bindingRef, role }) =>
      bindingRef.kind === 'ClusterRoleBinding' &&
      names(binding, account) &&
      role !== undefined &&
      grantsRequest(role, request),
  );
}

/** Not merely by a group of all accounts. */
function namesItself({ subjects = [] }: RoleBinding, account: ResourceRef): boolean {
  return subjects.some(
    ({ kind, name, namespace }) =>
      kind === 'ServiceAccount' && name === account.name && namespace === account.namespace,
  );
}

function finding(
  snapshot: Snapshot,
  account: ResourceRef,
  refused: readonly ApiRequest[],
  pods: readonly PodState[],
): Finding {
  const own = boundRoles(snapshot).find(({ binding }) => namesItself(binding, account));
  const subject = own?.roleRef ?? ref('ClusterRole', undefined, 'system:coredns');
  const lacks = listed(refused.map(({ verb, resource }) => `${verb} ${resource}`));
  const held = pods.filter(({ blocked }) => blocked);
  const owner = pods[0] === undefined ? account : topOwner(snapshot, pods[0].pod);
  const [first] = held;
  return {
    rule: corednsRbac.meta.id,
    subject,
    severity: held.length === pods.length ? 'critical' : 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(owner)} may not ${lacks}, which the names of the cluster are made of`,
    cause: `No ClusterRole that is bound to ${inWords(account)} of the DNS pods grants to ${lacks}.`,
    evidence: [
      computed(
        account,
        own === undefined
          ? 'no ClusterRoleBinding names it'
          : `bound to ${own.roleRef.name} by ${own.bindingRef.name}, which does not grant to ${lacks}`,
      ),
      ...(own?.role === undefined
        ? []
        : [fromSpec(own.roleRef, 'rules', JSON.stringify(own.role.rules ?? []).slice(0, 400))]),
      ...(first?.culprit === undefined ? [] : [fromContainer(first.ref, first.culprit)]),
    ],
    affects: held.length === 0 ? [] : [...held.map(({ ref: pod }) => pod), owner],
    fixes: [
      {
        summary: `Restore ${inWords(subject)} and its binding to ${inWords(account)}`,
        steps: [
          'On kubeadm clusters `kubeadm init phase addon coredns` writes both again; other installers have a manifest or chart for it.',
        ],
        commands: [
          kubectl(undefined, 'get', `clusterrole/${subject.name}`, '-o', 'yaml'),
          kubectl(undefined, 'get', 'clusterrolebindings', '-o', 'wide'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
