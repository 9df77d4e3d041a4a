import { conditionOf, memoize, podsOf, refOf, refTo, timeOf } from '@kroot/graph';
import {
  ref,
  type APIService,
  type Condition,
  type Evidence,
  type HorizontalPodAutoscaler,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { parseScalerTrouble, type MetricsApi, type ScalerTrouble } from '../messages/scaler-trouble.ts';
import { fromCondition } from './evidence.ts';

/** An autoscaler that says that it cannot scale. */
export interface StuckScaler {
  readonly ref: ResourceRef;
  readonly scaler: HorizontalPodAutoscaler;
  readonly target?: ResourceRef;
  readonly condition: Condition;
  readonly trouble: ScalerTrouble;
}

/** Metrics of new pods take a moment: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ */
const METRICS_GRACE = 180_000;
/** An extension API that restarts is away for moments. */
const API_GRACE = 120_000;

/** All autoscalers that cannot scale, in order of namespace and name; those whose target is switched off are none. */
export const stuckScalers: (snapshot: Snapshot) => readonly StuckScaler[] = memoize((snapshot) =>
  snapshot.list('HorizontalPodAutoscaler').flatMap((scaler) => {
    const condition = troubleCondition(scaler);
    if (condition === undefined || scaler.metadata.deletionTimestamp !== undefined) return [];
    const target = targetOf(scaler);
    const trouble = parseScalerTrouble(condition.message ?? '');
    const stuck: StuckScaler = {
      ref: refOf(scaler),
      scaler,
      condition,
      trouble,
      ...(target === undefined ? {} : { target }),
    };
    return isYoung(snapshot, stuck) ? [] : [stuck];
  }),
);

/** What an autoscaler scales. */
export function targetOf({ spec, metadata }: HorizontalPodAutoscaler): ResourceRef | undefined {
  return spec?.scaleTargetRef === undefined ? undefined : refTo(spec.scaleTargetRef, metadata.namespace);
}

function troubleCondition({ status }: HorizontalPodAutoscaler): Condition | undefined {
  const able = conditionOf(status?.conditions, 'AbleToScale');
  if (able?.status === 'False' && able.reason !== undefined && able.reason.startsWith('Failed')) return able;
  const active = conditionOf(status?.conditions, 'ScalingActive');
  return active?.status === 'False' && active.reason !== 'ScalingDisabled' ? active : undefined;
}

function isYoung(snapshot: Snapshot, { trouble, condition, target }: StuckScaler): boolean {
  const now = snapshot.now.getTime();
  const age = now - (timeOf(condition.lastTransitionTime) ?? 0);
  if (trouble.kind === 'no-metrics-api') {
    const served = apiServices(snapshot, trouble.api);
    return served.some((service) => isAvailable(service)) && age < API_GRACE;
  }
  if (trouble.kind !== 'no-metrics-yet') return false;
  const starts =
    target === undefined ? [] : podsOf(snapshot, target).map(({ status }) => timeOf(status?.startTime) ?? 0);
  return age < METRICS_GRACE || now - Math.max(0, ...starts) < METRICS_GRACE;
}

const GROUPS: Readonly<Record<MetricsApi, string>> = {
  resource: 'metrics.k8s.io',
  custom: 'custom.metrics.k8s.io',
  external: 'external.metrics.k8s.io',
};

function apiServices(snapshot: Snapshot, api: MetricsApi): readonly APIService[] {
  return snapshot.list('APIService').filter(({ spec }) => spec?.group === GROUPS[api]);
}

function isAvailable({ status }: APIService): boolean {
  return conditionOf(status?.conditions, 'Available')?.status === 'True';
}

/** The state of a metrics API: the first APIService of its group that is not available, else the one that should be there. */
export interface MetricsApiState {
  readonly ref: ResourceRef;
  readonly state: 'absent' | 'unavailable' | 'available' | 'unknown';
  readonly service?: APIService;
}

/** Looks a metrics API up. */
export function metricsApiState(snapshot: Snapshot, api: MetricsApi): MetricsApiState {
  const served = apiServices(snapshot, api);
  const broken = served.find((service) => !isAvailable(service));
  const known = broken ?? served[0];
  if (known !== undefined) {
    return { ref: refOf(known), state: broken === undefined ? 'available' : 'unavailable', service: known };
  }
  const wanted = ref('APIService', undefined, `v1beta1.${GROUPS[api]}`);
  return { ref: wanted, state: snapshot.lookup(wanted).state === 'absent' ? 'absent' : 'unknown' };
}

/** The conditions of the first autoscalers as evidence. */
export function scalerEvidence(stuck: readonly StuckScaler[], max: number = 2): readonly Evidence[] {
  return stuck.slice(0, max).map(({ ref: scaler, condition }) => fromCondition(scaler, condition));
}
