import { clip } from './clip.ts';

/** Why the API server refused to create a pod, claim or Job, as the controller that tried it reports. */
export type CreateFailure =
  | {
      readonly cause: 'quota';
      readonly quota: string;
      readonly requested: ReadonlyMap<string, string>;
      readonly used: ReadonlyMap<string, string>;
      readonly limited: ReadonlyMap<string, string>;
    }
  | { readonly cause: 'quota-requires'; readonly quota: string; readonly must: string }
  | { readonly cause: 'limit-range'; readonly bounds: readonly LimitBound[] }
  | {
      readonly cause: 'request-above-limit';
      readonly resource: string;
      readonly request: string;
      readonly path: string;
    }
  | { readonly cause: 'pod-security'; readonly level: string; readonly version: string; readonly details: string }
  | { readonly cause: 'service-account'; readonly namespace: string; readonly name: string }
  | { readonly cause: 'webhook-failed'; readonly webhook: string; readonly url?: string; readonly error: string }
  | { readonly cause: 'webhook-denied'; readonly webhook: string; readonly reason: string }
  | { readonly cause: 'policy-denied'; readonly policy: string; readonly binding: string; readonly reason: string }
  | { readonly cause: 'priority-class'; readonly name: string }
  | { readonly cause: 'security-constraint'; readonly reasons: readonly string[] }
  | { readonly cause: 'quota-unknown'; readonly quota: string; readonly resources: string }
  | { readonly cause: 'quota-scope'; readonly scopes: string }
  | { readonly cause: 'namespace-terminating'; readonly namespace: string };

/** One bound of a LimitRange that a pod breaks. */
export interface LimitBound {
  readonly bound: 'max' | 'min' | 'ratio';
  readonly resource: string;
  /** Container, Pod or PersistentVolumeClaim. */
  readonly type: string;
  readonly allowed: string;
  /** Absent where the pod sets no value at all. */
  readonly actual?: string;
}

/** Reads the cause from a FailedCreate event or a ReplicaFailure condition; undefined if it is none of these. */
export function createFailure(text: string | undefined): CreateFailure | undefined {
  const words = clip(text);
  for (const read of READERS) {
    const found = read(words);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The specific before the general: a webhook's own words may repeat any of the others. */
const READERS: readonly ((words: string) => CreateFailure | undefined)[] = [
  webhookDenied,
  webhookFailed,
  policyDenied,
  quota,
  quotaRequires,
  quotaUnknown,
  quotaScope,
  namespaceTerminating,
  podSecurity,
  securityConstraint,
  serviceAccount,
  priorityClass,
  limitRange,
  requestAboveLimit,
];

/** https://github.com/kubernetes/apiserver/blob/master/pkg/admission/plugin/resourcequota/controller.go (checkRequest) */
function quota(words: string): CreateFailure | undefined {
  const match =
    /exceeded quota: ([^\s,]{1,253}), requested: (\S{1,2000}), used: (\S{1,2000}), limited: (\S{1,2000})/.exec(words);
  if (match?.[1] === undefined) return undefined;
  return {
    cause: 'quota',
    quota: match[1],
    requested: amounts(match[2]),
    used: amounts(match[3]),
    limited: amounts(match[4]),
  };
}

/** `limits.cpu=1,pods=3`. */
function amounts(text = ''): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(',')) {
    const equals = part.lastIndexOf('=');
    if (equals > 0) found.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return found;
}

/** `must specify cpu for: app,sidecar; memory for: app`, in older versions `must specify limits.cpu,limits.memory`. */
function quotaRequires(words: string): CreateFailure | undefined {
  const match = /failed quota: ([^\s:]{1,253}): must specify ([^\n]{1,2000})/.exec(words);
  return match?.[1] === undefined
    ? undefined
    : { cause: 'quota-requires', quota: match[1], must: (match[2] ?? '').trim() };
}

/** The quota controller has not counted a new quota yet (checkRequest of the same file). */
function quotaUnknown(words: string): CreateFailure | undefined {
  const match = /status unknown for quota: ([^\s,]{1,253}), resources: (\S{1,2000})/.exec(words);
  return match?.[1] === undefined ? undefined : { cause: 'quota-unknown', quota: match[1], resources: match[2] ?? '' };
}

/** No quota covers what the API server admits under a quota only: `limitedResources` of its admission configuration. */
function quotaScope(words: string): CreateFailure | undefined {
  const match = /insufficient quota to (?:match these scopes|consume): ([^\n]{1,1000})/.exec(words);
  return match?.[1] === undefined ? undefined : { cause: 'quota-scope', scopes: match[1].trim() };
}

/** https://github.com/kubernetes/apiserver/blob/master/pkg/admission/plugin/namespace/lifecycle/admission.go */
function namespaceTerminating(words: string): CreateFailure | undefined {
  const match = /unable to create new content in namespace ([a-z0-9-]{1,63}) because it is being terminated/.exec(
    words,
  );
  return match?.[1] === undefined ? undefined : { cause: 'namespace-terminating', namespace: match[1] };
}

/** https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/limitranger/admission.go */
function limitRange(words: string): CreateFailure | undefined {
  const bounds: LimitBound[] = [];
  for (const match of words.matchAll(
    /(max|min)imum ([\w./-]{1,253}) usage per (Container|Pod|PersistentVolumeClaim) is ([^\s,]{1,64}?)[,.]\s+(?:but (?:limit|request) is ([^\s,\]]{1,64})|No (?:limit|request) is specified)/gi,
  )) {
    const [, bound = '', resource = '', type = '', allowed = '', actual] = match;
    const which = bound.toLowerCase() === 'max' ? 'max' : 'min';
    bounds.push({
      bound: which,
      resource,
      type,
      allowed,
      ...(actual === undefined ? {} : { actual: actual.replace(/\.$/, '') }),
    });
  }
  for (const match of words.matchAll(
    /([\w./-]{1,253}) max limit to request ratio per (Container|Pod) is ([^\s,]{1,64}), but (?:provided ratio is (\S{1,64})|no request)/g,
  )) {
    const [, resource = '', type = '', allowed = '', actual] = match;
    bounds.push({
      bound: 'ratio',
      resource,
      type,
      allowed,
      ...(actual === undefined ? {} : { actual: actual.replace(/[.\]]+$/, '') }),
    });
  }
  return bounds.length === 0 ? undefined : { cause: 'limit-range', bounds };
}

