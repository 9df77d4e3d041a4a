import { labelValue } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Finding,
  type Mechanism,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';

/**
 * The bindings that components cannot do without, and what they can no longer do. Each is bound to a ClusterRole of its name.
 * https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go
 */
const NEEDED: readonly (readonly [string, string, readonly Mechanism[]])[] = [
  ['system:kube-scheduler', 'the scheduler cannot bind pods', ['scheduling']],
  ['system:kube-controller-manager', 'the controllers cannot work', ['pod-creation']],
  ['system:node-proxier', 'kube-proxy cannot read Services', ['network']],
  ['system:controller:replicaset-controller', 'no ReplicaSet gets pods', ['pod-creation']],
  ['system:controller:deployment-controller', 'no Deployment is rolled out', ['rollout']],
  ['system:controller:endpointslice-controller', 'no Service gets endpoints', ['endpoints']],
  ['system:controller:persistent-volume-binder', 'no claim is bound', ['provisioning']],
];
const BOOTSTRAP = 'kubernetes.io/bootstrapping';

/** Reports rights of Kubernetes' own components that somebody deleted. */
export const systemRbacBroken: Analyzer = {
  meta: {
    id: 'system-rbac-broken',
    title: 'A component of Kubernetes has lost its rights',
    role: 'fault',
    severity: 'critical',
    reads: ['ClusterRole', 'ClusterRoleBinding'],
    breaks: ['scheduling', 'pod-creation', 'network', 'rollout', 'endpoints', 'provisioning'],
    docs: {
      means: 'A ClusterRole or ClusterRoleBinding that the API server makes for a component of Kubernetes is gone.',
      decides:
        'Other default bindings are there (label kubernetes.io/bootstrapping), so the cluster uses RBAC, and one that a component needs is provably absent.',
      silent: 'When ClusterRoles or ClusterRoleBindings could not be listed completely.',
      references: ['https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation'],
    },
  },
  *analyze({ snapshot }) {
    const usesRbac = snapshot
      .list('ClusterRoleBinding')
      .some(({ metadata }) => labelValue(metadata.labels, BOOTSTRAP) === 'rbac-defaults');
    if (!usesRbac) return;
    for (const [name, harm, breaks] of NEEDED) {
      const missing = missingPart(snapshot, name);
      if (missing !== undefined) yield finding(missing, harm, breaks);
    }
  },
};

function missingPart(snapshot: Snapshot, name: string): ResourceRef | undefined {
  return [ref('ClusterRoleBinding', undefined, name), ref('ClusterRole', undefined, name)].find(
    (target) => snapshot.lookup(target).state === 'absent',
  );
}

function finding(subject: ResourceRef, harm: string, breaks: readonly Mechanism[]): Finding {
  return {
    rule: systemRbacBroken.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} is gone: ${harm}`,
    cause: `Kubernetes makes ${inWords(subject)} at the start of the API server; it was deleted since, so ${harm}.`,
    evidence: [computed(subject, 'not in the cluster, while other default bindings are')],
    breaks,
    fixes: [
      {
        summary: 'Restart the API server, which makes its default roles and bindings again',
        steps: [
          'It repairs them at each start, unless they have the annotation rbac.authorization.kubernetes.io/autoupdate=false.',
          'On a managed control plane the provider has to do it; `kubectl auth reconcile` can apply a saved copy.',
        ],
        commands: [kubectl(undefined, 'get', 'clusterroles,clusterrolebindings', '-l', `${BOOTSTRAP}=rbac-defaults`)],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
