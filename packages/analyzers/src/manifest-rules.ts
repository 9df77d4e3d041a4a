import { type AnalyzerMeta } from '@kroot/types';

/** The id of a rule that only manifests need. */
export type ManifestRuleId =
  | 'manifest-account-missing'
  | 'manifest-api-removed'
  | 'manifest-claim-missing'
  | 'manifest-duplicate'
  | 'manifest-kind-unknown'
  | 'manifest-probe-port'
  | 'manifest-refused'
  | 'manifest-target-missing'
  | 'manifest-unreadable';

/** What says how pods are to be. */
const WORKLOADS = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'Pod',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
];

/** What differs from rule to rule: all are faults. */
interface Described extends Omit<AnalyzerMeta, 'id' | 'role' | 'reads'> {
  /** Nothing for rules on the text. */
  readonly reads?: readonly string[];
}

/** The rules on manifests that no cluster needs, by id. They run where manifests are read; here is what they say about themselves. */
const DESCRIBED: Readonly<Record<ManifestRuleId, Described>> = {
  'manifest-account-missing': {
    title: 'ServiceAccount is missing',
    severity: 'critical',
    reads: ['ServiceAccount', ...WORKLOADS],
    breaks: ['pod-creation'],
    docs: {
      means: 'Pods name a ServiceAccount that is not in their namespace, so none of them can be created.',
      decides:
        'serviceAccountName of a pod or pod template names an account that its namespace has neither in the manifests nor, with --against, in the cluster. Without a cluster it is a warning: the account may be there already.',
      silent:
        'For the account "default", which every namespace gets, in namespaces kube-*, for accounts that an operator makes for one of its objects in the manifests, for the old field serviceAccount, and with --against for what is not in the manifests: sa-missing tells that.',
      references: ['https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/'],
    },
  },
  'manifest-api-removed': {
    title: 'API version is no longer served',
    severity: 'critical',
    docs: {
      means: 'The API server refuses the manifest: it does not know this version of the API any more.',
      decides:
        'The deprecation guide of Kubernetes says in which version it was removed. Without a cluster every removal counts; with --against those up to the version of that cluster.',
      silent:
        'For versions that are only deprecated and still served, for versions that never were, and for custom kinds.',
      references: ['https://kubernetes.io/docs/reference/using-api/deprecation-guide/'],
    },
  },
  'manifest-claim-missing': {
    title: 'PersistentVolumeClaim is missing',
    severity: 'warning',
    reads: ['PersistentVolumeClaim', ...WORKLOADS],
    breaks: ['scheduling', 'volume'],
    docs: {
      means: 'Pods mount a claim that is not in their namespace, so the scheduler places none of them.',
      decides:
        'A volume of a pod or pod template names a claim that the manifests do not have in its namespace. It is a warning: the claim may be in the cluster already.',
      silent:
        'For claims that StatefulSets in the manifests and generic ephemeral volumes bring along, in namespaces kube-*, and with --against: then sched-pvc-missing looks in the cluster, too.',
      references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes'],
    },
  },
  'manifest-duplicate': {
    title: 'Object is in the manifests twice',
    severity: 'warning',
    docs: {
      means:
        'Two manifests write the same object: kubectl applies both, so that the last one wins; helm install and kustomize refuse them.',
      decides:
        'Two documents of one folder, or of standard input, have the same API group, kind, namespace and name; what states no namespace has that of --namespace or of the cluster, else "default".',
      silent:
        'For the same object in different folders, which as a rule stand for environments, for patches that a kustomization names, and for names that the API server completes (generateName).',
      references: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/names/'],
    },
  },
  'manifest-kind-unknown': {
    title: 'Kind does not exist',
    severity: 'critical',
    docs: {
      means: 'The API server refuses the manifest: the kind is misspelt, or stands in the wrong API group.',
      decides:
        'The API group is one of Kubernetes itself and does not have the kind: another group of Kubernetes has it, or exactly one kind of this group is spelt nearly like it.',
      silent:
        'For other API groups, of which definitions in the cluster may make the kinds, and for kinds that resemble none of their group, or several.',
      references: ['https://kubernetes.io/docs/reference/kubernetes-api/'],
    },
  },
  'manifest-probe-port': {
    title: 'Probe asks for a port that is not declared',
    severity: 'critical',
    reads: WORKLOADS,
    docs: {
      means: 'The kubelet cannot run the probe, so the container never gets ready.',
      decides:
        'A readiness or startup probe names a port, and its own container declares none of that name; those of the other containers do not count.',
      silent:
        'For ports by number, for gRPC probes, which know numbers only, and for liveness probes: the kubelet restarts no container for a probe that it cannot run.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/prober/worker.go',
      ],
    },
  },
  'manifest-refused': {
    title: 'API server will refuse the object',
    severity: 'critical',
    reads: WORKLOADS.concat([
      'ClusterRoleBinding',
      'HorizontalPodAutoscaler',
      'Ingress',
      'PodDisruptionBudget',
      'Service',
    ]).toSorted(),
    docs: {
      means: 'The API server checks an object before it takes it, and this one does not pass.',
      decides: [
        'By the checks of the API server that need nothing but the manifest.',
        'Pods and templates: a selector that does not fit the labels of its own template; mounts without a volume, or two at one path; no selector; names of containers, volumes and ports that are missing, are none, or that two of them have; ports beyond 65535; requests above limits, quantities and resources that there are not, requests of devices without an equal limit; a restartPolicy that the kind does not take; a successThreshold of a livenessProbe or startupProbe other than 1; a probe that asks in two ways.',
        'Schedules of CronJobs; rollouts of Deployments with neither surge nor unavailable pods, or with Recreate; ports of Services; pathType, path and backend of Ingresses; budgets with both bounds; autoscalers with maxReplicas below minReplicas or 1; ServiceAccounts without a namespace in a ClusterRoleBinding.',
        'Names of objects and values of labels that are none, and numbers and truth values without quotes in labels, annotations, selectors, variables, commands and data.',
      ].join(' '),
      silent: [
        'For values that a tool fills in, such as ${TAG}; for selectors and namespaces of subjects where a kustomization may write them; for a name that is used twice among variables, which is allowed; for schedules with a time zone, ports of nodes and names of Services that begin with a digit, which depend on the version or the server;',
        'with --against for what the cluster has taken already; and for everything else that the API server checks: kubectl apply --dry-run=server asks it.',
      ].join(' '),
      references: [
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go',
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/batch/validation/validation.go',
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go',
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/validation/validation.go',
      ],
    },
  },
  'manifest-target-missing': {
    title: 'Autoscaler scales nothing',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', 'Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'],
    docs: {
      means: 'A HorizontalPodAutoscaler names a workload that is not there, so it does nothing.',
      decides:
        'spec.scaleTargetRef names a kind of Kubernetes itself, and its namespace has no such object, neither in the manifests nor, with --against, in the cluster.',
      silent:
        'For targets of custom kinds, such as Rollouts, in namespaces kube-*, and with --against for autoscalers that are not in the manifests: hpa-target-missing tells of these.',
      references: ['https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/'],
    },
  },
  'manifest-unreadable': {
    title: 'Manifest cannot be read',
    severity: 'critical',
    docs: {
      means: 'Text that should be a manifest is no YAML, so nothing in this document can be applied.',
      decides:
        'The YAML parser refuses the document, it is nested too deep or expands without bounds, or it is a template that was not rendered. The other documents of the file are checked.',
      silent:
        'In folders for files that do not end in .yaml, .yml or .json, for documents that have no line with apiVersion or kind, and for the templates of Helm charts.',
      references: ['https://yaml.org/spec/1.2.2/', 'https://helm.sh/docs/helm/helm_template/'],
    },
  },
};

/** What a rule that only manifests need says about itself. */
export function manifestRule(id: ManifestRuleId): AnalyzerMeta {
  return metaOf(id, DESCRIBED[id]);
}

function metaOf(id: string, { reads = [], ...rest }: Described): AnalyzerMeta {
  return { id, role: 'fault', ...rest, reads };
}

/** What the rules that only manifests need, and so only `kroot check` runs, say about themselves; in order of id. */
export const manifestRules: readonly AnalyzerMeta[] = Object.entries(DESCRIBED).map(([id, described]) =>
  metaOf(id, described),
);
