import { nearNames, nearestNode, type FailedRequirement, type SchedulingChange } from '@kroot/graph';
import { type Analyzer, type Fix } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { schedulingRule, templated, type SchedulingStory } from '../support/scheduling-rule.ts';
import { podSpecPath, templatePatch, unchangeableNote } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { listed } from '../support/words.ts';

/** Reports workloads whose required node affinity no usable node fulfils. */
export const schedNodeAffinityExcludesAll: Analyzer = schedulingRule(
  'sched-node-affinity-excludes-all',
  {
    title: 'Required node affinity matches no usable node',
    means: 'No alternative (term) of the required node affinity holds on any node that could take the pod.',
    decides:
      'Every term against the labels and fields of every node; terms are alternatives, the expressions of a term must all hold.',
    silent:
      'When a node fulfils a term and something else keeps the pod from it. Preferred affinity never keeps a pod from a node.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  const terms = rejection?.plugin === 'NodeAffinity' && rejection.kind === 'affinity' ? rejection.terms : [];
  const failed = terms.flatMap((term) => term.failed);
  const wanted = [...new Set(failed.map((requirement) => words(requirement)))];
  const actual = actualValues(group, failed);
  const near = failed.flatMap(({ key, values }) => values.flatMap((value) => nearNames(value, actual.get(key) ?? [])));
  const have = [...actual].map(([key, values]) =>
    values.length === 0 ? `no node has label ${key}` : `nodes have ${listed(values.map((value) => `${key}=${value}`))}`,
  );
  const path = `${podSpecPath(owner)}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`;
  const asked = wanted.length === 0 ? 'a term without expressions, which matches no node' : listed(wanted);
  return {
    why: `required node affinity wants ${asked}`,
    cause: `The required node affinity wants ${asked}${have.length === 0 ? '' : `, but ${listed(have)}`}.`,
    evidence: [fromSpec(owner, path, asked)],
    fixes: fixes(group, path),
    notes: [
      ...(near.length === 0
        ? []
        : [`Nodes have the value ${listed([...new Set(near)])}: is the one asked for a typo?`]),
      ...unchangeableNote(templated(group)),
    ],
  };
}

function words({ key, operator, values }: FailedRequirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0] ?? ''}` : `${key} in (${values.join(', ')})`;
    case 'NotIn':
      return values.length === 1 ? `${key} other than ${values[0] ?? ''}` : `${key} not in (${values.join(', ')})`;
    case 'Exists':
      return `label ${key}`;
    case 'DoesNotExist':
      return `no label ${key}`;
    case 'Gt':
      return `${key} > ${values[0] ?? ''}`;
    case 'Lt':
      return `${key} < ${values[0] ?? ''}`;
    default:
      return `${key} ${operator} ${values.join(', ')}`;
  }
}

/** The values that nodes have for the keys that are asked for. */
function actualValues(
  { first }: UnschedulableGroup,
  failed: readonly FailedRequirement[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>(
    failed.filter(({ field }) => !field).map(({ key }) => [key, new Set<string>()]),
  );
  for (const { rejections } of first.replay.nodes) {
    for (const rejection of rejections) {
      if (rejection.plugin !== 'NodeAffinity' || rejection.kind !== 'affinity') continue;
      for (const { key, actual } of rejection.terms.flatMap((term) => term.failed)) {
        if (actual !== undefined) found.get(key)?.add(actual);
      }
    }
  }
  return new Map([...found].map(([key, values]) => [key, [...values].toSorted()]));
}

function fixes(group: UnschedulableGroup, path: string): readonly Fix[] {
  const { owner, first } = group;
  const nearest = nearestNode(first.replay);
  const labels = (nearest?.changes ?? []).flatMap((change) => labelArguments(change));
  const inTemplate =
    first.template?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
  const relax: Fix = {
    summary: `Change the required node affinity of ${inWords(owner)} to what the nodes have`,
    steps: [
      `Edit ${path}, or take it out if the pod may run anywhere`,
      ...(inTemplate || first.template === undefined
        ? []
        : ['It is not in the template: something adds it when pods are created']),
    ],
    commands: inTemplate
      ? templatePatch(templated(group), [
          { op: 'remove', path: '/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution' },
        ])
      : [],
    effect: 'change',
    where: 'cluster',
  };
  if (nearest === undefined || labels.length === 0 || nearest.rejections.length !== 1) return [relax];
  return [
    relax,
    {
      summary: `Or change the labels of a node that is meant: ${nearest.node.name} fits otherwise`,
      steps: [
        `Node ${nearest.node.name} needs ${listed(labels.map((label) => labelWords(label)))}; mind who else selects these labels`,
      ],
      commands: [{ argv: ['kubectl', 'label', 'node', nearest.node.name, ...labels, '--overwrite'] }],
      effect: 'change',
      where: 'node',
    },
  ];
}

/** A change of a label as an argument of `kubectl label`; none where the value is free or nothing of a label's. */
function labelArguments(change: SchedulingChange): readonly string[] {
  if (change.kind === 'remove-label') return [`${change.key}-`];
  return change.kind === 'add-label' && change.value !== '' ? [`${change.key}=${change.value}`] : [];
}

function labelWords(argument: string): string {
  return argument.endsWith('-') ? `no label ${argument.slice(0, -1)}` : `label ${argument}`;
}
