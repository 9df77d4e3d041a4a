import { isFinished, podsMatching, refOf, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  compareRefs,
  refKey,
  type Analyzer,
  type Finding,
  type Node,
  type Pod,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { isClosing } from '../support/drains.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { counted, listed } from '../support/words.ts';

/** Reports pods that more than one disruption budget covers: none of them can be evicted. */
export const pdbMultiple: Analyzer = {
  meta: {
    id: 'pdb-multiple',
    title: 'Several disruption budgets cover the same pods',
    role: 'fault',
    severity: 'warning',
    reads: ['PodDisruptionBudget', 'Pod', 'Node'],
    breaks: ['deletion'],
    docs: {
      means:
        'The API server refuses every eviction of a pod that two budgets select (This pod has more than one PodDisruptionBudget), whatever they allow, so drains, upgrades and scale-downs of nodes do not end.',
      decides:
        'The selectors of at least two budgets of a namespace select the same living pod. A remark, and a warning where such a pod is on a node that is cordoned or being removed.',
      silent: 'For pods that have ended.',
      references: ['https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/storage/eviction.go'],
    },
  },
  *analyze({ snapshot }) {
    for (const overlap of overlaps(snapshot)) yield finding(snapshot, overlap);
  },
};

interface Overlap {
  readonly budgets: readonly ResourceRef[];
  readonly pods: readonly Pod[];
}

function overlaps(snapshot: Snapshot): readonly Overlap[] {
  const byPod = new Map<string, { readonly pod: Pod; readonly budgets: ResourceRef[] }>();
  for (const budget of snapshot.list('PodDisruptionBudget')) {
    if (budget.spec?.selector === undefined) continue;
    for (const pod of podsMatching(snapshot, budget.metadata.namespace ?? '', budget.spec.selector)) {
      if (isFinished(pod)) continue;
      const entry = byPod.get(refKey(refOf(pod))) ?? { pod, budgets: [] };
      entry.budgets.push(refOf(budget));
      byPod.set(refKey(refOf(pod)), entry);
    }
  }
  const found = new Map<string, { readonly budgets: readonly ResourceRef[]; readonly pods: Pod[] }>();
  for (const { pod, budgets } of byPod.values()) {
    if (budgets.length < 2) continue;
    const key = budgets.map((each) => refKey(each)).join('\n');
    const known = found.get(key);
    if (known === undefined) found.set(key, { budgets: budgets.toSorted(compareRefs), pods: [pod] });
    else known.pods.push(pod);
  }
  return [...found.values()];
}

function finding(snapshot: Snapshot, { budgets, pods }: Overlap): Finding {
  const [first, second = first] = budgets;
  const subject = second ?? { group: 'policy', kind: 'PodDisruptionBudget', name: '' };
  const names = listed(budgets.map((each) => inWords(each)));
  const owners = new Map(pods.map((pod) => topOwner(snapshot, pod)).map((owner) => [refKey(owner), inWords(owner)]));
  const closing = pods.flatMap((pod) => nodeOf(snapshot, pod) ?? []).find((node) => isClosing(node));
  const held = closing === undefined ? '' : `, and node ${closing.metadata.name} is being emptied`;
  return {
    rule: pdbMultiple.meta.id,
    subject,
    discriminator: first?.name ?? '',
    severity: closing === undefined ? 'info' : 'warning',
    confidence: CONFIDENCE.proved,
    message: `${names} cover the same pods of ${listed([...owners.values()])}, so none of them can be evicted`,
    cause: `${counted(pods.length, 'pod')} ${pods.length === 1 ? 'is' : 'are'} selected by ${budgets.length} budgets, and evictions of such pods are always refused${held}.`,
    evidence: [
      ...budgets.slice(0, 3).map((each) => fromSpec(each, 'spec.selector', selectorWords(snapshot, each))),
      computed(subject, `selected by all of them: ${listed(pods.map(({ metadata }) => metadata.name))}`),
    ],
    affects: refsOfPods(pods),
    fixes: [
      {
        summary: `Keep one of ${names}`,
        steps: [
          'See which of them belongs to the chart or operator of the workload, and remove the other where it comes from.',
          'If both are wanted, make their selectors distinct.',
        ],
        commands: budgets.slice(0, 3).map((each) => kubectl(each.namespace, 'get', kubectlName(each), '-o', 'yaml')),
        effect: 'none',
        where: 'cluster',
      },
      {
        summary: `Delete ${inWords(subject)}, if it is the one too many`,
        steps: ['The other budget keeps guarding the pods.'],
        commands: [kubectl(subject.namespace, 'delete', kubectlName(subject))],
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}

function nodeOf(snapshot: Snapshot, { spec }: Pod): Node | undefined {
  return present(snapshot, 'Node', undefined, spec.nodeName ?? '');
}

function selectorWords(snapshot: Snapshot, { namespace, name }: ResourceRef): string {
  return JSON.stringify(present(snapshot, 'PodDisruptionBudget', namespace, name)?.spec?.selector ?? {});
}
