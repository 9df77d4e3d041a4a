import { refOf, timeOf } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Finding, type Node, type Snapshot } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { present } from '../support/present.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';
import { span } from '../support/words.ts';

/** Captures take their time, and what was read last may be newer than the moment that the capture states. */
const TOLERANCE = 30_000;

/** Reports nodes whose clock is ahead of everyone else's. */
export const nodeClockSkew: Analyzer = {
  meta: {
    id: 'node-clock-skew',
    title: 'Clock of the node is ahead',
    role: 'fault',
    severity: 'warning',
    reads: ['Node', 'Lease'],
    breaks: ['node-lost'],
    docs: {
      means:
        'The kubelet writes times that lie in the future. With a wrong clock its tokens and certificates count as not yet valid, and its pods write wrong times everywhere.',
      decides:
        'renewTime of the node’s Lease is more than 30 s later than the capture and than the Lease of the median node. There must be at least three nodes to compare.',
      silent:
        'When most nodes are ahead: then it is the capture that is late. A clock that is behind cannot be told from a node that is slow.',
      references: ['https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats'],
    },
  },
  *analyze({ snapshot, now }) {
    const renewals = snapshot.list('Node').flatMap((node) => {
      const text = present(snapshot, 'Lease', 'kube-node-lease', node.metadata.name)?.spec?.renewTime;
      const time = timeOf(text);
      return text === undefined || time === undefined ? [] : [{ node, text, time }];
    });
    const middle = renewals.map(({ time }) => time).toSorted((a, b) => a - b)[Math.floor(renewals.length / 2)];
    if (renewals.length < 3 || middle === undefined) return;
    for (const { node, text, time } of renewals) {
      if (time - now > TOLERANCE && time - middle > TOLERANCE) yield finding(snapshot, node, { text, time });
    }
  },
};

function finding(snapshot: Snapshot, node: Node, renewed: { readonly text: string; readonly time: number }): Finding {
  const subject = refOf(node);
  const { name } = subject;
  const lease = ref('Lease', 'kube-node-lease', name);
  const ahead = span(renewed.time - snapshot.now.getTime());
  return {
    rule: nodeClockSkew.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    message: `Clock of node ${name} is ${ahead} ahead`,
    cause: `The kubelet of ${name} renewed its Lease at ${renewed.text}, ${ahead} after the moment of the capture, and the other nodes did not.`,
    detail: { node: name },
    evidence: [
      fromSpec(lease, 'spec.renewTime', renewed.text),
      computed(subject, `the capture was made at ${snapshot.now.toISOString()}`),
    ],
    fixes: [
      lookAtNode(name, `Set the clock of ${name} right`, [
        `On ${name}: timedatectl and chronyc tracking show whether it follows a time server; port 123/udp must be open to it.`,
      ]),
    ],
  };
}
