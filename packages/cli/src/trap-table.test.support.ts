/** One thing that looks like a fault and is none, or like another fault than it is. */
export interface Trap {
  readonly trap: number;
  readonly says: string;
  /** Files below fixtures/, each a cluster that holds the trap. */
  readonly inputs: readonly string[];
  /** Every critical, warning and unexplained symptom that is right to tell, the same for all inputs; none if not given. */
  readonly tells?: readonly string[];
}

const rule = (id: string, file: string): string => `rules/${id}/${file}.yaml`;
const own = (file: string): string => `traps/${file}.yaml`;

/** Traps about single messages and fields: tests of those hold them. */
export const TESTED_APART: ReadonlyMap<number, string> = new Map([
  [69, 'packages/engine/src/change-clock.test.ts'],
  [86, 'packages/cluster/src/projection/project.test.ts'],
  [91, 'packages/graph/src/scheduling/failed-scheduling.test.ts'],
  [92, 'packages/graph/src/events.test.ts'],
]);

/** Why some traps have no row: there is nothing in objects to be wrong about. */
export const NOT_IN_OBJECTS: ReadonlyMap<number, string> = new Map([
  [26, 'STATUS columns of kubectl are no input'],
  [66, 'who maintains an object is told beside a fault, it hides none'],
  [70, 'lines of logs that are no errors are no input without --logs'],
]);

