import { ref, type Analyzer, type Fix } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { isPinned, type RejectedGroup } from '../support/rejected-pods.ts';
import { rejectionRule, type RejectionStory } from '../support/rejection-rule.ts';
import { podSpecPath, templatePatch } from '../support/template-patch.ts';
import { doing, listed } from '../support/words.ts';

/** Reports workloads whose pods a kubelet refuses, because the node lacks what they request. */
export const admissionOutOfResource: Analyzer = rejectionRule(
  'admission-out-of-resource',
  {
    title: 'Node refuses pods for want of a resource',
    means:
      'The kubelet checks a pod again before it starts it and fails it with OutOfcpu, OutOfmemory and the like. That happens to pods that name their node themselves, since no scheduler has counted, and in races when a node comes back; the controller makes new ones, and failed pods pile up.',
    decides:
      'Failed pods with reason OutOf and a resource, whose controller has fewer pods than it wants. Requested, used and capacity are in the message.',
  },
  tell,
);

function tell(group: RejectedGroup): RejectionStory {
  const { owner, rejection, nodes, template } = group;
  const pinned = isPinned(group);
  return {
    message: `${nodes.length === 1 ? 'Node' : 'Nodes'} ${doing(nodes, 'refuses', 'refuse')} the pods of ${inWords(owner)}: not enough ${rejection.about}`,
    ...(pinned ? { why: 'the template names the node itself, so no scheduler has looked for room' } : {}),
    evidence: [
      ...(pinned ? [fromSpec(owner, `${podSpecPath(owner)}.nodeName`, template?.nodeName ?? '')] : []),
      ...nodes.slice(0, 2).map((name) => computed(ref('Node', undefined, name), 'has not enough left for it')),
    ],
    fixes: fixes(group, pinned),
  };
}

function fixes({ owner, template, nodes }: RejectedGroup, pinned: boolean): readonly Fix[] {
  const target = { owner, template };
  const less: Fix = {
    summary: `Let ${inWords(owner)} request no more than ${listed(nodes)} can give`,
    steps: ['Compare resources.requests with what is allocated on the node; pods that have ended do not count.'],
    commands: [
      ...nodes.slice(0, 2).map((name) => kubectl(undefined, 'describe', `node/${name}`)),
      kubectl(owner.namespace, 'describe', kubectlName(owner)),
    ],
    effect: 'none',
    where: 'git',
  };
  if (!pinned) return [less];
  return [
    {
      summary: `Take nodeName out of ${inWords(owner)}: the scheduler finds a node with room`,
      steps: ['Failed pods that are left over can be deleted afterwards.'],
      commands: templatePatch(target, [{ op: 'remove', path: '/nodeName' }]),
      effect: 'change',
      where: 'cluster',
    },
    less,
  ];
}
