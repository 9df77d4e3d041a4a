import { ref, type PlacementClass, type Report } from '@kroot/types';
import { bareDiagnosis, emptyReport, noImpact, node, rule } from './base.test.data.ts';

const pod = ref('Pod', 'shop', 'search-0');
const set = ref('StatefulSet', 'shop', 'search');
const nodes = (start: string, count: number): PlacementClass['nodes'] =>
  Array.from({ length: count }, (_, i) => ref('Node', undefined, `${start}-${String(i).padStart(2, '0')}`));

/** A pod that fits on none of many nodes. */
export const noRoom: Report = {
  ...emptyReport,
  source: { type: 'live', name: 'prod-eu1', serverVersion: 'v1.34.2', namespace: 'shop' },
  scope: { namespace: 'shop' },
  rules: [rule('sched-insufficient-cpu', 'A pod fits on no node', 'critical')],
  workloads: [ref('Deployment', 'shop', 'cart'), set],
  diagnoses: [
    {
      ...bareDiagnosis,
      id: 'dddd4c31f2d09b55',
      rule: 'sched-insufficient-cpu',
      confidence: 0.945,
      rootCause: set,
      resource: set,
      message: 'A pod of StatefulSet shop/search fits on no node',
      cause: 'It asks for 6 CPUs, and no node has them free.',
      effect: 'StatefulSet/search is down: 0 of 1 pods ready',
      changed: 'Revision 4 raised requests.cpu from 2 to 6.',
      evidence: [{ source: 'spec', ref: set, path: 'spec.template.spec.containers[0].resources', quote: 'cpu: 6' }],
      why: node('StatefulSet', 'shop', 'search', 'needs 6 CPUs', [node('Pod', 'shop', 'search-0', 'Pending')]),
      traces: [{ chain: [pod, set], hops: [], confidence: 0.945 }],
      impact: { ...noImpact, score: 12.345, pods: [pod], statefulSets: [set] },
      placement: {
        pod,
        complete: false,
        everywhere: [{ predicate: 'NodeAffinity', text: 'zone is not eu-1c' }],
        classes: [
          {
            nodes: nodes('worker', 14),
            reasons: [{ predicate: 'NodeResourcesFit', text: 'needs 6 CPUs, 4 are free' }],
            change: { node: ref('Node', undefined, 'worker-07'), steps: ['2 CPUs less'], verified: true },
          },
          { nodes: nodes('gpu', 3), reasons: [{ predicate: 'TaintToleration', text: 'taint gpu' }] },
          { nodes: nodes('spare', 1), reasons: [] },
        ],
        smallest: { node: ref('Node', undefined, 'worker-07'), steps: ['2 CPUs less'], verified: true },
        holders: [
          {
            owner: ref('Deployment', 'shop', 'cart'),
            resource: 'cpu',
            amount: '6',
            pods: 3,
            priority: 0,
            preemptible: true,
          },
        ],
      },
    },
  ],
};
