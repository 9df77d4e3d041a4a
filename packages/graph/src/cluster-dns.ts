import { type DaemonSet, type Pod, type Service, type Snapshot } from '@kroot/types';
import { serviceEndpoints } from './endpoints.ts';
import { memoize } from './memo.ts';
import { isFinished, podsMatching } from './pods-by-label.ts';
import { labelValue } from './selectors.ts';
import { resolveTargetPort } from './target-ports.ts';

/** A port on which DNS pods answer, after the Service's translation: 53, or 5353 on OpenShift, 8053 elsewhere. */
export interface DnsPort {
  readonly port: number;
  readonly protocol: string;
}

/** The cluster's DNS, as far as the snapshot shows it. */
export interface ClusterDns {
  /** `absent` only where the Services of every namespace it could be in are known. */
  readonly state: 'present' | 'absent' | 'unknown';
  readonly services: readonly Service[];
  /** The live pods behind the Services; where no Service is known, those that are labelled as DNS. */
  readonly pods: readonly Pod[];
  /** By protocol and number. Without a Service port 53 of both protocols. */
  readonly ports: readonly DnsPort[];
  /** Cluster addresses of the Services: what pods have in resolv.conf. */
  readonly addresses: readonly string[];
  /**
   * Whether nodes run NodeLocal DNSCache: queries then go to a host network pod, which selectors do not match.
   * https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
   */
  readonly nodeLocal: 'present' | 'absent' | 'unknown';
}

/** Where distributions keep their DNS Service: kubeadm and most others, some kubespray versions, OpenShift. */
const WELL_KNOWN: ReadonlySet<string> = new Set([
  'kube-system/kube-dns',
  'kube-system/coredns',
  'openshift-dns/dns-default',
]);
const NAMESPACES = ['kube-system', 'openshift-dns'] as const;
const APP = 'k8s-app';

/** Finds the cluster's DNS, once per snapshot. */
export const clusterDns: (snapshot: Snapshot) => ClusterDns = memoize((snapshot) => {
  const services = snapshot.list('Service').filter((service) => isDnsService(service));
  const allKnown = NAMESPACES.every((namespace) => snapshot.coverage.state('Service', namespace) === 'complete');
  // A capture that shows nothing of kube-system did not look there, whatever it says.
  const looked = snapshot.list('Pod', 'kube-system').length > 0 || snapshot.list('Service', 'kube-system').length > 0;
  const pods = dnsPods(snapshot, services);
  return {
    state: services.length > 0 ? 'present' : allKnown && looked ? 'absent' : 'unknown',
    services,
    pods,
    ports: dnsPorts(services, pods),
    addresses: [...new Set(services.flatMap(({ spec }) => (spec?.clusterIPs ?? []).concat(spec?.clusterIP ?? '')))]
      .filter((address) => address !== '' && address !== 'None')
      .toSorted(),
    nodeLocal: nodeLocal(snapshot),
  };
});

/** Every distribution labels its DNS Service k8s-app=kube-dns, whatever its name; metrics Services lack port 53. */
function isDnsService({ metadata, spec }: Service): boolean {
  const labelled = labelValue(metadata.labels, APP) === 'kube-dns';
  if (!labelled && !WELL_KNOWN.has(`${metadata.namespace ?? ''}/${metadata.name}`)) return false;
  return (spec?.ports ?? []).some(({ port }) => port === 53);
}

function dnsPods(snapshot: Snapshot, services: readonly Service[]): readonly Pod[] {
  const found = new Set<Pod>();
  for (const service of services) {
    const { ready, notReady, selected } = serviceEndpoints(snapshot, service);
    for (const { pod } of [...ready, ...notReady]) if (pod !== undefined) found.add(pod);
    for (const pod of selected) found.add(pod);
  }
  if (services.length === 0) {
    for (const pod of podsMatching(snapshot, 'kube-system', { matchLabels: { [APP]: 'kube-dns' } })) found.add(pod);
    for (const pod of podsMatching(snapshot, 'openshift-dns', {
      matchLabels: { 'dns.operator.openshift.io/daemonset-dns': 'default' },
    })) {
      found.add(pod);
    }
  }
  return [...found].filter((pod) => !isFinished(pod));
}

function dnsPorts(services: readonly Service[], pods: readonly Pod[]): readonly DnsPort[] {
  const found = new Map<string, DnsPort>();
  const add = (port: number, protocol: string): void => void found.set(`${protocol}/${port}`, { port, protocol });
  for (const port of services.flatMap(({ spec }) => spec?.ports ?? [])) {
    if (port.port !== 53) continue;
    const protocol = port.protocol ?? 'TCP';
    for (const pod of pods) {
      const number = resolveTargetPort(port, pod);
      if (number !== undefined) add(number, protocol);
    }
    // A name that no known pod declares says nothing; a number does without pods.
    if (pods.length === 0 && typeof port.targetPort !== 'string') add(port.targetPort ?? port.port, protocol);
  }
  if (found.size === 0) for (const protocol of ['TCP', 'UDP']) add(53, protocol);
  return [...found.values()].toSorted((a, b) =>
    a.protocol === b.protocol ? a.port - b.port : a.protocol < b.protocol ? -1 : 1,
  );
}

function nodeLocal(snapshot: Snapshot): ClusterDns['nodeLocal'] {
  if (snapshot.list('DaemonSet').some((set) => isNodeLocalCache(set))) return 'present';
  if (podsMatching(snapshot, 'kube-system', { matchLabels: { [APP]: 'node-local-dns' } }).length > 0) return 'present';
  return snapshot.coverage.state('DaemonSet', 'kube-system') === 'complete' ? 'absent' : 'unknown';
}

function isNodeLocalCache({ metadata }: DaemonSet): boolean {
  return labelValue(metadata.labels, APP) === 'node-local-dns' || metadata.name === 'node-local-dns';
}
