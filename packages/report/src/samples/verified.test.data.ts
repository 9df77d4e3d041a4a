import { ref, type Diagnosis, type FixVerification, type Report } from '@kroot/types';
import { onePod } from './one-pod.test.data.ts';

const api = (suffix: string): ReturnType<typeof ref> => ref('Pod', 'prod', `payments-api-7d9f5-${suffix}`);
const claim = ref('PersistentVolumeClaim', 'prod', 'payments-data');
const nothing = { victims: 0, recovers: [], blockers: [], brings: [] } as const;

const outcomes: readonly FixVerification[] = [
  { ...nothing, fix: 1, verdict: 'clears', victims: 3, recovers: [api('x2x9q'), api('k4m7z'), api('p9w2c')] },
  {
    ...nothing,
    fix: 0,
    verdict: 'clears',
    victims: 3,
    recovers: [api('x2x9q')],
    blockers: [
      {
        rule: 'pvc-no-class-no-pv',
        resource: claim,
        message: 'PersistentVolumeClaim prod/payments-data gets no volume',
        count: 2,
      },
    ],
    brings: [
      {
        rule: 'sched-insufficient-cpu',
        resource: ref('Deployment', 'prod', 'cart'),
        message: 'A pod of Deployment prod/cart fits on no node',
      },
    ],
  },
  { ...nothing, fix: 0, verdict: 'still-shows', victims: 1 },
  { ...nothing, fix: 0, verdict: 'not-simulated', reason: 'the repair is made in the registry', victims: 1 },
];

/** A report of a run that tried the repairs: each way in which a trial can end. */
export const verified: Report = {
  ...onePod,
  diagnoses: onePod.diagnoses.flatMap((diagnosis) =>
    outcomes.map((verification, i): Diagnosis => ({ ...diagnosis, id: `${i}`.repeat(16), rank: i + 1, verification })),
  ),
};