/** https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (validateContainerResourceRequirements) */
function requestAboveLimit(words: string): CreateFailure | undefined {
  const match =
    /(spec\.\w+\[\d+\]\.resources\.requests)(?:\[[\w./-]{1,253}\])?: Invalid value: "?([^"\s:]{1,64})"?: must be less than or equal to ([\w./-]{1,253}) limit/.exec(
      words,
    );
  if (match?.[1] === undefined) return undefined;
  return { cause: 'request-above-limit', path: match[1], request: match[2] ?? '', resource: match[3] ?? '' };
}

/** https://github.com/kubernetes/pod-security-admission/blob/master/admission/admission.go (EvaluatePod) */
function podSecurity(words: string): CreateFailure | undefined {
  const match = /violates PodSecurity "([a-z]{1,20}):([\w.]{1,20})": ([^\n]{1,6000})/.exec(words);
  return match?.[1] === undefined
    ? undefined
    : { cause: 'pod-security', level: match[1], version: match[2] ?? '', details: match[3] ?? '' };
}

/** https://github.com/openshift/apiserver-library-go/blob/master/pkg/securitycontextconstraints/sccadmission/admission.go */
function securityConstraint(words: string): CreateFailure | undefined {
  const match = /unable to validate against any security context constraint: \[?([^\n]{1,6000})/.exec(words);
  if (match?.[1] === undefined) return undefined;
  const list = match[1].trim().replace(/\]$/, '');
  const parts = list.split(/, (?=provider |[a-z]+\.|spec\.|\.)/).map((part) => part.trim());
  // Constraints that the account may not use at all say nothing about the pod.
  const reasons = parts.filter((part) => !/not usable by user or serviceaccount/.test(part));
  return { cause: 'security-constraint', reasons };
}

function serviceAccount(words: string): CreateFailure | undefined {
  const match = /error looking up service account ([^\s/]{1,63})\/([^\s:]{1,253}): /.exec(words);
  return match?.[1] === undefined ? undefined : { cause: 'service-account', namespace: match[1], name: match[2] ?? '' };
}

/** https://github.com/kubernetes/apiserver/blob/master/pkg/admission/plugin/webhook/errors */
function webhookFailed(words: string): CreateFailure | undefined {
  const match =
    /failed calling (?:admission )?webhook "([^"]{1,253})": (?:failed to call webhook: )?(?:(?:Post|Get) "?(https?:\/\/[^\s"]{1,1000})"?: )?([^\n]{1,4000})/.exec(
      words,
    );
  if (match?.[1] === undefined) return undefined;
  return {
    cause: 'webhook-failed',
    webhook: match[1],
    error: match[3] ?? '',
    ...(match[2] === undefined ? {} : { url: match[2] }),
  };
}

function webhookDenied(words: string): CreateFailure | undefined {
  const match = /admission webhook "([^"]{1,253})" denied the request(?:: ([^]{1,4000}))?/.exec(words);
  return match?.[1] === undefined
    ? undefined
    : { cause: 'webhook-denied', webhook: match[1], reason: (match[2] ?? '').trim() };
}

function policyDenied(words: string): CreateFailure | undefined {
  const match =
    /ValidatingAdmissionPolicy '([^']{1,253})' with binding '([^']{1,253})' denied request: ([^\n]{1,4000})/.exec(
      words,
    );
  return match?.[1] === undefined
    ? undefined
    : { cause: 'policy-denied', policy: match[1], binding: match[2] ?? '', reason: match[3] ?? '' };
}

function priorityClass(words: string): CreateFailure | undefined {
  const match = /no PriorityClass with name (\S{1,253}) was found/.exec(words);
  return match?.[1] === undefined ? undefined : { cause: 'priority-class', name: match[1] };
}

/** Why a webhook could not be called. */
export type WebhookTrouble = 'no-endpoints' | 'service-missing' | 'tls' | 'refused' | 'timeout';

/** Classifies the error behind `failed calling webhook`; undefined for answers that are no connection trouble. */
export function webhookTrouble(error: string): WebhookTrouble | undefined {
  const words = clip(error);
  if (/no endpoints available for service/.test(words)) return 'no-endpoints';
  if (/service "[^"]{1,253}" not found|no such host/.test(words)) return 'service-missing';
  if (/x509: |tls: /.test(words)) return 'tls';
  if (/connection refused|connection reset by peer|no route to host|unexpected EOF|\bEOF$/.test(words))
    return 'refused';
  return /context deadline exceeded|Client\.Timeout|i\/o timeout|timed? ?out|handshake timeout/.test(words)
    ? 'timeout'
    : undefined;
}

/** The Service that a webhook URL means: `https://NAME.NAMESPACE.svc:443/path`. */
export function webhookService(
  url: string | undefined,
): { readonly namespace: string; readonly name: string } | undefined {
  const match =
    /^https?:\/\/([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc(?:\.[a-z0-9.-]{1,200})?(?::\d+)?(?:\/|\?|$)/.exec(url ?? '');
  return match?.[1] === undefined || match[2] === undefined ? undefined : { name: match[1], namespace: match[2] };
}
