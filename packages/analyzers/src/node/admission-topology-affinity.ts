import { ref, type Analyzer, type Evidence } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { type RejectedGroup } from '../support/rejected-pods.ts';
import { rejectionRule, type RejectionStory } from '../support/rejection-rule.ts';
import { podSpecPath } from '../support/template-patch.ts';
import { doing, listed } from '../support/words.ts';

/** Reports workloads whose pods a kubelet refuses, because their CPUs and devices cannot come from one NUMA node. */
export const admissionTopologyAffinity: Analyzer = rejectionRule(
  'admission-topology-affinity',
  {
    title: 'Node refuses pods that do not fit on one NUMA node',
    means:
      'The topology manager of the kubelet (policy single-numa-node or restricted) finds no NUMA node with all CPUs, memory and devices that the pod asks for, or the CPU manager cannot give it whole cores. The scheduler knows nothing of that: it sends one pod after the other to the same node.',
    decides:
      'Failed pods with reason TopologyAffinityError or SMTAlignmentError, whose controller has fewer pods than it wants.',
    references: ['https://kubernetes.io/docs/tasks/administer-cluster/topology-manager/'],
  },
  tell,
);

function tell(group: RejectedGroup): RejectionStory {
  const { owner, nodes, reason } = group;
  const cores = reason === 'SMTAlignmentError';
  return {
    message: cores
      ? `${nodes.length === 1 ? 'Node' : 'Nodes'} ${doing(nodes, 'refuses', 'refuse')} the pods of ${inWords(owner)}: their CPUs make no whole cores`
      : `${nodes.length === 1 ? 'Node' : 'Nodes'} ${doing(nodes, 'refuses', 'refuse')} the pods of ${inWords(owner)}: no NUMA node has all that they ask for`,
    evidence: requestsOf(group),
    fixes: [
      {
        summary: cores
          ? `Let ${inWords(owner)} ask for whole cores`
          : `Let each container of ${inWords(owner)} ask for no more than one NUMA node has`,
        steps: [
          cores
            ? 'With the policy option full-pcpus-only each CPU request must be a multiple of the threads of a core, mostly 2.'
            : 'Divide the CPUs and devices of the node by its NUMA nodes (lscpu on the node); a request above that can never be aligned.',
        ],
        commands: [
          kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml'),
          ...nodes.slice(0, 1).map((name) => kubectl(undefined, 'describe', `node/${name}`)),
        ],
        effect: 'none',
        where: 'git',
      },
      {
        summary: `Or loosen the policy of the kubelet on ${listed(nodes)}`,
        steps: [
          'topologyManagerPolicy best-effort aligns where it can and refuses nobody; the kubelet must be restarted, with the node drained.',
        ],
        commands: [],
        effect: 'change',
        where: 'node',
      },
    ],
  };
}

function requestsOf({ owner, template, pods: [{ pod }] }: RejectedGroup): readonly Evidence[] {
  const { containers } = template ?? pod.spec;
  const target = template === undefined ? ref('Pod', pod.metadata.namespace, pod.metadata.name) : owner;
  return containers.slice(0, 2).map(({ name, resources }) => {
    const asked = JSON.stringify(resources?.limits ?? resources?.requests ?? {});
    return fromSpec(target, `${podSpecPath(owner)}.containers[${name}].resources`, asked);
  });
}
