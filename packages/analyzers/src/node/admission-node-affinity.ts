import { formatLabels, labelValue } from '@kroot/graph';
import { ref, type Analyzer, type Evidence, type Snapshot } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { isPinned, type RejectedGroup } from '../support/rejected-pods.ts';
import { rejectionRule, type RejectionStory } from '../support/rejection-rule.ts';
import { podSpecPath, templatePatch } from '../support/template-patch.ts';
import { doing, listed } from '../support/words.ts';

/** Reports workloads whose pods a kubelet refuses, because its node does not match their selector or affinity. */
export const admissionNodeAffinity: Analyzer = rejectionRule(
  'admission-node-affinity',
  {
    title: 'Node refuses pods that its labels do not match',
    means:
      'The kubelet compares nodeSelector and required node affinity with the labels of its node once more before it starts a pod. They do not match when the pod names its node itself, or when the labels of the node were changed after the pod was placed.',
    decides:
      'Failed pods with reason NodeAffinity, whose controller has fewer pods than it wants. The labels that the selector asks for are compared with those of the node.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/'],
  },
  tell,
);

function tell(group: RejectedGroup, snapshot: Snapshot): RejectionStory {
  const { owner, nodes, template } = group;
  const pinned = isPinned(group);
  const missing = missingLabels(group, snapshot);
  const wanted = missing.length === 0 ? 'their node selector or affinity' : listed(missing);
  const [node = ''] = nodes;
  const labels = missing.length === 1 && nodes.length === 1 ? missing : [];
  return {
    message: `${nodes.length === 1 ? 'Node' : 'Nodes'} ${doing(nodes, 'refuses', 'refuse')} the pods of ${inWords(owner)}: no match for ${wanted}`,
    why: pinned
      ? `the template names ${template?.nodeName ?? ''} itself, whose labels do not match`
      : `${listed(nodes)} ${nodes.length === 1 ? 'does' : 'do'} not have what they ask for any more`,
    evidence: selectorEvidence(group, snapshot),
    fixes: [
      ...(pinned
        ? [
            {
              summary: `Take nodeName out of ${inWords(owner)}: the scheduler finds a node that matches`,
              steps: [`${podSpecPath(owner)}.nodeName goes past the scheduler, and nodeSelector still has to match.`],
              commands: templatePatch({ owner, template }, [{ op: 'remove', path: '/nodeName' }]),
              effect: 'change' as const,
              where: 'cluster' as const,
            },
          ]
        : []),
      ...labels.map((label) => ({
        summary: `Give node ${node} the label ${label}, if it is meant for these pods`,
        steps: ['Labels that an installer sets on its nodes belong into its configuration as well.'],
        commands: [kubectl(undefined, 'label', 'node', node, label)],
        effect: 'change' as const,
        where: 'cluster' as const,
      })),
      {
        summary: `Compare the labels of ${listed(nodes)} with what ${inWords(owner)} asks for`,
        steps: [`See ${podSpecPath(owner)}.nodeSelector and affinity.nodeAffinity, and when the node lost its label.`],
        commands: [
          kubectl(undefined, 'get', 'node', ...nodes.slice(0, 3), '--show-labels'),
          kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}

/** Labels of the pods' nodeSelector that the refusing node does not have, as `key=value`. */
function missingLabels({ pods: [{ pod }], nodes }: RejectedGroup, snapshot: Snapshot): readonly string[] {
  const node = present(snapshot, 'Node', undefined, nodes[0] ?? '');
  if (node === undefined) return [];
  return Object.entries(pod.spec.nodeSelector ?? {})
    .filter(([key, value]) => labelValue(node.metadata.labels, key) !== value)
    .map(([key, value]) => `${key}=${value}`);
}

function selectorEvidence(
  { owner, nodes, pods: [{ pod, ref: first }] }: RejectedGroup,
  snapshot: Snapshot,
): readonly Evidence[] {
  const selector = pod.spec.nodeSelector ?? {};
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const [name = ''] = nodes;
  const node = present(snapshot, 'Node', undefined, name);
  const target = owner.kind === 'Pod' ? first : owner;
  const asked = Object.keys(selector);
  const have = asked.map((key) => `${key}=${labelValue(node?.metadata.labels, key) ?? 'not set'}`);
  return [
    ...(asked.length === 0 ? [] : [fromSpec(target, `${podSpecPath(owner)}.nodeSelector`, formatLabels(selector))]),
    ...(terms === undefined
      ? []
      : [fromSpec(target, `${podSpecPath(owner)}.affinity.nodeAffinity`, JSON.stringify(terms.nodeSelectorTerms))]),
    ...(node === undefined || asked.length === 0
      ? []
      : [fromSpec(ref('Node', undefined, name), 'metadata.labels', have.join(', '))]),
  ];
}
