import { CONFIDENCE, type Evidence, type Finding, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { conditionOf, groupBy } from '@kroot/graph';
import { type MetricsApi } from '../messages/scaler-trouble.ts';
import { computed, fromCondition, fromSpec } from './evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from './kubectl.ts';
import { optional } from './optional.ts';
import { metricsApiState, scalerEvidence, stuckScalers, type MetricsApiState, type StuckScaler } from './scalers.ts';
import { counted, inline, listed } from './words.ts';

/** What a rule on one of the metrics APIs says itself. */
export interface MetricsApiRule {
  readonly rule: string;
  readonly api: MetricsApi;
  /** `resource metrics (cpu and memory)`. */
  readonly what: string;
  /** What to do when nothing serves the API. */
  readonly absent: Fix;
}

/** The findings on a metrics API: one for the API when it is not served, else one for each metric that it does not know. */
export function* metricsApiFindings(snapshot: Snapshot, rule: MetricsApiRule): Iterable<Finding> {
  const blind = stuckScalers(snapshot).filter(
    ({ trouble }) => trouble.kind === 'no-metrics-api' && trouble.api === rule.api,
  );
  if (blind.length === 0) return;
  const state = metricsApiState(snapshot, rule.api);
  const isServed =
    state.state === 'available' || (state.state === 'unknown' && blind.every((each) => namesMetric(each)));
  if (!isServed || rule.api === 'resource') yield apiFinding(rule, state, blind);
  else
    for (const group of groupBy(blind, (each) => metricOf(each) ?? '').values())
      yield metricFinding(rule, state, group);
}

function errorOf({ trouble }: StuckScaler): string {
  return trouble.kind === 'no-metrics-api' ? trouble.error : '';
}

function metricOf({ trouble }: StuckScaler): string | undefined {
  return trouble.kind === 'no-metrics-api' ? trouble.metric : undefined;
}

/** The API has answered, if it says that it lacks the metric. */
function namesMetric(stuck: StuckScaler): boolean {
  return /could not find the metric|no metrics? (?:found|returned)/i.test(errorOf(stuck));
}

const HEADLINES: Readonly<Record<MetricsApiState['state'], (api: string) => string>> = {
  absent: (api) => `${api} does not exist`,
  unavailable: (api) => `${api} is not available`,
  available: (api) => `${api} gives no answer`,
  unknown: (api) => `${api} is not served`,
};

function apiFinding(
  rule: MetricsApiRule,
  { ref: subject, state, service }: MetricsApiState,
  blind: readonly StuckScaler[],
): Finding {
  const scalers = listed(blind.map((each) => inWords(each.ref)));
  const [first] = blind;
  const answer = first === undefined ? '' : inline(errorOf(first));
  return {
    rule: rule.rule,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', first?.condition.lastTransitionTime),
    message: `${HEADLINES[state](inWords(subject))}, so ${scalers} ${blind.length === 1 ? 'gets' : 'get'} no ${rule.what}`,
    cause: `The autoscalers ask the API server for ${rule.what} and are told: ${answer}.`,
    detail: { autoscalers: blind.length, state },
    evidence: [...scalerEvidence(blind), ...apiEvidence(subject, state, service)],
    because: [{ ref: subject, mechanism: 'extension-api' }],
    affects: blind.map((each) => each.ref),
    fixes:
      state === 'absent' ? [rule.absent] : [repair(subject, service), ...(state === 'unknown' ? [rule.absent] : [])],
    ...(state === 'unknown'
      ? { notes: [`The capture does not say whether ${inWords(subject)} exists; the autoscalers' own words decide.`] }
      : {}),
  };
}

function apiEvidence(
  subject: ResourceRef,
  state: MetricsApiState['state'],
  service: MetricsApiState['service'],
): readonly Evidence[] {
  if (state === 'absent') return [computed(subject, 'not among the APIServices of the cluster')];
  const condition = conditionOf(service?.status?.conditions, 'Available');
  return condition === undefined ? [] : [fromCondition(subject, condition)];
}

function repair(subject: ResourceRef, service: MetricsApiState['service']): Fix {
  const behind = service?.spec?.service;
  const target =
    behind?.name === undefined ? 'what serves it' : `Service ${behind.namespace ?? 'default'}/${behind.name}`;
  return {
    summary:
      behind?.name === undefined ? `See what serves ${subject.name}` : `Make ${target} answer for ${subject.name}`,
    steps: [
      `Read the conditions of ${inWords(subject)}, then see whether the pods behind ${behind?.name === undefined ? 'its Service' : target} are ready.`,
    ],
    commands: [
      kubectl(undefined, 'get', kubectlName(subject), '-o', 'yaml'),
      ...(behind?.name === undefined || behind.namespace === undefined
        ? []
        : [kubectl(behind.namespace, 'describe', `service/${behind.name}`)]),
    ],
    effect: 'none',
    where: 'cluster',
  };
}

function metricFinding(rule: MetricsApiRule, { ref: api }: MetricsApiState, blind: readonly StuckScaler[]): Finding {
  const [first] = blind;
  const subject = first?.ref ?? api;
  const metric = first === undefined ? undefined : metricOf(first);
  const named = metric === undefined ? 'a metric' : `metric ${metric}`;
  const scalers = listed(blind.map((each) => inWords(each.ref)));
  return {
    rule: rule.rule,
    subject,
    ...optional('discriminator', metric),
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', first?.condition.lastTransitionTime),
    message: `${scalers} ${blind.length === 1 ? 'scales' : 'scale'} by ${named}, which ${api.name.replace(/^v[^.]+\./, '')} does not serve`,
    cause: `${inWords(api)} answers ${counted(blind.length, 'autoscaler')} on ${named}: ${first === undefined ? '' : inline(errorOf(first))}.`,
    evidence: [...scalerEvidence(blind), ...(metric === undefined ? [] : [fromSpec(subject, 'spec.metrics', metric)])],
    affects: blind.map((each) => each.ref),
    // The API itself answers: whatever is behind it is not the reason.
    waitsFor: [],
    fixes: [
      describeFix(subject, `Correct ${named} in the autoscaler, or make the adapter serve it`, [
        `Compare the name and the selector of ${named} with what the adapter's configuration exposes.`,
      ]),
    ],
  };
}
