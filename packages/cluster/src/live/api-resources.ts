import { builtinKind, compareStrings, type Analyzer } from '@kroot/types';

/** How the API names a kind, for requests and permissions. */
export interface ApiResource {
  /** As `Snapshot.list` names it. */
  readonly kind: string;
  /** '' for the core group. */
  readonly group: string;
  /** Plural, as in URLs. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/**
 * Custom kinds that rules or the graph make use of where a cluster has them: what makes Secrets, scales, routes and decides about
 * connections. Plurals cannot be told from kinds, so they are here.
 */
const CUSTOM = `
cert-manager.io certificates Certificate ns
cert-manager.io issuers Issuer ns
cert-manager.io clusterissuers ClusterIssuer
cert-manager.io certificaterequests CertificateRequest ns
acme.cert-manager.io orders Order ns
acme.cert-manager.io challenges Challenge ns
external-secrets.io externalsecrets ExternalSecret ns
external-secrets.io secretstores SecretStore ns
external-secrets.io clustersecretstores ClusterSecretStore
secrets-store.csi.x-k8s.io secretproviderclasses SecretProviderClass ns
argoproj.io applications Application ns
source.toolkit.fluxcd.io gitrepositories GitRepository ns
source.toolkit.fluxcd.io ocirepositories OCIRepository ns
source.toolkit.fluxcd.io helmrepositories HelmRepository ns
source.toolkit.fluxcd.io helmcharts HelmChart ns
source.toolkit.fluxcd.io buckets Bucket ns
kustomize.toolkit.fluxcd.io kustomizations Kustomization ns
helm.toolkit.fluxcd.io helmreleases HelmRelease ns
bitnami.com sealedsecrets SealedSecret ns
secrets.hashicorp.com vaultstaticsecrets VaultStaticSecret ns
secrets.hashicorp.com vaultdynamicsecrets VaultDynamicSecret ns
secrets.infisical.com infisicalsecrets InfisicalSecret ns
onepassword.com onepassworditems OnePasswordItem ns
keda.sh scaledobjects ScaledObject ns
keda.sh triggerauthentications TriggerAuthentication ns
keda.sh clustertriggerauthentications ClusterTriggerAuthentication
autoscaling.k8s.io verticalpodautoscalers VerticalPodAutoscaler ns
resource.k8s.io resourceclaims ResourceClaim ns
resource.k8s.io resourceslices ResourceSlice
resource.k8s.io deviceclasses DeviceClass
karpenter.sh nodepools NodePool
karpenter.sh nodeclaims NodeClaim
http.keda.sh httpscaledobjects HTTPScaledObject ns
gateway.networking.k8s.io gatewayclasses GatewayClass
gateway.networking.k8s.io gateways Gateway ns
gateway.networking.k8s.io httproutes HTTPRoute ns
gateway.networking.k8s.io grpcroutes GRPCRoute ns
gateway.networking.k8s.io tlsroutes TLSRoute ns
gateway.networking.k8s.io tcproutes TCPRoute ns
gateway.networking.k8s.io udproutes UDPRoute ns
gateway.networking.k8s.io referencegrants ReferenceGrant ns
gateway.networking.k8s.io backendtlspolicies BackendTLSPolicy ns
snapshot.storage.k8s.io volumesnapshots VolumeSnapshot ns
snapshot.storage.k8s.io volumesnapshotclasses VolumeSnapshotClass
security.istio.io peerauthentications PeerAuthentication ns
security.istio.io authorizationpolicies AuthorizationPolicy ns
networking.istio.io virtualservices VirtualService ns
networking.istio.io destinationrules DestinationRule ns
networking.istio.io serviceentries ServiceEntry ns
route.openshift.io routes Route ns
policy.networking.k8s.io adminnetworkpolicies AdminNetworkPolicy
policy.networking.k8s.io baselineadminnetworkpolicies BaselineAdminNetworkPolicy
policy.networking.k8s.io clusternetworkpolicies ClusterNetworkPolicy
cilium.io ciliumnetworkpolicies CiliumNetworkPolicy ns
cilium.io ciliumclusterwidenetworkpolicies CiliumClusterwideNetworkPolicy
crd.projectcalico.org networkpolicies NetworkPolicy ns
crd.projectcalico.org globalnetworkpolicies GlobalNetworkPolicy
projectcalico.org networkpolicies NetworkPolicy ns
projectcalico.org globalnetworkpolicies GlobalNetworkPolicy
crd.antrea.io networkpolicies NetworkPolicy ns
crd.antrea.io clusternetworkpolicies ClusterNetworkPolicy
`;

const custom: ReadonlyMap<string, ApiResource> = new Map(
  CUSTOM.trim()
    .split('\n')
    .map((line) => {
      const [group = '', resource = '', name = '', scope] = line.split(' ');
      const kind = `${name}.${group}`;
      return [kind, { kind, group, resource, namespaced: scope === 'ns' }];
    }),
);

/** What the API calls a kind; undefined for custom kinds that only a plugin knows. */
export function apiResource(kind: string): ApiResource | undefined {
  const known = builtinKind(kind);
  return known === undefined
    ? custom.get(kind)
    : { kind, group: known.group, resource: known.resource, namespaced: known.namespaced };
}

/** The kinds to collect for these rules, and to have permission for, sorted; custom ones are there where the cluster has them. */
export function kindsToRead(analyzers: readonly Analyzer[]): readonly string[] {
  return [...new Set([...analyzers.flatMap(({ meta }) => meta.reads), ...custom.keys()])].toSorted(compareStrings);
}
