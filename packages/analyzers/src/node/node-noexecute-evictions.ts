import { conditionOf, podsOf, podState, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Evidence, type Finding, type Snapshot } from '@kroot/types';
import { fromCondition, fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { taintWords } from '../support/scheduling-rule.ts';
import { taintEvictions, type TaintEviction } from '../support/taint-evictions.ts';
import { listed } from '../support/words.ts';

/** Reports taints that drove running pods from a node, where these have not come back elsewhere. */
export const nodeNoexecuteEvictions: Analyzer = {
  meta: {
    id: 'node-noexecute-evictions',
    title: 'Taint drove running pods from the node',
    role: 'fault',
    severity: 'critical',
    reads: ['Node', 'Pod', 'Event', 'ReplicaSet', 'Deployment', 'StatefulSet', 'Job'],
    breaks: ['scheduling', 'availability', 'eviction'],
    docs: {
      means:
        'A taint with effect NoExecute does not only keep new pods away: pods on the node that do not tolerate it are deleted. Somebody, or a tool, put it on a node in use.',
      decides:
        'The node has such a taint, and pods on it are being deleted by the taint manager (condition DisruptionTarget, reason DeletionByTaintManager), or its events (TaintManagerEviction) are about pods whose workload lacks them.',
      silent:
        'For the taints of the node controller (not-ready, unreachable), which stand for a node that is lost, when the workloads have all their pods again, and while tolerationSeconds still run.',
      references: [
        'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const eviction of taintEvictions(snapshot)) yield finding(snapshot, eviction);
  },
};

function finding(snapshot: Snapshot, eviction: TaintEviction): Finding {
  const { node, taint, owners, pods } = eviction;
  const subject = refOf(node);
  const { name } = subject;
  const words = taintWords({ ...taint, value: taint.value ?? '' });
  const pending = owners
    .flatMap((owner) => podsOf(snapshot, owner))
    .filter((pod) => podState(snapshot, pod).stage === 'unscheduled');
  return {
    rule: nodeNoexecuteEvictions.meta.id,
    subject,
    discriminator: taint.key,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', taint.timeAdded),
    message: `Taint ${words} drove ${drivenWords(owners)} from node ${name}`,
    cause: `Taint ${words} is on ${name} with effect NoExecute, so pods that do not tolerate it were deleted there, and nothing has taken the place of ${drivenWords(owners)}.`,
    detail: { node: name, taint: taint.key },
    evidence: [fromSpec(subject, 'spec.taints', words), ...evictionEvidence(eviction)],
    affects: [...owners.filter(({ kind }) => kind !== 'Pod'), ...refsOfPods([...pods, ...pending])],
    fixes: [
      {
        summary: `Take the taint from ${name}, if it is not meant to be there`,
        steps: ['Pods that wait are placed again by themselves; a tool that set the taint may set it again.'],
        commands: [kubectl(undefined, 'taint', 'node', name, `${taint.key}:NoExecute-`)],
        effect: 'change',
        where: 'cluster',
      },
      {
        summary: `If it is: make room elsewhere, or let ${inWords(owners[0])} tolerate it`,
        steps: [`A toleration for ${taint.key} with effect NoExecute in the pod template lets the pods stay.`],
        commands: [kubectl(owners[0].namespace, 'describe', kubectlName(owners[0]))],
        effect: 'none',
        where: 'git',
      },
    ],
  };
}

function drivenWords(owners: TaintEviction['owners']): string {
  const words = listed(owners.map((owner) => inWords(owner)));
  return owners.every(({ kind }) => kind === 'Pod') ? words : `pods of ${words}`;
}

function evictionEvidence({ pods, events }: TaintEviction): readonly Evidence[] {
  const conditions = pods.slice(0, 2).flatMap((pod) => {
    const condition = conditionOf(pod.status?.conditions, 'DisruptionTarget');
    return condition === undefined ? [] : [fromCondition(refOf(pod), condition)];
  });
  return [...conditions, ...events.slice(0, 2).map((event) => fromEvent(event))];
}
