import { ref, type Report } from '@kroot/types';
import { bareDiagnosis, emptyReport, noImpact, node, rule } from './base.test.data.ts';

const pod = ref('Pod', 'ml', 'train-0');
const job = ref('Job', 'ml', 'train');
const worker = (index: number): ReturnType<typeof ref> => ref('Node', undefined, `gpu-${index}`);

/** A pod that fits on no node, with the table of nodes. */
export const placed: Report = {
  ...emptyReport,
  scope: { namespace: 'ml' },
  counts: { ...emptyReport.counts, pods: 8, podsReady: 7 },
  rules: [rule('sched-insufficient-resource', 'A pod asks for more than a node has free', 'critical')],
  diagnoses: [
    {
      ...bareDiagnosis,
      id: '31c4fd9a7be24e31',
      rule: 'sched-insufficient-resource',
      rootCause: job,
      resource: job,
      message: 'Pod ml/train-0 fits on no node: it asks for 8 nvidia.com/gpu',
      cause: 'No node has 8 nvidia.com/gpu free; the largest gap is on gpu-1, which lacks 4.',
      effect: 'Job/ml/train waits',
      since: '2026-11-22T13:14:00Z',
      why: node('Job', 'ml', 'train', 'asks for 8 nvidia.com/gpu', [node('Pod', 'ml', 'train-0', 'Pending')]),
      impact: { ...noImpact, score: 6, pods: [pod], jobs: [job] },
      placement: {
        pod,
        everywhere: [{ predicate: 'VolumeBinding', text: 'PersistentVolumeClaim ml/data waits for the first pod' }],
        classes: [
          {
            nodes: [worker(1)],
            reasons: [{ predicate: 'NodeResourcesFit', text: '4 of 8 nvidia.com/gpu are free' }],
            change: { node: worker(1), steps: ['free 4 nvidia.com/gpu'], verified: true },
          },
          {
            nodes: Array.from({ length: 9 }, (_, index) => ref('Node', undefined, `cpu-${index + 1}`)),
            reasons: [
              { predicate: 'NodeResourcesFit', text: 'has no nvidia.com/gpu' },
              { predicate: 'TaintToleration', text: 'taint dedicated=web:NoSchedule is not tolerated' },
            ],
          },
        ],
        smallest: { node: worker(1), steps: ['free 4 nvidia.com/gpu'], verified: true },
        holders: [
          {
            owner: ref('Deployment', 'ml', 'notebooks'),
            resource: 'nvidia.com/gpu',
            amount: '4',
            pods: 4,
            priority: 0,
            preemptible: true,
          },
        ],
        complete: false,
      },
    },
  ],
};
