/** What kroot knows about a kind that belongs to Kubernetes itself. */
export interface KindInfo {
  readonly kind: string;
  /** API group, '' for the core group. */
  readonly group: string;
  /** The preferred version, for commands and RBAC. */
  readonly version: string;
  /** Plural resource name as in URLs and RBAC rules. */
  readonly resource: string;
  readonly namespaced: boolean;
}

const TABLE = `
v1 pods Pod ns
v1 services Service ns
v1 endpoints Endpoints ns
v1 events Event ns
v1 configmaps ConfigMap ns
v1 secrets Secret ns
v1 serviceaccounts ServiceAccount ns
v1 persistentvolumeclaims PersistentVolumeClaim ns
v1 replicationcontrollers ReplicationController ns
v1 resourcequotas ResourceQuota ns
v1 limitranges LimitRange ns
v1 podtemplates PodTemplate ns
v1 nodes Node
v1 namespaces Namespace
v1 persistentvolumes PersistentVolume
apps/v1 deployments Deployment ns
apps/v1 replicasets ReplicaSet ns
apps/v1 statefulsets StatefulSet ns
apps/v1 daemonsets DaemonSet ns
apps/v1 controllerrevisions ControllerRevision ns
batch/v1 jobs Job ns
batch/v1 cronjobs CronJob ns
autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler ns
policy/v1 poddisruptionbudgets PodDisruptionBudget ns
networking.k8s.io/v1 ingresses Ingress ns
networking.k8s.io/v1 ingressclasses IngressClass
networking.k8s.io/v1 networkpolicies NetworkPolicy ns
networking.k8s.io/v1 ipaddresses IPAddress
networking.k8s.io/v1 servicecidrs ServiceCIDR
discovery.k8s.io/v1 endpointslices EndpointSlice ns
storage.k8s.io/v1 storageclasses StorageClass
storage.k8s.io/v1 volumeattachments VolumeAttachment
storage.k8s.io/v1 csidrivers CSIDriver
storage.k8s.io/v1 csinodes CSINode
storage.k8s.io/v1 csistoragecapacities CSIStorageCapacity ns
storage.k8s.io/v1 volumeattributesclasses VolumeAttributesClass
coordination.k8s.io/v1 leases Lease ns
scheduling.k8s.io/v1 priorityclasses PriorityClass
node.k8s.io/v1 runtimeclasses RuntimeClass
rbac.authorization.k8s.io/v1 roles Role ns
rbac.authorization.k8s.io/v1 rolebindings RoleBinding ns
rbac.authorization.k8s.io/v1 clusterroles ClusterRole
rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding
admissionregistration.k8s.io/v1 validatingwebhookconfigurations ValidatingWebhookConfiguration
admissionregistration.k8s.io/v1 mutatingwebhookconfigurations MutatingWebhookConfiguration
admissionregistration.k8s.io/v1 validatingadmissionpolicies ValidatingAdmissionPolicy
admissionregistration.k8s.io/v1 validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding
apiregistration.k8s.io/v1 apiservices APIService
apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition
certificates.k8s.io/v1 certificatesigningrequests CertificateSigningRequest
flowcontrol.apiserver.k8s.io/v1 flowschemas FlowSchema
flowcontrol.apiserver.k8s.io/v1 prioritylevelconfigurations PriorityLevelConfiguration
`;

const byKind: ReadonlyMap<string, KindInfo> = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => {
      const [apiVersion = '', resource = '', kind = '', scope] = line.split(' ');
      const slash = apiVersion.indexOf('/');
      return [
        kind,
        {
          kind,
          group: slash === -1 ? '' : apiVersion.slice(0, slash),
          version: apiVersion.slice(slash + 1),
          resource,
          namespaced: scope === 'ns',
        },
      ];
    }),
);

/** The kinds that kroot has typed knowledge of, in a fixed order. */
export const BUILTIN_KINDS: readonly KindInfo[] = [...byKind.values()];

/** What is known about a built-in kind, by its name; undefined for every other kind. */
export function builtinKind(kind: string): KindInfo | undefined {
  return byKind.get(kind);
}
