import { clip } from './clip.ts';

/** Why a HorizontalPodAutoscaler cannot compute a number of replicas, as far as its words tell. */
export type ScalerTrouble =
  | { readonly kind: 'missing-request'; readonly resource: string; readonly container?: string; readonly pod?: string }
  | { readonly kind: 'no-metrics-api'; readonly api: MetricsApi; readonly metric?: string; readonly error: string }
  | { readonly kind: 'no-metrics-yet' }
  | { readonly kind: 'ambiguous'; readonly scalers: readonly string[] }
  | { readonly kind: 'no-target'; readonly error: string }
  | { readonly kind: 'other' };

/** The three APIs that metrics come from. */
export type MetricsApi = 'resource' | 'custom' | 'external';

// https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/replica_calculator.go and metrics/client.go
const MISSING_REQUEST = /\bmissing request for (\S+?)(?: in container (\S+) of Pod (\S+))?(?=[\s,;]|$)/;
const API = /\bunable to fetch metrics from (resource|custom|external) metrics API: (.*)$/;
const EMPTY =
  /\bno (?:external )?metrics returned from (?:resource|custom|external) metrics API|\bdid not receive metrics for (?:any|targeted|all)/;
const AMBIGUOUS = /\bpods by selector .{0,512}? are controlled by multiple HPAs: \[([^\]]{0,2048})\]/;
const NO_TARGET = /\bunable to get the target's current scale: (.*)$/;
const METRIC = /\bunable to get (?:external |object )?metric ([^:\s]+):/;

/** Reads the message of a condition (or event) of a HorizontalPodAutoscaler. */
export function parseScalerTrouble(message: string): ScalerTrouble {
  const text = clip(message).replaceAll('\n', ' ');
  const request = MISSING_REQUEST.exec(text);
  if (request !== null) {
    const [, resource = '', container, pod] = request;
    return {
      kind: 'missing-request',
      resource,
      ...(container === undefined || pod === undefined ? {} : { container, pod }),
    };
  }
  const [, scalers] = AMBIGUOUS.exec(text) ?? [];
  if (scalers !== undefined)
    return { kind: 'ambiguous', scalers: scalers.split(/[\s,]+/).filter((name) => name !== '') };
  const [, error] = NO_TARGET.exec(text) ?? [];
  if (error !== undefined) return { kind: 'no-target', error };
  return apiTrouble(text) ?? (EMPTY.test(text) ? { kind: 'no-metrics-yet' } : { kind: 'other' });
}

function apiTrouble(text: string): ScalerTrouble | undefined {
  const [, api, error = ''] = API.exec(text) ?? [];
  if (api !== 'resource' && api !== 'custom' && api !== 'external') return undefined;
  const [, named] = METRIC.exec(text) ?? [];
  // `unable to get external metric shop/orders_waiting/&LabelSelector{…}: …` names namespace, metric and selector.
  const metric = api === 'external' ? (named?.split('/')[1] ?? named) : named;
  return { kind: 'no-metrics-api', api, error, ...(metric === undefined ? {} : { metric }) };
}
