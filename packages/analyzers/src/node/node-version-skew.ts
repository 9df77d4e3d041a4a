import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Node, type Snapshot } from '@kroot/types';
import { componentPods } from '../support/control-plane-pods.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { kubectl } from '../support/kubectl.ts';
import { minorVersion, type MinorVersion } from '../support/version-of.ts';

/** Kubelets may be so many minor versions behind the API server. */
const BEHIND = 3;

/** Reports nodes whose kubelet is too old or too new for the API server. */
export const nodeVersionSkew: Analyzer = {
  meta: {
    id: 'node-version-skew',
    title: 'Kubelet and API server are too far apart in version',
    role: 'fault',
    severity: 'warning',
    reads: ['Node', 'Pod'],
    breaks: ['node-admission'],
    docs: {
      means:
        'A kubelet may be up to three minor versions older than the API server, and never newer. Outside of that fields are misread or lost, and nobody tests it.',
      decides:
        'nodeInfo.kubeletVersion of each node against the version of the API server, as the capture has it or as the images of its static pods say; of several API servers the oldest counts for newer kubelets, the newest for older ones.',
      silent: 'When the version of the API server is not known, and inside the bounds: upgrades take their time.',
      references: ['https://kubernetes.io/releases/version-skew-policy/#kubelet'],
    },
  },
  *analyze({ snapshot }) {
    const servers = serverVersions(snapshot);
    const [first] = servers;
    if (first === undefined) return;
    const minors = servers.map(({ version }) => version.minor);
    const bounds = {
      major: first.version.major,
      oldest: Math.min(...minors),
      newest: Math.max(...minors),
      text: first.text,
    };
    for (const node of snapshot.list('Node')) {
      const version = minorVersion(node.status?.nodeInfo?.kubeletVersion);
      if (version === undefined || version.major !== bounds.major) continue;
      if (version.minor > bounds.oldest) yield finding(node, bounds, 'newer');
      else if (bounds.newest - version.minor > BEHIND) yield finding(node, bounds, 'older');
    }
  },
};

interface ServerVersion {
  readonly text: string;
  readonly version: MinorVersion;
}

function serverVersions(snapshot: Snapshot): readonly ServerVersion[] {
  const images = componentPods(snapshot, 'kube-apiserver').flatMap(({ pod }) =>
    pod.spec.containers.map(({ image = '' }) => /:(v[^@:/]{1,60})(?:@|$)/.exec(image)?.[1] ?? ''),
  );
  return [snapshot.source.serverVersion ?? '', ...images].flatMap((text) => {
    const version = minorVersion(text);
    return version === undefined ? [] : [{ text, version }];
  });
}

interface Bounds {
  readonly major: number;
  readonly oldest: number;
  readonly newest: number;
  readonly text: string;
}

function finding(node: Node, bounds: Bounds, how: 'newer' | 'older'): Finding {
  const subject = refOf(node);
  const { name } = subject;
  const own = node.status?.nodeInfo?.kubeletVersion ?? '';
  const limit =
    how === 'newer'
      ? `a kubelet must not be newer than its API server`
      : `a kubelet may be ${BEHIND} minor versions older at most`;
  return {
    rule: nodeVersionSkew.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `Kubelet of node ${name} is ${own}, too ${how === 'newer' ? 'new' : 'old'} for API server ${bounds.text}`,
    cause: `The kubelet of ${name} has version ${own} and the API server ${bounds.text}, and ${limit}.`,
    detail: { node: name, kubelet: own, server: bounds.text },
    evidence: [
      fromSpec(subject, 'status.nodeInfo.kubeletVersion', own),
      computed(subject, `API server: ${bounds.text}; ${limit}`),
    ],
    fixes: [
      {
        summary: how === 'newer' ? 'Upgrade the control plane first' : `Upgrade the kubelet of ${name}`,
        steps: [
          how === 'newer'
            ? 'Bring all API servers to the version of the newest kubelet, one minor version after the other.'
            : 'Drain the node, upgrade kubelet and kube-proxy one minor version after the other, or replace it by a node of the present version.',
        ],
        commands: [kubectl(undefined, 'get', 'nodes', '-o', 'wide'), kubectl(undefined, 'version')],
        effect: 'none',
        where: 'node',
      },
    ],
  };
}
