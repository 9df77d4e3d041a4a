import { eventTime, memoize, presentObject, refOf, refTo, timeOf, topOwner } from '@kroot/graph';
import {
  builtinKind,
  ref,
  type Evidence,
  type Pod,
  type ResourceRef,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { forbiddenRequests, type ForbiddenRequest } from '../messages/forbidden.ts';
import { claims, type ClaimRule } from './claims.ts';
import { fromCondition, fromContainer, fromEvent } from './evidence.ts';
import { boundRoles, grantsRequest, names, reaches, type ApiRequest } from './rbac-rights.ts';

/** A ServiceAccount that the API server refuses something now. */
export interface ApiRefusal {
  readonly account: ResourceRef;
  /** Absent where a program just ends and says nothing. */
  readonly request?: ApiRequest;
  /** The pods, workloads and objects that suffer. */
  readonly victims: readonly ResourceRef[];
  /** A program ends for it. */
  readonly crashes: boolean;
  readonly evidence: Evidence;
}

const RECENT = 900_000;
/** Other rules read these. */
const TAKEN: ReadonlySet<string> = new Set(['ProvisioningFailed', 'FailedCreate', 'FailedMount']);

/** Everything that ServiceAccounts are refused now: in last words of programs, conditions of custom objects, recent events. */
export const apiRefusals: (snapshot: Snapshot) => readonly ApiRefusal[] = memoize((snapshot) =>
  [...fromPrograms(snapshot), ...fromConditions(snapshot), ...fromEvents(snapshot)].filter(
    ({ account, request }) => request === undefined || !isGranted(snapshot, account, request),
  ),
);

const PROGRAM_ENDS: readonly ClaimRule[] = ['crashloop-app-exit', 'init-container-crashloop', 'flapping-container'];

function fromPrograms(snapshot: Snapshot): readonly ApiRefusal[] {
  return PROGRAM_ENDS.flatMap((rule) => claims(snapshot).get(rule) ?? []).flatMap(
    ({ pod, state, unsaid }): readonly ApiRefusal[] => {
      const victims = victimsOf(snapshot, pod.pod);
      const evidence = fromContainer(pod.ref, state);
      const said = forbiddenRequests(state.terminated?.message).map((request) => ({
        account: accountOf(request),
        request: toRequest(request),
        victims,
        crashes: true,
        evidence,
      }));
      if (said.length > 0 || unsaid !== true) return said;
      const account = ref('ServiceAccount', pod.ref.namespace, pod.pod.spec.serviceAccountName ?? 'default');
      return [{ account, victims, crashes: true, evidence }];
    },
  );
}

function victimsOf(snapshot: Snapshot, pod: Pod): readonly ResourceRef[] {
  const owner = topOwner(snapshot, pod);
  return owner.kind === 'Pod' ? [refOf(pod)] : [refOf(pod), owner];
}

/** Custom objects report what their controller met. */
function fromConditions(snapshot: Snapshot): readonly ApiRefusal[] {
  return snapshot
    .kinds()
    .filter((kind) => builtinKind(kind) === undefined)
    .flatMap((kind): readonly UntypedObject[] => snapshot.list(kind))
    .flatMap((object) => {
      const target = refOf(object);
      return (object.status?.conditions ?? []).flatMap((condition) =>
        forbiddenRequests(condition.message).map((request) => ({
          account: accountOf(request),
          request: toRequest(request),
          victims: [target],
          crashes: false,
          evidence: fromCondition(target, condition),
        })),
      );
    });
}

function fromEvents(snapshot: Snapshot): readonly ApiRefusal[] {
  const now = snapshot.now.getTime();
  return snapshot.list('Event').flatMap((event) => {
    const time = timeOf(eventTime(event));
    if (event.type === 'Normal' || TAKEN.has(event.reason ?? '')) return [];
    if (time === undefined || now - time > RECENT) return [];
    const target = refTo(event.involvedObject);
    if (target === undefined || presentObject(snapshot, target) === undefined) return [];
    return forbiddenRequests(event.message).map((request) => ({
      account: accountOf(request),
      request: toRequest(request),
      victims: [target],
      crashes: false,
      evidence: fromEvent(event, target),
    }));
  });
}

function accountOf({ accountNamespace, account }: ForbiddenRequest): ResourceRef {
  return ref('ServiceAccount', accountNamespace, account);
}

function toRequest({ verb, resource, group, namespace }: ForbiddenRequest): ApiRequest {
  return { verb, resource, group, ...(namespace === undefined ? {} : { namespace }) };
}

/** What was refused may be granted by now. */
function isGranted(snapshot: Snapshot, account: ResourceRef, request: ApiRequest): boolean {
  return boundRoles(snapshot).some(
    (bound) =>
      names(bound.binding, account) &&
      reaches(bound, request) &&
      bound.role !== undefined &&
      grantsRequest(bound.role, request),
  );
}
