import { labelValue } from '@kroot/graph';
import { type Analyzer, type Snapshot } from '@kroot/types';
import { nodeDaemonRule } from '../support/node-daemon-rule.ts';

/** Agents that take over the work of kube-proxy, by a label of their pods. */
const REPLACEMENTS: ReadonlySet<string> = new Set(['cilium', 'calico-node', 'kube-router', 'ovnkube-node', 'antrea']);

/** Reports kube-proxy where it does not work. */
export const kubeProxyDown: Analyzer = nodeDaemonRule({
  id: 'kube-proxy-down',
  title: 'kube-proxy does not work on a node',
  breaks: ['dependency', 'network', 'name-resolution'],
  docs: {
    means:
      'kube-proxy makes the addresses of Services work on each node. Where it does not run, rules that it wrote stay as they were, and pods there reach old endpoints or none.',
    decides:
      'A DaemonSet labelled k8s-app=kube-proxy has pods that are held up, or a node selector that no node has. What holds its pods up is the cause, where that is known.',
    silent:
      'Without such a DaemonSet (Cilium, OVN and others replace it), on nodes that are lost themselves, and for an empty DaemonSet where such a replacement runs.',
    references: ['https://kubernetes.io/docs/reference/networking/virtual-ips/'],
  },
  isIt: ({ metadata, spec }) =>
    metadata.namespace === 'kube-system' &&
    labelValue(spec.template.metadata?.labels ?? metadata.labels, 'k8s-app') === 'kube-proxy',
  isReplaced,
  harm: 'addresses of Services do not follow their pods',
});

/** Where the pods are not all known, one of these may well be there. */
function isReplaced(snapshot: Snapshot): boolean {
  if (snapshot.coverage.state('Pod', 'kube-system') !== 'complete') return true;
  return snapshot
    .list('Pod')
    .some(({ metadata }) =>
      ['k8s-app', 'app', 'app.kubernetes.io/name'].some((key) =>
        REPLACEMENTS.has(labelValue(metadata.labels, key) ?? ''),
      ),
    );
}
