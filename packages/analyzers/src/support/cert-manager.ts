import { memoize, refOf, timeOf } from '@kroot/graph';
import { type Condition, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';
import { listOf, textOf } from './untyped.ts';

const GROUP = 'cert-manager.io';

/** Certificates of cert-manager, as `Snapshot.list` names them. */
export const CERTIFICATE_KIND: string = `Certificate.${GROUP}`;
/** Issuers of cert-manager, as `Snapshot.list` names them. */
export const ISSUER_KINDS: readonly string[] = [`ClusterIssuer.${GROUP}`, `Issuer.${GROUP}`];

/** A Certificate, what it needs, and how it stands. */
export interface CertificateState {
  readonly ref: ResourceRef;
  readonly object: UntypedObject;
  /** Absent for issuers of other groups. */
  readonly issuer?: ResourceRef;
  readonly secretName: string;
  readonly isExpired: boolean;
  readonly ready?: Condition;
}

/** All Certificates that are not being deleted. */
export const certificates: (snapshot: Snapshot) => readonly CertificateState[] = memoize((snapshot) =>
  snapshot
    .list(CERTIFICATE_KIND)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((object) => {
      const issuer = issuerOf(object);
      const ready = object.status?.conditions?.find(({ type }) => type === 'Ready');
      const end = timeOf(object.status?.notAfter);
      return {
        ref: refOf(object),
        object,
        secretName: textOf(object.spec, 'secretName') ?? '',
        isExpired: end !== undefined && end < snapshot.now.getTime(),
        ...(issuer === undefined ? {} : { issuer }),
        ...(ready === undefined ? {} : { ready }),
      };
    }),
);

/** The expired Certificate that names a Service, as the API server calls it, among its DNS names. */
export function expiredCertificateOf(
  snapshot: Snapshot,
  { namespace = '', name }: ResourceRef,
): ResourceRef | undefined {
  const host = `${name}.${namespace}.svc`;
  return certificates(snapshot).find(
    ({ ref, object, isExpired }) =>
      isExpired && ref.namespace === namespace && listOf(object.spec, 'dnsNames').includes(host),
  )?.ref;
}

function issuerOf({ spec, metadata }: UntypedObject): ResourceRef | undefined {
  const name = textOf(spec, 'issuerRef', 'name');
  const kind = textOf(spec, 'issuerRef', 'kind') ?? 'Issuer';
  if (name === undefined || (textOf(spec, 'issuerRef', 'group') ?? GROUP) !== GROUP) return undefined;
  if (kind === 'ClusterIssuer') return { group: GROUP, kind, name };
  return kind === 'Issuer' ? { group: GROUP, kind, namespace: metadata.namespace ?? '', name } : undefined;
}

/** Milliseconds since a condition changed, or the object was made if that is later. */
export function conditionAge(
  snapshot: Snapshot,
  { metadata }: UntypedObject,
  { lastTransitionTime }: Condition,
): number {
  return snapshot.now.getTime() - Math.max(timeOf(lastTransitionTime) ?? 0, timeOf(metadata.creationTimestamp) ?? 0);
}
