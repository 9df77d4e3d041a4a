import { memoize, podsOf, podState, refOf, type PodState } from '@kroot/graph';
import { ref, type DaemonSet, type PodSpec, type Snapshot } from '@kroot/types';

/** Images that install and run a CNI plugin, by the last part of their name; used where no mount tells. */
const KNOWN_IMAGES =
  /^(?:flannel|calico-node|node|cilium|cilium-agent|kube-router|weave-kube|antrea-agent(?:-ubuntu)?|antrea-ubuntu|kube-ovn|amazon-k8s-cni|azure-cni|aws-network-policy-agent|canal|ovn-kube(?:rnetes)?|kube-network-manager)$/;

/** The DaemonSets that bring the CNI plugin to the nodes, in order of namespace and name. */
const cniDaemonSets: (snapshot: Snapshot) => readonly DaemonSet[] = memoize((snapshot) => {
  const all = snapshot.list('DaemonSet');
  const installing = all.filter((set) => mountsCniFolder(set.spec.template.spec) || mountsCniConfig(snapshot, set));
  return installing.length > 0 ? installing : all.filter((set) => runsKnownImage(set.spec.template.spec));
});

/** A CNI plugin's binary and configuration are put in host folders that end in cni or lie below one: /opt/cni/bin, /etc/cni/net.d. */
function mountsCniFolder(spec: PodSpec): boolean {
  return (spec.volumes ?? []).some(({ hostPath }) =>
    /\/(?:etc|opt|lib|libexec|run)\/(?:[\w.-]+\/)?cni(?:\/(?:bin|net\.d).*)?$/.test(hostPath?.path ?? ''),
  );
}

const CONFIG_KEY = /^cni[-_](?:conf|network)|\.conflist$/;

/** A mounted ConfigMap with a CNI configuration in it, as the CNI specification names its fields. */
function mountsCniConfig(snapshot: Snapshot, { metadata, spec }: DaemonSet): boolean {
  return (spec.template.spec.volumes ?? []).some(({ configMap }) => {
    if (configMap?.name === undefined) return false;
    const found = snapshot.lookup({
      ...ref('ConfigMap', metadata.namespace, configMap.name),
      kind: 'ConfigMap' as const,
    });
    if (found.state !== 'present') return false;
    const keys = found.object.dataKeys ?? [];
    const values = Object.values(found.object.data ?? {});
    return keys.some((key) => CONFIG_KEY.test(key)) || values.some((value) => value.includes('"cniVersion"'));
  });
}

function runsKnownImage(spec: PodSpec): boolean {
  if (spec.hostNetwork !== true) return false;
  return spec.containers.some(({ image = '' }) =>
    KNOWN_IMAGES.test(
      image
        .replace(/[@:][^/]*$/, '')
        .split('/')
        .at(-1) ?? '',
    ),
  );
}

/** The CNI DaemonSet that serves a node, and its pod there if there is one. */
export interface CniAgent {
  readonly daemonSet: DaemonSet;
  readonly pod?: PodState;
}

/**
 * The DaemonSet that a node's missing or failing CNI plugin comes from: of several the one that the plugin's type names,
 * else the only one that has no ready pod on the node; undefined when that does not single one out.
 */
export function cniAgent(snapshot: Snapshot, node: string, plugin?: string): CniAgent | undefined {
  const agents = cniDaemonSets(snapshot).map((daemonSet): CniAgent => {
    const pod = podsOf(snapshot, refOf(daemonSet)).find(({ spec }) => spec.nodeName === node);
    return pod === undefined ? { daemonSet } : { daemonSet, pod: podState(snapshot, pod) };
  });
  if (agents.length <= 1) return agents[0];
  const stem = plugin?.toLowerCase().replaceAll(/-?cni-?/g, '') ?? '';
  const named = stem === '' ? [] : agents.filter(({ daemonSet }) => mentions(daemonSet, stem));
  if (named.length === 1) return named[0];
  const idle = agents.filter(({ pod }) => pod?.stage !== 'ready');
  return idle.length === 1 ? idle[0] : undefined;
}

function mentions({ metadata, spec }: DaemonSet, stem: string): boolean {
  const images = spec.template.spec.containers.map(({ image }) => image ?? '');
  return [metadata.name, ...images].some((text) => text.toLowerCase().includes(stem));
}
