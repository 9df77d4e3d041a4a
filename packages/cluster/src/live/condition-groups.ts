/**
 * API groups of widespread controllers. All kinds of these are collected where the server has them: rules that look at any
 * object (conditions, finalizers, owners) need no rule of their own for each kind. `*.` stands for any beginning.
 */
export const CONDITION_GROUPS: readonly string[] = [
  // Traffic: Gateway API, administrators' network policies, Istio, Cilium, Calico.
  'gateway.networking.k8s.io',
  'policy.networking.k8s.io',
  'networking.istio.io',
  'security.istio.io',
  'cilium.io',
  'crd.projectcalico.org',
  // Certificates and Secrets: cert-manager, External Secrets, the CSI driver for secrets, Sealed Secrets.
  'cert-manager.io',
  'acme.cert-manager.io',
  'external-secrets.io',
  'secrets-store.csi.x-k8s.io',
  'bitnami.com',
  // Scale and nodes: KEDA, the vertical autoscaler, Karpenter and its part for AWS.
  'keda.sh',
  'autoscaling.k8s.io',
  'karpenter.sh',
  'karpenter.k8s.aws',
  // Volume snapshots, queues, monitoring.
  'snapshot.storage.k8s.io',
  'kueue.x-k8s.io',
  'monitoring.coreos.com',
  // Delivery: Argo, and Flux, which has a group for each controller.
  'argoproj.io',
  'helm.toolkit.fluxcd.io',
  'image.toolkit.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
  'notification.toolkit.fluxcd.io',
  'source.toolkit.fluxcd.io',
  '*.toolkit.fluxcd.io',
];

/** Whether a list such as `CONDITION_GROUPS` names a group. */
export function namesGroup(groups: readonly string[], group: string): boolean {
  return groups.some((name) => (name.startsWith('*.') ? group.endsWith(name.slice(1)) : name === group));
}