/** The traps by number. */
export const TRAPS: readonly Trap[] = [
  {
    trap: 1,
    says: 'optional references may be missing',
    inputs: [
      rule('secret-missing-env', 'silent-optional'),
      rule('configmap-missing-env', 'silent-optional'),
      rule('secret-missing-volume', 'silent-optional'),
      rule('configmap-key-missing-volume', 'silent-optional'),
    ],
  },
  {
    trap: 2,
    says: 'a missing pull secret does not stop public images',
    inputs: [rule('image-pull-secret-missing', 'silent-public-image')],
  },
  {
    trap: 3,
    says: 'what was not collected is not missing',
    inputs: [
      rule('ingress-tls-secret-missing', 'silent-not-known'),
      rule('ingress-class-missing', 'silent-not-known'),
      rule('kube-dns-service-missing', 'silent-some-namespaces'),
    ],
  },
  {
    trap: 4,
    says: 'controllers make objects at runtime',
    inputs: [own('04-root-ca-left-out'), rule('ingress-tls-secret-missing', 'silent-being-issued')],
  },
  { trap: 5, says: 'mounted Secrets reach running pods', inputs: [own('05-mounted-secret-edited')] },
  {
    trap: 6,
    says: 'caches that the kubelet still fills',
    inputs: [rule('secret-missing-env', 'silent-cache'), rule('configmap-missing-volume', 'silent-not-registered')],
    tells: ['unexplained pod-not-ready Pod/shop/api-7c9d8f6b5-x2k4m'],
  },
  {
    trap: 7,
    says: 'only pods that still run need their references',
    inputs: [own('07-only-a-completed-pod-needs-it'), rule('secret-missing-env', 'silent-scaled-to-zero')],
  },
  { trap: 8, says: 'ServiceAccounts have no token Secrets', inputs: [own('08-account-without-secrets')] },
  {
    trap: 9,
    says: 'completed pods and Jobs are healthy',
    inputs: [
      rule('pod-not-ready', 'silent-completed'),
      rule('job-backoff-limit', 'silent-later-run-succeeded'),
      rule('crashloop-exit-0', 'silent-job'),
    ],
  },
  {
    trap: 10,
    says: 'terminating pods are left alone inside their grace',
    inputs: [rule('terminating-stuck-finalizer', 'silent-grace')],
  },
  {
    trap: 11,
    says: 'young pods get their time',
    inputs: [
      rule('deploy-unavailable', 'silent-pod-inside-its-grace'),
      rule('init-container-hang', 'silent-young'),
      rule('startup-probe-exhausted', 'silent-inside-budget'),
    ],
  },
  {
    trap: 12,
    says: 'carcasses whose controller has enough pods',
    inputs: [
      rule('node-evicted-memory', 'silent-replaced'),
      rule('admission-out-of-resource', 'silent-replaced'),
      rule('emptydir-sizelimit-exceeded', 'silent-replaced'),
    ],
  },
  {
    trap: 13,
    says: 'old restarts of ready containers',
    inputs: [
      rule('crashloop-app-exit', 'silent-healed'),
      rule('flapping-container', 'silent-start-crashes-are-over'),
      rule('exit-139-segv', 'silent-healed'),
    ],
  },
  {
    trap: 13,
    says: 'a crash loop caught while it runs',
    inputs: [rule('flapping-container', 'fires')],
    tells: ['warning flapping-container Deployment/shop/api'],
  },
  {
    trap: 14,
    says: 'exit 137 without OOMKilled is not out of memory',
    inputs: [rule('oomkilled-limit', 'silent-plain-137')],
    tells: ['critical exit-137-external Deployment/shop/api'],
  },
  {
    trap: 15,
    says: 'exit 143 on request, exit 0 of init containers',
    inputs: [own('15-terminated-on-request'), rule('init-container-crashloop', 'silent-done')],
  },
  { trap: 16, says: 'native sidecars run for ever', inputs: [rule('sidecar-init-not-started', 'silent-started')] },
  {
    trap: 17,
    says: 'static pods ignore taints and belong to their node',
    inputs: [own('17-static-pod-on-tainted-node')],
  },
  { trap: 18, says: 'ephemeral containers hurt no pod', inputs: [own('18-debug-container-fails')] },
  {
    trap: 19,
    says: 'container states on a lost node are stale',
    inputs: [rule('crashloop-app-exit', 'silent-node-lost')],
    tells: ['critical node-unreachable Node/worker-1'],
  },
  {
    trap: 20,
    says: 'preemption under way',
    inputs: [own('20-preemption-under-way'), rule('sched-gated', 'silent-within-grace')],
  },
  {
    trap: 21,
    says: 'probes fail during startup and termination',
    inputs: [rule('readiness-conn-refused', 'silent-start-noise'), rule('startup-probe-exhausted', 'silent-started')],
  },
  {
    trap: 22,
    says: 'causes in events of type Normal',
    inputs: [rule('pvc-no-class-no-pv', 'fires-controller-says-so')],
    tells: ['critical pvc-no-class-no-pv PersistentVolumeClaim/shop/archive'],
  },
  {
    trap: 23,
    says: 'a large count is not recent',
    inputs: [own('23-old-count'), rule('readiness-http-status', 'silent-healed')],
  },
  { trap: 24, says: 'events of an earlier pod of the same name', inputs: [own('24-event-of-an-earlier-pod')] },
  {
    trap: 25,
    says: 'no events is not no problem',
    inputs: [own('25-events-have-expired')],
    tells: ['critical secret-missing-env Secret/shop/db-password'],
  },
  {
    trap: 27,
    says: 'what is stopped on purpose',
    inputs: [
      own('27-stopped-on-purpose'),
      rule('deploy-unavailable', 'silent-scaled-to-zero'),
      rule('hpa-scaling-inactive', 'silent-scaled-to-zero'),
      rule('svc-target-scaled-to-zero', 'silent-nobody-needs-it'),
    ],
  },
  { trap: 28, says: 'a rollout inside its deadline', inputs: [rule('deploy-unavailable', 'silent-rollout')] },
  {
    trap: 29,
    says: 'a stuck rollout whose old revision serves is no outage',
    inputs: [own('29-stuck-but-available')],
    tells: ['warning image-not-found Deployment/shop/web'],
  },
  {
    trap: 30,
    says: 'DaemonSets without nodes, on cordoned nodes, off tainted ones',
    inputs: [own('30-daemonsets-at-rest'), rule('ds-pods-unavailable', 'silent-no-node-meant')],
  },
  {
    trap: 31,
    says: 'claims and ordinals of StatefulSets',
    inputs: [own('31-claims-kept-after-scale-down'), rule('sts-ordered-blocked', 'silent-next-ordinal-starting')],
  },
  {
    trap: 32,
    says: 'a failed run followed by a good one',
    inputs: [rule('job-failed-pods', 'silent-later-run-succeeded'), rule('job-deadline', 'silent-later-run-succeeded')],
  },
  { trap: 33, says: 'standbys of a leader', inputs: [own('33-standby-of-a-leader')] },
  {
    trap: 34,
    says: 'owners that are custom resources',
    inputs: [own('34-pod-of-a-custom-resource')],
    tells: ['critical crashloop-app-exit PostgresCluster.data.example.com/shop/orders'],
  },
  { trap: 35, says: 'a controller that lags by seconds', inputs: [own('35-generation-two-seconds-behind')] },
  {
    trap: 36,
    says: 'Services without selector, without cluster address, scaled by need',
    inputs: [
      rule('svc-selector-no-match', 'silent-no-selector'),
      rule('svc-selectorless-no-endpoints', 'silent-not-needed'),
      rule('svc-externalname-dangling', 'silent-outside'),
      rule('svc-target-scaled-to-zero', 'silent-keda'),
      rule('ingress-backend-service-missing', 'silent-alb-action'),
    ],
  },
  { trap: 37, says: 'a Service whose pods have completed', inputs: [own('37-service-of-a-finished-job')] },
  { trap: 38, says: 'endpoints that terminate and still serve', inputs: [own('38-terminating-endpoint')] },
  {
    trap: 39,
    says: 'a port that is not declared may listen',
    inputs: [
      rule('svc-targetport-not-declared', 'silent-nothing-declared'),
      rule('svc-targetport-not-declared', 'silent-in-arguments'),
    ],
  },
  {
    trap: 40,
    says: 'policies add up, see pod ports, and spare nodes',
    inputs: [
      rule('np-egress-blocks-dns', 'silent-allowed-by-another'),
      rule('np-egress-blocks-dns', 'silent-host-network'),
      rule('np-egress-blocks-dns', 'silent-ingress-only'),
      rule('np-egress-blocks-dependency', 'silent-pod-port'),
      rule('np-ingress-blocks-client', 'silent-flannel'),
    ],
    tells: ['critical crashloop-app-exit Deployment/shop/web'],
  },
  {
    trap: 41,
    says: 'load balancers where nobody hands out addresses',
    inputs: [own('41-load-balancer-without-a-cloud')],
  },
  {
    trap: 42,
    says: 'Ingresses by annotation and by default class',
    inputs: [rule('ingress-class-missing', 'silent-annotation'), rule('ingress-class-missing', 'silent-default')],
  },
  {
    trap: 43,
    says: 'one conflict of the endpoints controller',
    inputs: [own('43-conflict-of-the-endpoints-controller')],
  },
  { trap: 44, says: 'repairs after an upgrade', inputs: [own('44-cluster-ip-repaired')] },
  { trap: 45, says: 'no kube-proxy, DNS by another name', inputs: [own('45-no-kube-proxy-and-dns-by-another-name')] },
  {
    trap: 46,
    says: 'claims that wait for their first consumer',
    inputs: [rule('pvc-pending', 'silent-no-consumer'), rule('provisioner-not-running', 'silent-waits-for-consumer')],
  },
  {
    trap: 47,
    says: 'claims that were bound since',
    inputs: [
      rule('pvc-no-class-no-pv', 'silent-bound-later'),
      rule('provisioning-failed-backend', 'silent-bound-later'),
    ],
  },
  { trap: 48, says: 'a volume that changes hands', inputs: [own('48-volume-changes-hands')] },
  {
    trap: 49,
    says: 'released volumes that nobody wants',
    inputs: [rule('pv-released-not-reusable', 'silent-nobody-wants-it')],
  },
  { trap: 50, says: 'file systems that grow at the next start', inputs: [own('50-file-system-still-to-grow')] },
  {
    trap: 51,
    says: 'class names that need no StorageClass',
    inputs: [rule('storageclass-missing', 'silent-static-class')],
  },
  {
    trap: 52,
    says: 'drivers that register after the node',
    inputs: [rule('csi-driver-not-registered', 'silent-registered-later')],
  },
  { trap: 53, says: 'conditions of vendors', inputs: [own('53-condition-of-a-vendor')] },
  {
    trap: 54,
    says: 'noise of a kubelet that starts',
    inputs: [rule('node-disk-pressure', 'silent-start-up'), rule('node-not-ready-runtime', 'silent-reboot')],
  },
  {
    trap: 55,
    says: 'cordons and control-plane taints',
    inputs: [own('55-cordoned-and-control-plane'), rule('node-cordoned', 'silent-uncordoned')],
  },
  { trap: 56, says: 'finished pods hold no room', inputs: [rule('sched-too-many-pods', 'silent-finished')] },
  {
    trap: 57,
    says: 'scheduler messages of older attempts',
    inputs: [rule('sched-insufficient-memory', 'silent-placed'), rule('sched-volume-limit', 'silent-room')],
  },
  {
    trap: 58,
    says: 'autoscalers that hold still',
    inputs: [
      rule('hpa-at-max', 'silent-fixed-number'),
      rule('hpa-no-resource-metrics', 'silent-short-hiccup'),
      rule('hpa-scaling-inactive', 'silent-pods-just-started'),
    ],
  },
  {
    trap: 59,
    says: 'budgets that nobody asks',
    inputs: [rule('pdb-blocks-drain', 'silent-nobody-drains'), rule('pdb-impossible', 'silent-no-pods')],
  },
  { trap: 60, says: 'a full quota with enough pods', inputs: [rule('quota-exceeded', 'silent-full-but-enough')] },
  { trap: 61, says: 'a later loop of the cluster autoscaler', inputs: [own('61-scale-up-of-a-later-loop')] },
  { trap: 62, says: 'webhooks that may fail', inputs: [own('62-webhook-that-may-fail')] },
  { trap: 63, says: 'local APIServices', inputs: [own('63-local-api-service')] },
  {
    trap: 64,
    says: 'conditions that are good when False',
    inputs: [own('64-conditions-that-are-good-when-false')],
  },
  { trap: 65, says: 'namespaces that are going away', inputs: [own('65-namespace-going-away')] },
  { trap: 67, says: 'hooks and tests of Helm', inputs: [own('67-helm-test-of-yesterday')] },
  { trap: 68, says: 'captures are read as of their own time', inputs: [rule('secret-missing-env', 'silent-optional')] },
  {
    trap: 71,
    says: 'node events with a name as uid',
    inputs: [own('71-node-event-with-its-name-as-uid')],
    tells: ['warning node-memory-pressure Node/worker-1'],
  },
  {
    trap: 72,
    says: 'a platform that is not in the manifest',
    inputs: [rule('image-platform-mismatch', 'fires')],
    tells: ['critical image-platform-mismatch Deployment/shop/api'],
  },
  {
    trap: 73,
    says: 'a certificate behind a failed authorization',
    inputs: [rule('image-unauthorized', 'silent-certificate')],
    tells: ['critical image-registry-tls Deployment/shop/api'],
  },
  {
    trap: 74,
    says: 'probes that are redirected',
    inputs: [rule('probe-scheme-mismatch', 'silent-redirected')],
    tells: ['critical probe-redirected Deployment/shop/api'],
  },
  {
    trap: 75,
    says: 'exit 0 after the kill of a startup probe',
    inputs: [rule('crashloop-exit-0', 'silent-startup-kill')],
    tells: ['critical startup-probe-exhausted Deployment/shop/api'],
  },
  {
    trap: 76,
    says: 'a CNI failure is not a tiny memory limit',
    inputs: [rule('oom-at-init', 'silent-cni')],
    tells: ['critical sandbox-cni-failed Node/worker-1'],
  },
  {
    trap: 77,
    says: 'an image name that cannot be parsed',
    inputs: [rule('image-inspect-error', 'silent-invalid-name')],
    tells: ['critical image-invalid-name Deployment/shop/api'],
  },
  {
    trap: 78,
    says: 'ids in messages',
    inputs: [own('78-a-container-id-in-each-message')],
    tells: ['critical create-container-error Deployment/shop/api'],
  },
  {
    trap: 79,
    says: 'a driver kept off nodes by a taint',
    inputs: [rule('csi-driver-not-registered', 'fires-taint')],
    tells: ['critical csi-driver-not-registered DaemonSet/storage/disk-node'],
  },
  {
    trap: 80,
    says: 'finalizers where nothing is being deleted',
    inputs: [
      rule('finalizer-stuck-object', 'silent-not-deleted'),
      rule('terminating-stuck-finalizer', 'silent-not-deleted'),
    ],
  },
  {
    trap: 81,
    says: 'a DaemonSet that wants no node is the root',
    inputs: [rule('node-not-ready-cni', 'fires-daemonset-not-there')],
    tells: ['critical node-not-ready-cni DaemonSet/kube-system/netd'],
  },
  {
    trap: 82,
    says: 'an injected container that asks for nothing',
    inputs: [rule('hpa-missing-requests', 'fires-injected-and-not-named')],
    tells: ['warning hpa-missing-requests Deployment/shop/web'],
  },
  {
    trap: 83,
    says: 'texts of the namespace controller',
    inputs: [rule('ns-terminating-content', 'fires')],
    tells: ['warning ns-terminating-content Namespace/shop'],
  },
  {
    trap: 84,
    says: 'a cause that only an event of type Normal tells',
    inputs: [rule('pvc-no-class-no-pv', 'fires-controller-says-so')],
    tells: ['critical pvc-no-class-no-pv PersistentVolumeClaim/shop/archive'],
  },
  {
    trap: 85,
    says: 'the fault of an issuer is not the Certificate’s',
    inputs: [rule('issuer-missing', 'fires')],
    tells: ['warning issuer-missing Issuer.cert-manager.io/shop/letsencrypt'],
  },
  {
    trap: 87,
    says: 'a conversion webhook hides its own kind',
    inputs: [
      rule('crd-conversion-webhook-down', 'silent-works'),
      rule('crd-conversion-webhook-down', 'silent-strategy-none'),
    ],
  },
  { trap: 88, says: 'dummy endpoints and forgotten nodes', inputs: [own('88-dummy-endpoints')] },
  {
    trap: 89,
    says: 'a cordon is not a drain',
    inputs: [rule('node-drain-stuck', 'silent-just-cordoned'), rule('node-drain-stuck', 'silent-nobody-drains')],
  },
  {
    trap: 90,
    says: 'CoreDNS crashes without a word',
    inputs: [own('90-dns-crashes-without-a-word')],
    tells: ['critical coredns-config-broken ConfigMap/kube-system/coredns'],
  },
  { trap: 93, says: 'noise of a healthy start', inputs: [own('93-noise-of-a-start')] },
  {
    trap: 94,
    says: 'a class name of static volumes that do not fit',
    inputs: [rule('storageclass-missing', 'silent-static-mismatch')],
    tells: ['critical pv-static-mismatch PersistentVolumeClaim/shop/data'],
  },
  {
    trap: 95,
    says: 'a scheduler that nobody runs',
    inputs: [rule('unknown-scheduler-name', 'fires')],
    tells: ['critical unknown-scheduler-name Deployment/shop/web'],
  },
  {
    trap: 96,
    says: 'pods of a lost node keep the phase Running',
    inputs: [rule('node-unreachable', 'fires')],
    tells: ['critical node-unreachable Node/w2'],
  },
];
