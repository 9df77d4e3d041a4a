import { nearNames, nearestNode, type FailedRequirement } from '@kroot/graph';
import { type Analyzer, type Fix } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { jsonPatch, podSpecPath, podSpecPointer } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { listed } from '../support/words.ts';

/** Reports workloads whose required node affinity no usable node fulfils. */
export const schedNodeAffinityExcludesAll: Analyzer = schedulingRule(
  'sched-node-affinity-excludes-all',
  {
    title: 'Required node affinity matches no usable node',
    means: 'No alternative (term) of the required node affinity holds on any node that could take the pod.',
    decides: 'Every term against the labels and fields of every node; terms are alternatives, the expressions of a term must all hold.',
    silent: 'When a node fulfils a term and something else keeps the pod from it. Preferred affinity never keeps a pod from a node.',
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
  const have = [...actual].map(([key, values]) => (values.length === 0 ? `no node has label ${key}` : `nodes have ${key}=${listed(values)}`));
  const path = `${podSpecPath(owner)}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`;
  const asked = wanted.length === 0 ? 'a term without expressions, which matches no node' : listed(wanted);
  return {
    why: `its required node affinity wants ${asked}`,
    cause: `The required node affinity wants ${asked}${have.length === 0 ? '' : `, but ${listed(have)}`}.`,
    evidence: [fromSpec(owner, path, asked)],
    fixes: fixes(group, path),
    notes: near.length === 0 ? [] : [`Nodes have the value ${listed([...new Set(near)])}: is the one asked for a typo?`],
  };
}

function words({ key, operator, values }: FailedRequirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0] ?? ''}` : `${key} in (${values.join(', ')})`;
    case 'NotIn':
      return `${key} not in (${values.join(', ')})`;
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
function actualValues({ first }: UnschedulableGroup, failed: readonly FailedRequirement[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>(failed.filter(({ field }) => !field).map(({ key }) => [key, new Set<string>()]));
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

function fixes({ owner, first }: UnschedulableGroup, path: string): readonly Fix[] {
  const nearest = nearestNode(first.replay);
  const labels = (nearest?.changes ?? []).flatMap((change) => (change.kind === 'add-label' && change.value !== '' ? [`${change.key}=${change.value}`] : []));
  const relax: Fix = {
    summary: `Change the required node affinity of ${inWords(owner)} to what the nodes have`,
    steps: [`Edit ${path}, or make it preferred if the pod may run elsewhere`],
    commands:
      owner.kind === 'Pod'
        ? []
        : [jsonPatch(owner, [{ op: 'remove', path: `${podSpecPointer(owner)}/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution` }])],
    effect: 'change',
    where: 'cluster',
  };
  if (nearest === undefined || labels.length === 0 || nearest.rejections.length !== 1) return [relax];
  return [
    relax,
    {
      summary: `Or label a node that is meant: ${nearest.node.name} fits otherwise`,
      steps: [`Set ${listed(labels)} on node ${nearest.node.name}`],
      commands: [{ argv: ['kubectl', 'label', 'node', nearest.node.name, ...labels, '--overwrite'] }],
      effect: 'change',
      where: 'node',
    },
  ];
}
