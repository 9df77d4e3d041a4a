import { podsOf, podState, refOf, topOwner, type PodState } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type Because, type Finding, type Job, type Snapshot } from '@kroot/types';
import { cronJobStates, runningFor, type CronJobState } from '../support/cron-jobs.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { hangingJobs } from '../support/hanging-jobs.ts';
import { describeFix, inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { span } from '../support/words.ts';

const ID = 'cronjob-forbid-blocked';
const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Reports CronJobs whose next runs an earlier Job keeps from starting. */
export const cronjobForbidBlocked: Analyzer = {
  meta: {
    id: ID,
    title: 'Earlier Job keeps a CronJob from running',
    role: 'fault',
    severity: 'warning',
    reads: ['CronJob', 'Job', 'Pod'],
    breaks: ['pod-creation'],
    waitsFor: ['availability', 'pod-creation', 'container-exit', 'container-start', 'image', 'container-config'],
    docs: {
      means:
        'With concurrencyPolicy Forbid no Job starts while one is unfinished, and this one does not finish, so all runs since are lost.',
      decides:
        'An unfinished Job of the CronJob has run for longer than the longest time between two runs, and its pods are held up or missing; a Job whose pod runs counts after five of these times and an hour, or when it is far slower than earlier runs.',
      silent: 'While the Job works and only takes a little longer than the schedule, which is what Forbid is for.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy'],
    },
  },
  *analyze({ snapshot }) {
    for (const state of cronJobStates(snapshot)) {
      if (state.cronJob.spec.concurrencyPolicy !== 'Forbid' || state.gap === undefined) continue;
      const stuck = state.jobs.find((job) => blocks(snapshot, job, state.gap ?? 0));
      if (stuck !== undefined) yield finding(snapshot, state, stuck);
    }
  },
};

function blocks(snapshot: Snapshot, job: Job, gap: number): boolean {
  const runs = runningFor(snapshot, job);
  if (runs === undefined || runs < gap + MINUTE) return false;
  const pods = podsOf(snapshot, refOf(job)).map((pod) => podState(snapshot, pod));
  if (pods.some(({ stage }) => stage === 'ready')) {
    return hangingJobs(snapshot).has(refKey(refOf(job))) || runs >= Math.max(5 * gap, HOUR);
  }
  return (
    pods.some(({ blocked }) => blocked) ||
    (pods.length === 0 && snapshot.coverage.state('Pod', job.metadata.namespace) === 'complete')
  );
}

function finding(snapshot: Snapshot, { ref: subject, cronJob, gap = 0 }: CronJobState, job: Job): Finding {
  const stuck = refOf(job);
  const runs = runningFor(snapshot, job) ?? 0;
  const pods = podsOf(snapshot, stuck).map((pod) => podState(snapshot, pod));
  const missed = Math.max(1, Math.floor(runs / gap));
  return {
    rule: ID,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    ...optional('since', job.status?.startTime),
    message: `${inWords(subject)} does not run, since ${inWords(stuck)} has not ended for ${span(runs)}`,
    cause: `concurrencyPolicy Forbid starts no Job beside ${stuck.name}, which began at ${job.status?.startTime ?? ''} and has kept at least ${missed} ${missed === 1 ? 'run' : 'runs'} from starting.`,
    detail: { missed },
    evidence: [
      fromSpec(subject, 'spec.concurrencyPolicy', 'Forbid'),
      fromSpec(subject, 'spec.schedule', cronJob.spec.schedule),
      fromSpec(stuck, 'status.startTime', job.status?.startTime ?? ''),
      ...(pods.length === 0 ? [computed(stuck, 'has no pods')] : []),
    ],
    because: becauseOf(snapshot, job, pods),
    affects: [stuck],
    fixes: [
      describeFix(stuck, `Find out why ${inWords(stuck)} does not end`, [
        'Runs start again by themselves as soon as it has ended.',
        `Set spec.jobTemplate.spec.activeDeadlineSeconds of ${inWords(subject)}, so that a run that hangs is ended.`,
      ]),
      {
        summary: `Delete ${inWords(stuck)}, if it may be ended`,
        steps: ['Its pods are deleted with it; what they have done so far stays as it is.'],
        commands: [kubectl(stuck.namespace, 'delete', kubectlName(stuck))],
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}

/** What is wrong with the pods is told of the pods, or of the template, which is the CronJob's own. */
function becauseOf(snapshot: Snapshot, job: Job, pods: readonly PodState[]): readonly Because[] {
  const owner = topOwner(snapshot, job);
  const own: Because[] = [
    { ref: refOf(job), mechanism: 'availability' },
    { ref: refOf(job), mechanism: 'pod-creation' },
  ];
  const held = pods.flatMap(({ ref, mechanism }): readonly Because[] =>
    mechanism === undefined
      ? []
      : [
          { ref: owner, mechanism },
          { ref, mechanism: 'availability' },
        ],
  );
  return [...held, ...own];
}
