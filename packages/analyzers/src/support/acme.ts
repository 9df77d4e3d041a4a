import { memoize, refOf, timeOf } from '@kroot/graph';
import { compareRefs, refKey, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';
import { CERTIFICATE_KIND, certificates } from './cert-manager.ts';

const GROUP = 'acme.cert-manager.io';
/** ACME Orders of cert-manager, as `Snapshot.list` names them. */
export const ORDER_KIND: string = `Order.${GROUP}`;
/** ACME Challenges of cert-manager, as `Snapshot.list` names them. */
export const CHALLENGE_KIND: string = `Challenge.${GROUP}`;
/** Requests of cert-manager, as `Snapshot.list` names them. */
export const REQUEST_KIND: string = 'CertificateRequest.cert-manager.io';

/** An Order or Challenge that does not get on, and the Certificate that waits for it. */
export interface AcmeTrouble {
  readonly ref: ResourceRef;
  readonly object: UntypedObject;
  readonly state: string;
  readonly reason: string;
  readonly certificate?: ResourceRef;
}

/** A name server or a route may need some minutes until the authority sees it. */
const GRACE = 600_000;
const FAILED: ReadonlySet<string> = new Set(['invalid', 'errored', 'expired']);

/** Challenges that have waited for too long or failed. */
export const stuckChallenges: (snapshot: Snapshot) => readonly AcmeTrouble[] = memoize((snapshot) => {
  const now = snapshot.now.getTime();
  return snapshot.list(CHALLENGE_KIND).flatMap((object) => {
    const { state = 'pending' } = object.status ?? {};
    const old = now - (timeOf(object.metadata.creationTimestamp) ?? 0) >= GRACE;
    return FAILED.has(state) || (old && state !== 'valid' && state !== 'ready')
      ? [toTrouble(snapshot, object, state)]
      : [];
  });
});

/** Orders that the authority ended without a certificate, of Certificates that are not ready or not renewed. */
export const failedOrders: (snapshot: Snapshot) => readonly AcmeTrouble[] = memoize((snapshot) => {
  const newest = new Map<string, AcmeTrouble>();
  const waiting = new Set(
    certificates(snapshot)
      .filter(isWaiting)
      .map(({ ref }) => refKey(ref)),
  );
  for (const object of snapshot.list(ORDER_KIND)) {
    const trouble = toTrouble(snapshot, object, object.status?.state ?? '');
    const owner = refKey(trouble.certificate ?? trouble.ref);
    const known = newest.get(owner);
    if (known === undefined || created(known.object) < created(object)) newest.set(owner, trouble);
  }
  return [...newest.values()]
    .filter(
      ({ state, certificate }) => FAILED.has(state) && certificate !== undefined && waiting.has(refKey(certificate)),
    )
    .toSorted((a, b) => compareRefs(a.ref, b.ref));
});

/** Not there yet, or not renewed in time. */
function isWaiting({
  ready,
  object,
}: {
  readonly ready?: { readonly status: string };
  readonly object: UntypedObject;
}): boolean {
  return ready?.status !== 'True' || (object.status?.failedIssuanceAttempts ?? 0) > 0;
}

function created({ metadata }: UntypedObject): number {
  return timeOf(metadata.creationTimestamp) ?? 0;
}

function toTrouble(snapshot: Snapshot, object: UntypedObject, state: string): AcmeTrouble {
  const certificate = certificateOf(snapshot, object);
  return {
    ref: refOf(object),
    object,
    state,
    reason: object.status?.reason ?? '',
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function ownerNamed({ metadata }: UntypedObject, kind: string): string | undefined {
  return metadata.ownerReferences?.find((owner) => kind.startsWith(`${owner.kind}.`))?.name;
}

/** Up the owners: Challenge, Order, CertificateRequest, Certificate. */
function certificateOf(snapshot: Snapshot, object: UntypedObject): ResourceRef | undefined {
  const above: Readonly<Record<string, string>> = {
    Challenge: ORDER_KIND,
    Order: REQUEST_KIND,
    CertificateRequest: CERTIFICATE_KIND,
  };
  let at: UntypedObject | undefined = object;
  while (at !== undefined && at.kind !== 'Certificate') {
    const kind: string = above[at.kind] ?? '';
    const { namespace }: UntypedObject['metadata'] = at.metadata;
    const name: string | undefined = ownerNamed(at, kind);
    if (name === undefined) return undefined;
    if (kind === CERTIFICATE_KIND)
      return { group: 'cert-manager.io', kind: 'Certificate', namespace: namespace ?? '', name };
    at = snapshot.list(kind, namespace).find(({ metadata }) => metadata.name === name);
  }
  return undefined;
}
