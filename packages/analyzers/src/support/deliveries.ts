import { conditionOf, memoize, refOf, timeOf } from '@kroot/graph';
import {
  type Condition,
  type Evidence,
  type ResourceRef,
  type Snapshot,
  type SyncedResource,
  type UntypedObject,
} from '@kroot/types';
import { fromCondition } from './evidence.ts';
import { memberOf } from './untyped.ts';

/** Sources of Flux, as `Snapshot.list` names them. */
export const FLUX_SOURCES: readonly string[] = [
  'GitRepository.source.toolkit.fluxcd.io',
  'OCIRepository.source.toolkit.fluxcd.io',
  'HelmRepository.source.toolkit.fluxcd.io',
  'HelmChart.source.toolkit.fluxcd.io',
  'Bucket.source.toolkit.fluxcd.io',
];
/** Kustomizations of Flux, as `Snapshot.list` names them. */
export const KUSTOMIZATION_KIND: string = 'Kustomization.kustomize.toolkit.fluxcd.io';
/** HelmReleases of Flux, as `Snapshot.list` names them. */
export const HELM_RELEASE_KIND: string = 'HelmRelease.helm.toolkit.fluxcd.io';
/** Applications of Argo CD, as `Snapshot.list` names them. */
export const APPLICATION_KIND: string = 'Application.argoproj.io';

/** What a delivery fails at: to fetch or render what is in Git, or to apply it and see it run. */
type DeliveryStep = 'fetch' | 'apply';

/** An object of Flux or Argo CD that says that it cannot deliver. */
export interface FailedDelivery {
  readonly ref: ResourceRef;
  readonly object: UntypedObject;
  readonly step: DeliveryStep;
  /** Reason of the condition, or phase of the sync. */
  readonly reason: string;
  /** The tool's words, most telling first; never empty. */
  readonly text: string;
  /** All of its words, for grammars. */
  readonly words: string;
  readonly evidence: readonly Evidence[];
  readonly since?: string;
}

/** A new object is fetched and applied for the first time. */
const GRACE = 120_000;

/** Every delivery that fails now, by kind and name. Suspended and deleted ones say nothing about now. */
export const failedDeliveries: (snapshot: Snapshot) => readonly FailedDelivery[] = memoize((snapshot) => [
  ...FLUX_SOURCES.flatMap((kind) => fluxFailures(snapshot, kind, 'fetch')),
  ...[KUSTOMIZATION_KIND, HELM_RELEASE_KIND].flatMap((kind) => fluxFailures(snapshot, kind, 'apply')),
  ...alive(snapshot, APPLICATION_KIND).flatMap((object) => [...comparisonFailure(object), ...syncFailure(object)]),
]);

function alive(snapshot: Snapshot, kind: string): readonly UntypedObject[] {
  const now = snapshot.now.getTime();
  return snapshot
    .list(kind)
    .filter(
      ({ metadata, spec }) =>
        metadata.deletionTimestamp === undefined &&
        now - (timeOf(metadata.creationTimestamp) ?? 0) >= GRACE &&
        memberOf(spec, 'suspend') !== true,
    );
}

function fluxFailures(snapshot: Snapshot, kind: string, step: DeliveryStep): readonly FailedDelivery[] {
  return alive(snapshot, kind).flatMap((object) => {
    const ready = conditionOf(object.status?.conditions, 'Ready');
    return ready?.status === 'False' ? [fluxFailure(object, ready, step)] : [];
  });
}

/** What else a HelmRelease says: its condition Ready often holds no more than that it has given up. */
const DETAILS: ReadonlySet<string> = new Set(['Released', 'TestSuccess', 'Remediated']);

function fluxFailure(object: UntypedObject, ready: Condition, step: DeliveryStep): FailedDelivery {
  const ref = refOf(object);
  const more = (object.status?.conditions ?? []).filter(
    ({ type, status, message = '' }) =>
      DETAILS.has(type) && status === 'False' && message !== '' && message !== ready.message,
  );
  const texts = [ready, ...more].map(({ message = '' }) => message).filter((text) => text !== '');
  return {
    ref,
    object,
    step,
    reason: ready.reason ?? 'Ready=False',
    text:
      texts.toSorted((a, b) => Number(/exhausted/.test(a)) - Number(/exhausted/.test(b)))[0] ??
      ready.reason ??
      'Ready=False',
    words: texts.join('\n'),
    evidence: [ready, ...more].slice(0, 3).map((condition) => fromCondition(ref, condition)),
    ...(ready.lastTransitionTime === undefined ? {} : { since: ready.lastTransitionTime }),
  };
}

const FETCH_CONDITIONS: ReadonlySet<string> = new Set(['ComparisonError', 'InvalidSpecError']);

function comparisonFailure(object: UntypedObject): readonly FailedDelivery[] {
  const bad = (object.status?.conditions ?? []).find(({ type }) => FETCH_CONDITIONS.has(type));
  return bad === undefined ? [] : [ofCondition(object, bad, 'fetch')];
}

function ofCondition(object: UntypedObject, bad: Condition, step: DeliveryStep): FailedDelivery {
  const ref = refOf(object);
  const text = bad.message ?? bad.type;
  return {
    ref,
    object,
    step,
    reason: bad.type,
    text,
    words: text,
    evidence: [fromCondition(ref, bad)],
    ...(bad.lastTransitionTime === undefined ? {} : { since: bad.lastTransitionTime }),
  };
}

/** The newest sync failed, or could not even be begun. */
function syncFailure(object: UntypedObject): readonly FailedDelivery[] {
  const phase = object.status?.operationState?.phase ?? '';
  if (phase === 'Failed' || phase === 'Error') return [endedSync(object, phase)];
  const bad = (object.status?.conditions ?? []).find(({ type }) => type === 'SyncError');
  return bad === undefined ? [] : [ofCondition(object, bad, 'apply')];
}

function endedSync(object: UntypedObject, phase: string): FailedDelivery {
  const ref = refOf(object);
  const { message = '', finishedAt, syncResult } = object.status?.operationState ?? {};
  const refused = (syncResult?.resources ?? []).filter(isRefused);
  const said = message === '' ? `the sync ended as ${phase}` : message;
  return {
    ref,
    object,
    step: 'apply',
    reason: `sync ${phase}`,
    text: refused[0]?.message ?? said,
    words: [message, ...refused.map(resultWords)].join('\n'),
    evidence: [
      ...refused.slice(0, 3).map((result) => fromResult(ref, result)),
      { source: 'status', ref, path: 'status.operationState', quote: `${phase}: ${message}`, ...seen(finishedAt) },
    ],
    ...(finishedAt === undefined ? {} : { since: finishedAt }),
  };
}

function isRefused({ status, message = '' }: SyncedResource): boolean {
  return message !== '' && status !== 'Synced' && status !== 'Pruned';
}

function fromResult(
  ref: ResourceRef,
  { kind = '', namespace = '', name = '', status = '', message = '' }: SyncedResource,
): Evidence {
  return {
    source: 'status',
    ref,
    path: `status.operationState.syncResult.resources[${kind}/${namespace}/${name}]`,
    quote: `${status}: ${message}`,
  };
}

function resultWords({ kind = '', namespace = '', name = '', message = '' }: SyncedResource): string {
  return `${kind}/${namespace}/${name}: ${message}`;
}

function seen(time: string | undefined): Pick<Evidence, 'lastSeen'> {
  return time === undefined ? {} : { lastSeen: time };
}
