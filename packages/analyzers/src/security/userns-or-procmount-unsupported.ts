import { groupBy, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  compareRefs,
  refKey,
  type Analyzer,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { sandboxWords } from '../messages/sandbox.ts';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { nodeNames } from '../support/node-names.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { type RejectedGroup } from '../support/rejected-pods.ts';
import { rejectionRule, type RejectionStory } from '../support/rejection-rule.ts';
import { sandboxesFailing, type FailingSandbox } from '../support/sandbox-failures.ts';
import { podSpecPath, templatePatch, unchangeableNote } from '../support/template-patch.ts';
import { podSpecField } from '../support/template.ts';
import { doing, inline, listed } from '../support/words.ts';

const rejected: Analyzer = rejectionRule(
  'userns-or-procmount-unsupported',
  {
    title: 'Node does not support a security setting of the pod',
    means:
      'The pod asks for a user namespace of its own (hostUsers: false) or for a strict list of groups (supplementalGroupsPolicy: Strict), and the kubelet or the container runtime of its node is too old for that.',
    decides:
      'Failed pods with reason SupplementalGroupsPolicyNotSupported whose controller has fewer pods than it wants, and pods that get no sandbox because the runtime does not support user namespaces.',
    silent: 'For pods that have been replaced or have a sandbox by now.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/',
      'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#supplementalgroupspolicy',
    ],
  },
  tellPods,
);

/** Reports workloads that ask for user namespaces or strict groups on nodes that have none. */
export const usernsOrProcmountUnsupported: Analyzer = {
  meta: {
    ...rejected.meta,
    reads: [...rejected.meta.reads, 'Event'],
    breaks: [...(rejected.meta.breaks ?? []), 'sandbox'],
  },
  *analyze(context) {
    yield* rejected.analyze(context);
    const { snapshot } = context;
    const failing = sandboxesFailing(snapshot, 'user-namespace');
    const groups = groupBy(failing, ({ pod }) => refKey(topOwner(snapshot, pod.pod)));
    const findings = [...groups.values()].flatMap((group) =>
      group[0] === undefined ? [] : [finding(snapshot, group[0], group)],
    );
    yield* findings.toSorted((a, b) => compareRefs(a.subject, b.subject));
  },
};

function finding(snapshot: Snapshot, first: FailingSandbox, group: readonly FailingSandbox[]): Finding {
  const owner = topOwner(snapshot, first.pod.pod);
  const nodes = nodeNames(group);
  const template = owner.kind === 'Pod' ? first.pod.pod.spec : podSpecField(snapshot, owner)?.spec;
  const set = template?.hostUsers !== undefined;
  const pods = group.map(({ pod }) => pod);
  return {
    rule: 'userns-or-procmount-unsupported',
    subject: owner,
    discriminator: 'hostUsers',
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: `${inWords(owner)} asks for user namespaces, which ${doing(nodes, 'does not support', 'do not support')}`,
    cause: `The pods of ${inWords(owner)} have hostUsers: false, and ${listed(nodes)} ${nodes.length === 1 ? 'makes' : 'make'} no sandbox for them: "${inline(sandboxWords(first.event.message ?? ''))}".`,
    evidence: [
      fromEvent(first.event, first.pod.ref),
      set
        ? fromSpec(owner, `${podSpecPath(owner)}.hostUsers`, String(template.hostUsers))
        : fromSpec(first.pod.ref, 'spec.hostUsers', String(first.pod.pod.spec.hostUsers ?? false)),
    ],
    affects: refsOfPods(pods),
    fixes: fixes(
      { owner, nodes, what: 'hostUsers: false' },
      templatePatch({ owner, template }, set ? [{ op: 'remove', path: '/hostUsers' }] : []),
    ),
    notes: unchangeableNote({ owner, template }),
  };
}

function tellPods({ owner, nodes, template }: RejectedGroup): RejectionStory {
  const strict = template?.securityContext?.supplementalGroupsPolicy;
  const path = `${podSpecPath(owner)}.securityContext.supplementalGroupsPolicy`;
  return {
    message: `${inWords(owner)} asks for supplementalGroupsPolicy ${strict ?? 'Strict'}, which ${doing(nodes, 'does not support', 'do not support')}`,
    evidence: strict === undefined ? [] : [fromSpec(owner, path, strict)],
    fixes: fixes(
      { owner, nodes, what: 'supplementalGroupsPolicy: Strict' },
      templatePatch(
        { owner, template },
        strict === undefined ? [] : [{ op: 'remove', path: '/securityContext/supplementalGroupsPolicy' }],
      ),
    ),
    notes: unchangeableNote({ owner, template }),
  };
}

function fixes(
  { owner, nodes, what }: { readonly owner: ResourceRef; readonly nodes: readonly string[]; readonly what: string },
  patch: Fix['commands'],
): readonly Fix[] {
  return [
    {
      summary: `Upgrade the container runtime on ${listed(nodes)}, or keep the pods to nodes that support ${what}`,
      steps: [
        'containerd 2.0 and CRI-O 1.31 and later support it; status.features of a node says what its runtime can.',
      ],
      commands: [kubectl(undefined, 'get', 'nodes', '-o', 'wide')],
      effect: 'none',
      where: 'node',
    },
    {
      summary: `Or take ${what} out of ${inWords(owner)}`,
      steps: [`The pods then run without this protection.`],
      commands: patch,
      effect: 'change',
      where: 'cluster',
    },
  ];
}
