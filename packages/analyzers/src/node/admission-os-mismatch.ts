import { ref, type Analyzer, type Evidence, type Fix, type Snapshot } from '@kroot/types';
import { labelValue } from '@kroot/graph';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { present } from '../support/present.ts';
import { type RejectedGroup } from '../support/rejected-pods.ts';
import { rejectionRule, type RejectionStory } from '../support/rejection-rule.ts';
import { podSpecPath, templatePatch, unchangeableNote, type PatchOperation } from '../support/template-patch.ts';
import { doing } from '../support/words.ts';

const OS = 'kubernetes.io/os';

/** Reports workloads whose pods come to nodes of another operating system. */
export const admissionOsMismatch: Analyzer = rejectionRule(
  'admission-os-mismatch',
  {
    title: 'Node refuses pods that are for another operating system',
    means:
      'The pod says which operating system it is for (spec.os.name, or the label kubernetes.io/os in its selector), and the node runs another one. The scheduler does not look at spec.os: only a node selector keeps such pods away from these nodes.',
    decides:
      'Failed pods with reason PodOSNotSupported or PodOSSelectorNodeLabelDoesNotMatch, whose controller has fewer pods than it wants.',
    references: [
      'https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host',
    ],
  },
  tell,
);

function tell(group: RejectedGroup, snapshot: Snapshot): RejectionStory {
  const { owner, nodes, template, pods } = group;
  const [{ pod, ref: first }] = pods;
  const [name = ''] = nodes;
  const wanted = pod.spec.os?.name ?? labelValue(pod.spec.nodeSelector, OS);
  const have = present(snapshot, 'Node', undefined, name)?.status?.nodeInfo?.operatingSystem;
  const target = owner.kind === 'Pod' ? first : owner;
  const evidence: readonly Evidence[] = [
    ...(pod.spec.os?.name === undefined ? [] : [fromSpec(target, `${podSpecPath(owner)}.os.name`, pod.spec.os.name)]),
    ...(have === undefined ? [] : [fromSpec(ref('Node', undefined, name), 'status.nodeInfo.operatingSystem', have)]),
  ];
  return {
    message: `Pods of ${inWords(owner)}${wanted === undefined ? '' : ` are for ${wanted} and`} come to ${nodes.length === 1 ? 'node' : 'nodes'} ${doing(nodes, 'that runs', 'that run')} ${have ?? 'another system'}`,
    ...optional('why', wanted === undefined ? undefined : selectorWords(group)),
    evidence,
    fixes: [selectFix(group, wanted)],
    notes: unchangeableNote({ owner, template }),
  };
}

function selectorWords({ template }: RejectedGroup): string {
  const value = labelValue(template?.nodeSelector, OS);
  return value === undefined
    ? `nothing in the template asks the scheduler for such nodes`
    : `its node selector asks for ${OS}=${value}`;
}

function selectFix({ owner, template }: RejectedGroup, wanted: string | undefined): Fix {
  const selector = template?.nodeSelector;
  const system = wanted ?? 'linux';
  const operation: PatchOperation =
    selector === undefined
      ? { op: 'add', path: '/nodeSelector', value: { [OS]: system } }
      : { op: 'add', path: '/nodeSelector/kubernetes.io~1os', value: system };
  const known = wanted !== undefined;
  return {
    summary: `Let ${inWords(owner)} ask for nodes of its own operating system`,
    steps: [
      known
        ? `Set ${podSpecPath(owner)}.nodeSelector to ${OS}: ${system}.`
        : `Set ${podSpecPath(owner)}.nodeSelector ${OS} to the system that the image is built for, and spec.os.name to the same.`,
    ],
    commands: known ? templatePatch({ owner, template }, [operation]) : [],
    effect: 'change',
    where: 'cluster',
  };
}
