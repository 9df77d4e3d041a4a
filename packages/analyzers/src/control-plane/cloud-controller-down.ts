import { refOf, workloads } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { staleLeader, type StaleLeader } from '../support/stale-leader.ts';
import { listed, span } from '../support/words.ts';

const NAME = 'cloud-controller-manager';
const TAINT = 'node.cloudprovider.kubernetes.io/uninitialized';

/** Reports that nobody speaks to the cloud: the lease of the cloud controller manager is not renewed any more. */
export const cloudControllerDown: Analyzer = {
  meta: {
    id: 'cloud-controller-down',
    title: 'Cloud controller manager does not run',
    role: 'fault',
    severity: 'critical',
    reads: ['Lease', 'Node', 'Deployment', 'DaemonSet', 'Pod'],
    breaks: ['availability', 'scheduling', 'network', 'route'],
    waitsFor: ['availability'],
    docs: {
      means:
        'New nodes keep the taint that keeps pods away, load balancers are neither made nor changed, and routes and addresses of nodes are not kept up.',
      decides:
        'The lease kube-system/cloud-controller-manager was not renewed for more than a minute while other leases are fresh. It is critical once a node waits for it. If its workload is seen and lacks pods, that is the cause.',
      silent: 'When all leases are old (the capture is), and where there is no such lease: many clusters have none.',
      references: ['https://kubernetes.io/docs/concepts/architecture/cloud-controller/'],
    },
  },
  *analyze({ snapshot }) {
    const stale = staleLeader(snapshot, NAME);
    if (stale !== undefined) yield finding(snapshot, stale);
  },
};

function finding(snapshot: Snapshot, { lease, renewed, age }: StaleLeader): Finding {
  const subject = refOf(lease);
  const nodes = snapshot.list('Node').filter(({ spec }) => (spec?.taints ?? []).some(({ key }) => key === TAINT));
  const workload = workloadOf(snapshot);
  const names = nodes.map(({ metadata }) => metadata.name);
  const waits = names.length === 0 ? '' : `; ${listed(names)} ${names.length === 1 ? 'waits' : 'wait'} for it`;
  return {
    rule: cloudControllerDown.meta.id,
    subject,
    severity: nodes.length > 0 ? 'critical' : 'warning',
    confidence: CONFIDENCE.proved,
    since: renewed,
    message: `Cloud controller manager does not run: its lease was last renewed ${span(age)} ago`,
    cause: `Nobody has renewed the lease ${NAME} since ${renewed}, so nothing of the cluster is brought about in the cloud${waits}.`,
    state: 'does not act',
    detail: { nodes: names },
    evidence: [
      fromSpec(subject, 'spec.renewTime', renewed),
      fromSpec(subject, 'spec.holderIdentity', lease.spec?.holderIdentity ?? ''),
      ...nodes.slice(0, 2).map((node) => computed(refOf(node), `still has taint ${TAINT}`)),
    ],
    ...(workload === undefined
      ? { waitsFor: [] }
      : { because: [{ ref: workload, mechanism: 'availability' as const }] }),
    affects: nodes.map((node) => refOf(node)),
    fixes: [
      {
        summary:
          workload === undefined ? 'Find out where the cloud controller manager runs' : `Repair ${inWords(workload)}`,
        steps: [
          'Its log says what stops it: credentials of the cloud, the address of the API server, or its own tolerations.',
        ],
        commands: [
          kubectl('kube-system', 'get', 'lease', NAME, '-o', 'yaml'),
          ...(workload === undefined ? [] : [kubectl(workload.namespace, 'describe', kubectlName(workload))]),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}

function workloadOf(snapshot: Snapshot): ResourceRef | undefined {
  const found = workloads(snapshot).filter(
    ({ ref, template }) => ref.name.includes(NAME) || template.spec.containers.some(({ name }) => name.includes(NAME)),
  );
  return found.length === 1 ? found[0]?.ref : undefined;
}
