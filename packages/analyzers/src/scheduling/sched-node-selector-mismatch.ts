import { nearNames } from '@kroot/graph';
import { type Analyzer, type Evidence, type Fix } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, templated, type SchedulingStory } from '../support/scheduling-rule.ts';
import {
  podSpecPath,
  pointer,
  templatePatch,
  unchangeableNote,
  type PatchOperation,
} from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { listed } from '../support/words.ts';

/** Reports workloads whose nodeSelector no node has the labels for. */
export const schedNodeSelectorMismatch: Analyzer = schedulingRule(
  'sched-node-selector-mismatch',
  {
    title: 'No usable node has the labels of the nodeSelector',
    means: 'The pod asks for a node label (or a value of it) that no node has which could take it.',
    decides: 'Each pair of spec.nodeSelector against the labels of every node.',
    silent: 'When nodes with these labels exist but something else keeps the pod from them: then that is the cause.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodeselector'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  if (rejection?.plugin !== 'NodeAffinity' || rejection.kind !== 'nodeSelector') {
    return {
      why: schedulerWords(group),
      cause: `No node matches the node selector or affinity of ${inWords(owner)}; ${schedulerWords(group)}.`,
      fixes: [lookAtLabels()],
    };
  }
  const { key, wanted } = rejection;
  const values = nodeValues(group, key);
  const near = nearNames(wanted, values);
  const have =
    values.length === 0
      ? `no node has label ${key} at all`
      : `nodes have ${listed(values.map((value) => `${key}=${value}`))}`;
  const better = near[0] ?? (values.length === 1 ? values[0] : undefined);
  return {
    why: `no usable node has label ${key}=${wanted}`,
    cause: `The nodeSelector asks for ${key}=${wanted}, and ${have}.`,
    evidence: [selectorEvidence(group, key, wanted)],
    fixes: [correct(group, { key, wanted, better }), ...label(group, { key, wanted })],
    notes: [
      ...(near.length === 0
        ? []
        : [`Nodes have ${listed(near.map((value) => `${key}=${value}`))}: is "${wanted}" a typo?`]),
      ...(isInTemplate(group, key) || first.template === undefined
        ? []
        : [
            `The selector is not in the template of ${inWords(owner)}: something adds it when pods are created, such as annotation scheduler.alpha.kubernetes.io/node-selector of the namespace.`,
          ]),
      ...unchangeableNote(templated(group)),
    ],
    discriminator: key,
  };
}

function isInTemplate({ first }: UnschedulableGroup, key: string): boolean {
  return Object.hasOwn(first.template?.nodeSelector ?? {}, key);
}

function selectorEvidence(group: UnschedulableGroup, key: string, wanted: string): Evidence {
  return isInTemplate(group, key)
    ? fromSpec(group.owner, `${podSpecPath(group.owner)}.nodeSelector`, `${key}=${wanted}`)
    : fromSpec(group.first.state.ref, 'spec.nodeSelector', `${key}=${wanted}`);
}

function nodeValues({ first }: UnschedulableGroup, key: string): readonly string[] {
  const values = new Set<string>();
  for (const { rejections } of first.replay.nodes) {
    for (const rejection of rejections) {
      if (
        rejection.plugin === 'NodeAffinity' &&
        rejection.kind === 'nodeSelector' &&
        rejection.key === key &&
        rejection.actual !== undefined
      ) {
        values.add(rejection.actual);
      }
    }
  }
  return [...values].toSorted();
}

function correct(
  group: UnschedulableGroup,
  { key, wanted, better }: { readonly key: string; readonly wanted: string; readonly better: string | undefined },
): Fix {
  const { owner } = group;
  if (!isInTemplate(group, key) && group.first.template !== undefined) return lookAtAdmission(group, key, wanted);
  const path = `/nodeSelector/${pointer(key)}`;
  const operation: PatchOperation =
    better === undefined ? { op: 'remove', path } : { op: 'replace', path, value: better };
  const field = `${podSpecPath(owner)}.nodeSelector`;
  return {
    summary:
      better === undefined
        ? `Take ${key}=${wanted} out of the nodeSelector of ${inWords(owner)}, if any node will do`
        : `Correct the nodeSelector of ${inWords(owner)} to ${key}=${better}, if that is meant`,
    steps: [
      better === undefined ? `Remove ${key} from ${field}` : `Change ${field}: ${key} from "${wanted}" to "${better}"`,
    ],
    commands: templatePatch(templated(group), [operation]),
    effect: 'change',
    where: 'cluster',
  };
}

/** PodNodeSelector and webhooks add selectors to pods, not to templates. */
function lookAtAdmission({ owner }: UnschedulableGroup, key: string, wanted: string): Fix {
  return {
    summary: `Correct what gives the pods of ${inWords(owner)} the selector ${key}=${wanted}`,
    steps: [
      `Look at the annotations of namespace ${owner.namespace ?? ''} and at the webhooks that change pods: the template of ${inWords(owner)} does not have it`,
    ],
    commands: [{ argv: ['kubectl', 'get', 'namespace', owner.namespace ?? '', '-o', 'yaml'] }],
    effect: 'none',
    where: 'cluster',
  };
}

function label(
  { first }: UnschedulableGroup,
  { key, wanted }: { readonly key: string; readonly wanted: string },
): readonly Fix[] {
  // Labels that say what a node is are set by kubelet and cloud: a wrong one would be a lie.
  if (/(^|\.)kubernetes\.io\//.test(key)) return [];
  const only = first.replay.nodes.find(
    ({ rejections }) => rejections.length === 1 && rejections[0]?.plugin === 'NodeAffinity',
  );
  if (only === undefined) return [];
  return [
    {
      summary: `Or label a node that is meant: ${only.node.name} fits otherwise`,
      steps: [`Set label ${key}=${wanted} on node ${only.node.name}`],
      commands: [{ argv: ['kubectl', 'label', 'node', only.node.name, `${key}=${wanted}`, '--overwrite'] }],
      effect: 'change',
      where: 'node',
    },
  ];
}

function lookAtLabels(): Fix {
  return {
    summary: 'Compare the labels of the nodes with what the pod asks for',
    steps: ['Look for the keys of nodeSelector and required node affinity among the labels of the nodes'],
    commands: [{ argv: ['kubectl', 'get', 'nodes', '--show-labels'] }],
    effect: 'none',
    where: 'cluster',
  };
}
