import { type Analyzer, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { type Eviction } from '../messages/eviction.ts';
import { containerNamed, evictionFinding, templatePath, templateSpec } from '../support/eviction-finding.ts';
import { evictions, type EvictionGroup } from '../support/evictions.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { stillPressed } from '../support/still-pressed.ts';
import { counted, listed } from '../support/words.ts';

/** Reports workloads whose pods were evicted because their node ran out of memory. */
export const nodeEvictedMemory: Analyzer = {
  meta: {
    id: 'node-evicted-memory',
    title: 'Pods were evicted because their node ran out of memory',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Event', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
    breaks: ['eviction', 'availability'],
    waitsFor: ['eviction'],
    docs: {
      means:
        'The kubelet ended pods to get memory back. It takes first those that use more than they request, so a request that is too low makes a pod a victim.',
      decides:
        'A failed pod has reason Evicted and says that the node was low on memory. While its node still has MemoryPressure, that node explains it.',
      silent: 'When the workload has all its pods again, unless it was evicted several times and within the last hour.',
      references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/'],
    },
  },
  *analyze({ snapshot }) {
    for (const group of evictions(snapshot)) {
      if (group.eviction.kind === 'node' && group.eviction.resource.startsWith('memory'))
        yield finding(snapshot, group, group.eviction);
    }
  },
};

type NodeEviction = Extract<Eviction, { readonly kind: 'node' }>;

function finding(snapshot: Snapshot, group: EvictionGroup, eviction: NodeEviction): Finding {
  const { owner, pods, nodes } = group;
  const { container, usage, request } = eviction;
  const used =
    container === undefined ? '' : `; container "${container}" used ${usage ?? ''} with a request of ${request ?? ''}`;
  const spec = templateSpec(snapshot, group);
  const requested =
    container === undefined ? undefined : containerNamed(spec, container)?.resources?.requests?.['memory'];
  return evictionFinding(snapshot, nodeEvictedMemory.meta, group, {
    message: `${counted(pods.length, 'pod')} of ${inWords(owner)} ${pods.length === 1 ? 'was' : 'were'} evicted for want of memory on ${listed(nodes)}`,
    cause: `${listed(nodes)} ran low on memory and ended ${counted(pods.length, 'pod')} of ${inWords(owner)}${used}.`,
    discriminator: container ?? '',
    evidence:
      container === undefined
        ? []
        : [
            fromSpec(
              owner,
              `${templatePath(group)}spec.containers[${container}].resources.requests.memory`,
              requested ?? 'not set',
            ),
          ],
    fixes: fixes(group, eviction),
    because: stillPressed(snapshot, nodes, 'MemoryPressure'),
  });
}

function fixes({ owner }: EvictionGroup, { container, usage }: NodeEviction): readonly Fix[] {
  const look: Fix = {
    summary: `Compare what ${inWords(owner)} requests with what it uses`,
    steps: [
      'A request of what the containers really use lets the scheduler count them, and makes them the last to be evicted.',
    ],
    commands: [kubectl(owner.namespace, 'describe', kubectlName(owner))],
    effect: 'none',
    where: 'cluster',
  };
  if (container === undefined || usage === undefined || owner.kind === 'Pod') return [look];
  return [
    {
      summary: `Let container "${container}" of ${inWords(owner)} request the ${usage} of memory that it used`,
      steps: [`Set resources.requests.memory of "${container}" to at least ${usage}.`],
      commands: [
        kubectl(owner.namespace, 'set', 'resources', kubectlName(owner), '-c', container, `--requests=memory=${usage}`),
      ],
      effect: 'change',
      where: 'cluster',
    },
    look,
  ];
}
