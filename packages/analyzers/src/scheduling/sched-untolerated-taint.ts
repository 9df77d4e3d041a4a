import { type Analyzer, type Fix } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import {
  schedulerWords,
  schedulingRule,
  taintWords,
  templated,
  type SchedulingStory,
} from '../support/scheduling-rule.ts';
import { drivenOutBy } from '../support/taint-evictions.ts';
import { podSpecPath, templatePatch, unchangeableNote, type PatchOperation } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { counted, listed } from '../support/words.ts';

/** Reports workloads that do not tolerate the taint of the nodes that they could otherwise use. */
export const schedUntoleratedTaint: Analyzer = schedulingRule(
  'sched-untolerated-taint',
  {
    title: 'Pod does not tolerate the taint of the nodes that it could use',
    means: 'The nodes that fit otherwise carry a taint, and the pod has no toleration for it.',
    decides:
      'Taints with effect NoSchedule or NoExecute of the nodes that the pod could use otherwise, against its tolerations. Newer schedulers do not name the taint: it is worked out from the objects.',
    silent:
      'For taints that stand for a fault of the node (not-ready, pressure, cordon), and for the taint of control-plane nodes, unless the pod asks for such a node by a label.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/'],
    waitsFor: ['scheduling'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first, snapshot } = group;
  const rejection = first.reason?.rejection;
  if (rejection?.plugin !== 'TaintToleration') {
    return {
      why: schedulerWords(group),
      cause: `Every node that could take a pod of ${inWords(owner)} has a taint that it does not tolerate; ${schedulerWords(group)}.`,
      fixes: [lookAtTaints()],
    };
  }
  const { key, effect } = rejection;
  const taint = taintWords(rejection);
  const refs = first.reason?.nodes ?? [];
  const source = drivenOutBy(snapshot, owner, key);
  const nodes = refs.map(({ name }) => name);
  const where =
    nodes.length === 1 ? `Node ${nodes[0] ?? ''} has` : `${counted(nodes.length, 'node')} (${listed(nodes)}) have`;
  return {
    why: `taint ${taint} is not tolerated`,
    cause: `${where} taint ${taint}, and the pods of ${inWords(owner)} have no toleration for it.`,
    evidence: [
      ...refs.slice(0, 1).map((node) => fromSpec(node, 'spec.taints', taint)),
      fromSpec(first.state.ref, 'spec.tolerations', tolerationWords(group)),
    ],
    fixes: [addToleration(group, rejection), ...removeTaint(nodes, { key, effect })],
    notes: unchangeableNote(templated(group)),
    discriminator: key,
    // The pods ran there before: the taint is what changed.
    ...(source === undefined ? {} : { because: [{ ref: source, mechanism: 'scheduling' as const }] }),
  };
}

function tolerationWords({ first }: UnschedulableGroup): string {
  const tolerations = first.state.pod.spec.tolerations ?? [];
  if (tolerations.length === 0) return 'none';
  return listed(
    tolerations.map(({ key, effect }) => `${key ?? 'any key'}:${effect ?? 'any effect'}`),
    4,
  );
}

/** Admission gives every pod tolerations, so whether there is a list to add to is a question to the template. */
function addToleration(
  group: UnschedulableGroup,
  { key, value, effect }: { readonly key: string; readonly value: string; readonly effect: string },
): Fix {
  const { owner, first } = group;
  const toleration = value === '' ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect };
  const hasSome = (first.template?.tolerations ?? []).length > 0;
  const operation: PatchOperation = hasSome
    ? { op: 'add', path: '/tolerations/-', value: toleration }
    : { op: 'add', path: '/tolerations', value: [toleration] };
  return {
    summary: `Let ${inWords(owner)} tolerate the taint, if it belongs on these nodes`,
    steps: [
      `Add to ${podSpecPath(owner)}.tolerations: key ${key}, ${value === '' ? 'operator Exists' : `value "${value}"`}, effect ${effect}`,
    ],
    commands: templatePatch(templated(group), [operation]),
    effect: 'change',
    where: 'cluster',
  };
}

function removeTaint(
  nodes: readonly string[],
  { key, effect }: { readonly key: string; readonly effect: string },
): readonly Fix[] {
  const [node] = nodes;
  if (node === undefined) return [];
  return [
    {
      summary: `Remove the taint from ${nodes.length === 1 ? `node ${node}` : 'a node'}, if the node is meant for such pods`,
      steps: [`Remove taint ${key}:${effect} from ${listed(nodes)}`],
      commands: [{ argv: ['kubectl', 'taint', 'node', node, `${key}:${effect}-`] }],
      effect: 'change',
      where: 'node',
    },
  ];
}

function lookAtTaints(): Fix {
  return {
    summary: 'See which taints the nodes have',
    steps: ['Compare the taints of the nodes with the tolerations of the pod'],
    commands: [{ argv: ['kubectl', 'get', 'nodes', '-o', 'custom-columns=NAME:.metadata.name,TAINTS:.spec.taints'] }],
    effect: 'none',
    where: 'cluster',
  };
}
