import { formatQuantity, parseQuantity, podRequests, podsOf, podState, workloads, type Workload } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Node, type Snapshot } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { podSpecPath } from '../support/template-patch.ts';

/** Reports workloads whose template asks for more than the largest node has, before any pod of it waits. */
export const schedLatentRequestExceedsAll: Analyzer = {
  meta: {
    id: 'sched-latent-request-exceeds-all',
    title: 'Pods of the workload would fit on no node',
    role: 'fault',
    severity: 'info',
    reads: ['Node', 'Pod', 'Deployment', 'StatefulSet', 'CronJob'],
    breaks: ['scheduling'],
    docs: {
      means:
        'The template asks for more CPU or memory than the largest node can give, so the next pod that is made of it will wait for ever.',
      decides: 'Requests of the template against the largest status.allocatable in the cluster.',
      silent:
        'When a pod of the workload waits already (that is told as the cause), for workloads scaled to zero or suspended, and when not all nodes are in the capture.',
      falsePositives: 'An autoscaler may bring a larger node when the pod is made.',
      references: [
        'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled',
      ],
    },
  },
  *analyze({ snapshot }) {
    const nodes = snapshot.list('Node');
    if (snapshot.coverage.state('Node') !== 'complete' || nodes.length === 0) return;
    for (const resource of ['cpu', 'memory']) {
      const largest = largestOf(nodes, resource);
      if (largest === undefined) continue;
      for (const workload of workloads(snapshot)) {
        const requested = podRequests(workload.template.spec).get(resource) ?? 0n;
        if (requested <= largest || !isWanted(snapshot, workload)) continue;
        yield finding(workload, resource, requested, largest);
      }
    }
  },
};

/** The most that a node can give; undefined if one does not say. */
function largestOf(nodes: readonly Node[], resource: string): bigint | undefined {
  let largest = 0n;
  for (const { status } of nodes) {
    const amount = parseQuantity(status?.allocatable?.[resource] ?? '');
    if (amount === undefined) return undefined;
    if (amount > largest) largest = amount;
  }
  return largest;
}

function isWanted(snapshot: Snapshot, { ref, replicas }: Workload): boolean {
  if (ref.kind === 'CronJob') {
    if (present(snapshot, 'CronJob', ref.namespace, ref.name)?.spec.suspend === true) return false;
  } else if ((replicas ?? 0) === 0) return false;
  return podsOf(snapshot, ref).every((pod) => podState(snapshot, pod).stage !== 'unscheduled');
}

function finding({ ref, template }: Workload, resource: string, requested: bigint, largest: bigint): Finding {
  const amount = formatQuantity(resource, requested);
  const most = formatQuantity(resource, largest);
  const requests = template.spec.containers.map(
    ({ name, resources }) => `${name}: ${resources?.requests?.[resource] ?? 'none'}`,
  );
  const path = `${podSpecPath(ref)}.containers[*].resources.requests.${resource}`;
  return {
    rule: schedLatentRequestExceedsAll.meta.id,
    subject: ref,
    discriminator: resource,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    message: `The next pod of ${inWords(ref)} would fit on no node: ${amount} ${resource} requested`,
    cause: `The template asks for ${amount} ${resource}, and the largest node of the cluster has ${most}.`,
    state: `${amount} ${resource} requested, more than any node has`,
    evidence: [fromSpec(ref, path, requests.join(', ')), computed(ref, `largest node: ${most} ${resource}`)],
    // Nothing waits for it yet.
    affects: [],
    fixes: [
      {
        summary: `Lower the ${resource} request of ${inWords(ref)} to what a node has, or add a larger node`,
        steps: [`Edit ${path}: at most ${most} in all, less what DaemonSets take on each node`],
        commands: [
          {
            argv: [
              'kubectl',
              'get',
              'nodes',
              '-o',
              `custom-columns=NAME:.metadata.name,HAS:.status.allocatable.${resource}`,
            ],
          },
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
