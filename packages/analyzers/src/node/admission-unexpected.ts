import { refKey, ref, type Analyzer, type Finding, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { groupBy } from '@kroot/graph';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { isPinned, rejectedPods, type RejectedGroup } from '../support/rejected-pods.ts';
import { rejectionFinding, rejectionRule, type RejectionStory } from '../support/rejection-rule.ts';
import { templatePatch } from '../support/template-patch.ts';
import { counted, doing, listed } from '../support/words.ts';

const rule: Analyzer = rejectionRule(
  'admission-unexpected',
  {
    title: 'Kubelet cannot give the pod what it was promised',
    means:
      'The node had promised a device, CPUs or ports, and when the pod came the kubelet could not hand them out: the device plugin was restarted and has not reported its devices yet, a device has become unhealthy, or another pod holds it. Each pod that its controller makes meanwhile fails in the same way.',
    decides:
      'Failed pods with reason UnexpectedAdmissionError or another refusal that has no rule of its own, whose controller has fewer pods than it wants. What fails on one node only is that node’s, unless the workload names the node itself.',
    references: ['https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/'],
  },
  (group) => tell(group, []),
);

/** Reports nodes whose kubelet cannot hand out devices or other things that pods were placed there for. */
export const admissionUnexpected: Analyzer = {
  meta: rule.meta,
  *analyze({ snapshot }) {
    const groups = groupBy(rejectedPods(snapshot, 'admission-unexpected'), (group) => {
      const { subject } = placeOf(group);
      return `${refKey(subject)}\n${group.rejection.about}`;
    });
    for (const [first, ...others] of groups.values()) {
      if (first !== undefined) yield merged(snapshot, first, others);
    }
  },
};

/** The node that fails alone, unless the workload chose it without a scheduler; else the workload. */
function placeOf(group: RejectedGroup): { readonly subject: ResourceRef; readonly node: string | undefined } {
  const [node, ...more] = group.nodes;
  if (node === undefined || more.length > 0 || isPinned(group) || group.rejection.about === '')
    return { subject: group.owner, node: undefined };
  return { subject: ref('Node', undefined, node), node };
}

function merged(snapshot: Snapshot, first: RejectedGroup, others: readonly RejectedGroup[]): Finding {
  const story = tell(first, others);
  const made = rejectionFinding('admission-unexpected', first, {
    ...story,
    evidence: deviceEvidence(snapshot, first),
  });
  const more = others.flatMap((group) => rejectionFinding('admission-unexpected', group, story).affects ?? []);
  return { ...made, affects: [...(made.affects ?? []), ...more] };
}

function tell(group: RejectedGroup, others: readonly RejectedGroup[]): RejectionStory {
  const { rejection, nodes } = group;
  const owners = [group, ...others].map(({ owner }) => inWords(owner));
  const { subject, node } = placeOf(group);
  const what = rejection.about === '' ? '' : `: it has no ${rejection.about} to give`;
  return {
    subject,
    message:
      node === undefined
        ? `${nodes.length === 1 ? 'Node' : 'Nodes'} ${doing(nodes, 'refuses', 'refuse')} the pods of ${listed(owners)} (${group.reason})`
        : `Node ${node} refuses the pods of ${listed(owners)}${what}`,
    fixes: fixes(group),
  };
}

function deviceEvidence(
  snapshot: Snapshot,
  { nodes, rejection: { about } }: RejectedGroup,
): RejectionStory['evidence'] & object {
  const [name = ''] = nodes;
  const status = present(snapshot, 'Node', undefined, name)?.status;
  const capacity = valueOf(status?.capacity, about);
  if (about === '' || capacity === undefined) return [];
  const target = ref('Node', undefined, name);
  return [
    fromSpec(target, `status.allocatable[${about}]`, `${valueOf(status?.allocatable, about) ?? '0'} of ${capacity}`),
  ];
}

function valueOf(map: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

function fixes(group: RejectedGroup): readonly Fix[] {
  const { owner, nodes, rejection, pods } = group;
  const [name = ''] = nodes;
  const device = rejection.about;
  const failed = pods.slice(0, 5).map((state) => state.ref.name);
  const unpin: Fix = {
    summary: `Take nodeName out of ${inWords(owner)}: the scheduler counts what is left on each node`,
    steps: [`A pod that names its node goes past the scheduler, and finds ${name} taken.`],
    commands: templatePatch({ owner, template: group.template }, [{ op: 'remove', path: '/nodeName' }]),
    effect: 'change',
    where: 'cluster',
  };
  return [
    ...(isPinned(group) ? [unpin] : []),
    {
      summary:
        device === ''
          ? `See what the kubelet of ${listed(nodes)} lacks for ${inWords(owner)}`
          : `Bring the device plugin for ${device} on ${listed(nodes)} back`,
      steps: [
        device === ''
          ? 'The words of the kubelet name it; compare them with what other pods hold on the node.'
          : `See whether the pod of the plugin on ${listed(nodes)} runs and whether allocatable shows ${device} again; a restart of the plugin registers its devices anew.`,
      ],
      commands: [
        kubectl(undefined, 'describe', `node/${name}`),
        kubectl(undefined, 'get', 'pods', '-A', '-o', 'wide', `--field-selector=spec.nodeName=${name}`),
      ],
      effect: 'none',
      where: 'node',
    },
    {
      summary: `Then delete the failed ${failed.length === 1 ? 'pod' : 'pods'} of ${inWords(owner)}`,
      steps: [
        owner.kind === 'Pod'
          ? 'The pod has no controller: create it again.'
          : `${counted(pods.length, 'pod')} ${pods.length === 1 ? 'has' : 'have'} failed for good; the controller makes new ones by itself.`,
      ],
      commands: [kubectl(owner.namespace, owner.kind === 'Pod' ? 'describe' : 'delete', 'pod', ...failed)],
      effect: owner.kind === 'Pod' ? 'none' : 'change',
      where: 'cluster',
    },
  ];
}
