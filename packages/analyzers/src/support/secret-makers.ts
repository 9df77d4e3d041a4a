import { groupOf, refOf, timeOf } from '@kroot/graph';
import { type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';
import { inWords } from './kubectl.ts';
import { inline } from './words.ts';

/** Kinds of operators that make Secrets, as `Snapshot.list` names them. */
const MAKERS = [
  'ExternalSecret.external-secrets.io',
  'SealedSecret.bitnami.com',
  'Certificate.cert-manager.io',
  'VaultStaticSecret.secrets.hashicorp.com',
  'VaultDynamicSecret.secrets.hashicorp.com',
  'InfisicalSecret.secrets.infisical.com',
  'OnePasswordItem.onepassword.com',
] as const;

/** The custom objects that should make a Secret. */
export function secretMakerRefs(snapshot: Snapshot, secret: ResourceRef): readonly ResourceRef[] {
  return makersOf(snapshot, secret).map((maker) => refOf(maker));
}

/** Notes on the custom objects that should make a missing Secret. */
export function secretMakers(snapshot: Snapshot, secret: ResourceRef): readonly string[] {
  return makersOf(snapshot, secret).map((maker) => noteOn(maker));
}

const FIRST_SYNC = 600_000;

/** Whether an operator has been asked for the Secret so shortly ago that it may still be at work. */
export function isInTheMaking(snapshot: Snapshot, secret: ResourceRef): boolean {
  const now = snapshot.now.getTime();
  return makersOf(snapshot, secret).some(
    ({ metadata }) => now - (timeOf(metadata.creationTimestamp) ?? 0) < FIRST_SYNC,
  );
}

function makersOf(snapshot: Snapshot, secret: ResourceRef): readonly UntypedObject[] {
  if (secret.kind !== 'Secret') return [];
  return MAKERS.flatMap((kind) => snapshot.list(kind, secret.namespace)).filter(
    (maker) => makes(maker) === secret.name,
  );
}

interface MakerSpec {
  readonly secretName?: unknown;
  readonly target?: { readonly name?: unknown };
  readonly destination?: { readonly name?: unknown };
  readonly managedSecretReference?: { readonly secretName?: unknown };
}

/** The name of the Secret that a maker makes: the one that its spec says, else its own. */
function makes({ spec, metadata }: UntypedObject): string {
  const { secretName, target, destination, managedSecretReference }: MakerSpec = isRecord(spec) ? spec : {};
  const named = secretName ?? target?.name ?? destination?.name ?? managedSecretReference?.secretName;
  return typeof named === 'string' ? named : metadata.name;
}

function isRecord(value: unknown): value is MakerSpec {
  return typeof value === 'object' && value !== null;
}

function noteOn({ apiVersion, kind, metadata, status }: UntypedObject): string {
  const maker = inWords({ group: groupOf(apiVersion), kind, namespace: metadata.namespace ?? '', name: metadata.name });
  const bad = (status?.conditions ?? []).find(
    ({ type, status: value }) => (type === 'Ready' || type === 'Synced') && value !== 'True',
  );
  if (bad === undefined) return `${maker} should make it: the fix belongs there.`;
  const why = [bad.reason, bad.message].filter((part) => part !== undefined && part !== '').join(': ');
  return `${maker} should make it and is not ready${why === '' ? '' : ` (${inline(why, 160)})`}: the fix belongs there.`;
}
