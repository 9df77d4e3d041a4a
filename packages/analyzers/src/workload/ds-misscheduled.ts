import { podsOf, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type DaemonSet, type Finding, type Snapshot } from '@kroot/types';
import { daemonExclusions, exclusionWords, type DaemonExclusion } from '../support/daemon-placement.ts';
import { computed } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { counted, listed } from '../support/words.ts';

const ID = 'ds-misscheduled';

/** Remarks on pods of DaemonSets on nodes that the DaemonSet is no longer meant for. */
export const dsMisscheduled: Analyzer = {
  meta: {
    id: ID,
    title: 'DaemonSet runs on nodes that it is not meant for any more',
    role: 'fault',
    severity: 'info',
    reads: ['DaemonSet', 'Node', 'Pod'],
    breaks: ['availability'],
    docs: {
      means:
        'The node was tainted or relabelled after the pod had come. The pod goes on for now; once it ends (a restart of the node, an update) it does not come back.',
      decides:
        'status.numberMisscheduled is above 0, and a node with a pod of the DaemonSet has a taint that it does not tolerate, or not the labels that it asks for.',
      silent: 'Where the nodes in the capture do not show why.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations'],
    },
  },
  *analyze({ snapshot }) {
    for (const set of snapshot.list('DaemonSet')) {
      if ((set.status?.numberMisscheduled ?? 0) === 0) continue;
      const wrong = misplaced(snapshot, set);
      if (wrong.length > 0) yield finding(snapshot, set, wrong);
    }
  },
};

function misplaced(snapshot: Snapshot, set: DaemonSet): readonly DaemonExclusion[] {
  const used = new Set(podsOf(snapshot, refOf(set)).map(({ spec }) => spec.nodeName));
  return (daemonExclusions(snapshot, set) ?? []).filter(({ node }) => used.has(node.name));
}

function finding(snapshot: Snapshot, set: DaemonSet, wrong: readonly DaemonExclusion[]): Finding {
  const subject = refOf(set);
  const nodes = new Set(wrong.map(({ node }) => node.name));
  const pods = podsOf(snapshot, subject).filter(({ spec }) => nodes.has(spec.nodeName ?? ''));
  return {
    rule: ID,
    subject,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} runs on ${counted(wrong.length, 'node')} that it is not meant for any more`,
    cause: `${listed(wrong.map((each) => exclusionWords(each)))}: the pod there is not made again once it ends.`,
    evidence: [
      computed(subject, `status.numberMisscheduled ${set.status?.numberMisscheduled ?? 0}`),
      ...wrong.slice(0, 3).map((each) => computed(each.node, each.words)),
    ],
    affects: refsOfPods(pods),
    fixes: [
      describeFix(subject, `Decide whether ${inWords(subject)} belongs on ${listed([...nodes])}`, [
        'If it does, add a toleration for the taint, or give the node the label back.',
        'If not, nothing has to be done.',
      ]),
    ],
  };
}
