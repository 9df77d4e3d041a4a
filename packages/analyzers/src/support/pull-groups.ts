import { groupBy, memoize, podState } from '@kroot/graph';
import { compareRefs, ref, refKey, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { pullFailures, type PullClass, type PullFailure } from './pull-failures.ts';
import { candidateSecret, PULL_SECRET_TYPES, pullSecret, pullSecretNames } from './pull-secrets.ts';

/** The rules that share the images that cannot be pulled; each failure belongs to exactly one. */
export type PullRule =
  | 'image-not-found'
  | 'image-pull-denied-ambiguous'
  | 'image-unauthorized'
  | 'image-pull-secret-missing'
  | 'sa-pull-secret-not-attached'
  | 'image-pull-secret-wrong-type'
  | 'image-registry-dns'
  | 'image-registry-unreachable'
  | 'image-registry-tls'
  | 'image-rate-limited'
  | 'image-platform-mismatch'
  | 'image-never-pull'
  | 'image-invalid-name'
  | 'image-inspect-error'
  | 'image-registry-unavailable'
  | 'image-signature-invalid'
  | 'image-disk-full'
  | 'image-schema1-unsupported'
  | 'image-corrupt-digest'
  | 'image-registry-down-cluster';

/** Failures that have one cause. */
export interface PullGroup {
  readonly rule: PullRule;
  readonly subject: ResourceRef;
  readonly discriminator?: string;
  /** At least one, in order of namespace, pod and container. */
  readonly failures: readonly [PullFailure, ...PullFailure[]];
}

const RULE_OF: Readonly<Record<PullClass, PullRule>> = {
  'not-found': 'image-not-found',
  denied: 'image-pull-denied-ambiguous',
  unknown: 'image-pull-denied-ambiguous',
  unauthorized: 'image-unauthorized',
  dns: 'image-registry-dns',
  network: 'image-registry-unreachable',
  tls: 'image-registry-tls',
  'rate-limit': 'image-rate-limited',
  platform: 'image-platform-mismatch',
  'never-pull': 'image-never-pull',
  'invalid-name': 'image-invalid-name',
  inspect: 'image-inspect-error',
  unavailable: 'image-registry-unavailable',
  signature: 'image-signature-invalid',
  disk: 'image-disk-full',
  schema1: 'image-schema1-unsupported',
  corrupt: 'image-corrupt-digest',
};

interface Claim {
  readonly rule: PullRule;
  readonly subject: ResourceRef;
  readonly discriminator?: string;
}

/** Classes that lie between node and registry, whatever the workload. */
const SHARED: ReadonlySet<PullClass> = new Set(['dns', 'network', 'tls', 'unavailable', 'rate-limit']);
/** With two images and two owners the registry is what they share. An untrusted certificate and a rate limit keep their own rule. */
const DOWN: ReadonlySet<PullClass> = new Set(['dns', 'network', 'unavailable']);
/** Classes that are the node's own fault. */
const NODE: ReadonlySet<PullClass> = new Set(['disk', 'inspect']);

/** All failed pulls by cause, in order of rule and subject. */
export const pullGroups: (snapshot: Snapshot) => readonly PullGroup[] = memoize((snapshot) => {
  const failures = pullFailures(snapshot);
  const shared = new Map([...barePulls(snapshot, failures), ...sharedClaims(snapshot, failures)]);
  const groups = new Map<string, Claim & { readonly failures: [PullFailure, ...PullFailure[]] }>();
  for (const failure of failures) {
    const claim = shared.get(failure) ?? claimOf(snapshot, failure);
    const key = `${claim.rule}\n${refKey(claim.subject)}\n${claim.discriminator ?? ''}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { ...claim, failures: [failure] });
    else known.failures.push(failure);
  }
  return [...groups.values()].toSorted((a, b) => compareRefs(a.subject, b.subject));
});

function claimOf(snapshot: Snapshot, failure: PullFailure): Claim {
  const node = failure.pod.pod.spec.nodeName ?? '';
  if (NODE.has(failure.class) && node !== '')
    return { rule: RULE_OF[failure.class], subject: ref('Node', undefined, node) };
  return (
    credentialClaim(snapshot, failure) ?? {
      rule: RULE_OF[failure.class],
      subject: failure.owner,
      discriminator: failure.state.name,
    }
  );
}

/** A refused pull is the fault of the credentials where the pod's pull secrets are seen to be wrong. */
function credentialClaim(snapshot: Snapshot, failure: PullFailure): Claim | undefined {
  if (failure.class !== 'denied' && failure.class !== 'unauthorized' && failure.class !== 'unknown') return undefined;
  const { pod } = failure.pod;
  const names = pullSecretNames(pod);
  const secrets = names.map((name) => pullSecret(snapshot, pod, name));
  const missing = secrets.find(({ state }) => state === 'missing');
  if (missing !== undefined) return { rule: 'image-pull-secret-missing', subject: missing.ref };
  if (failure.class === 'unknown') return undefined;
  const wrong = secrets.find(({ secret }) => secret?.type !== undefined && !PULL_SECRET_TYPES.has(secret.type));
  if (wrong !== undefined) return { rule: 'image-pull-secret-wrong-type', subject: wrong.ref };
  if (names.length === 0) return accountClaim(snapshot, failure);
  const [only] = secrets;
  const content = failure.class === 'unauthorized' && secrets.length === 1 && only?.state === 'present';
  return content ? { rule: 'image-unauthorized', subject: only.ref, discriminator: failure.host } : undefined;
}

function accountClaim(snapshot: Snapshot, failure: PullFailure): Claim | undefined {
  const { pod } = failure.pod;
  const namespace = pod.metadata.namespace ?? '';
  const candidate = candidateSecret(snapshot, namespace, failure.host);
  if (candidate === undefined || (!candidate.proved && failure.class !== 'unauthorized')) return undefined;
  const account = accountOf(pod);
  if (snapshot.lookup(account).state !== 'present') return undefined;
  return { rule: 'sa-pull-secret-not-attached', subject: account, discriminator: failure.host };
}

function accountOf({ metadata, spec }: Pod): ResourceRef & { readonly kind: 'ServiceAccount' } {
  return { ...ref('ServiceAccount', metadata.namespace, spec.serviceAccountName ?? 'default'), kind: 'ServiceAccount' };
}

/** Several workloads that one registry refuses for want of any credentials share the ServiceAccount that hands them none. */
function barePulls(snapshot: Snapshot, failures: readonly PullFailure[]): ReadonlyMap<PullFailure, Claim> {
  const claims = new Map<PullFailure, Claim>();
  const bare = failures.filter(
    ({ class: fault, pod: { pod } }) => fault === 'unauthorized' && pullSecretNames(pod).length === 0,
  );
  const byAccount = groupBy(bare, ({ host, pod: { pod } }) => `${refKey(accountOf(pod))}\n${host}`);
  for (const group of byAccount.values()) {
    const [first] = group;
    if (first === undefined || new Set(group.map(({ owner }) => refKey(owner))).size < 2) continue;
    const subject = accountOf(first.pod.pod);
    if (snapshot.lookup(subject).state !== 'present') continue;
    const rule = accountClaim(snapshot, first)?.rule ?? 'image-unauthorized';
    for (const failure of group) claims.set(failure, { rule, subject, discriminator: first.host });
  }
  return claims;
}

/** The registry vote and the node vote: failures of one class at one registry have one cause. */
function sharedClaims(snapshot: Snapshot, failures: readonly PullFailure[]): ReadonlyMap<PullFailure, Claim> {
  const claims = new Map<PullFailure, Claim>();
  const between = failures.filter((failure) => SHARED.has(failure.class));
  const byRegistry = groupBy(between, (failure) => `${failure.class}\n${failure.host}`);
  for (const group of byRegistry.values()) {
    const claim = sharedClaim(snapshot, group);
    if (claim !== undefined) for (const failure of group) claims.set(failure, claim);
  }
  return claims;
}

function sharedClaim(snapshot: Snapshot, group: readonly PullFailure[]): Claim | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const owners = groupBy(group, ({ owner }) => refKey(owner));
  const images = new Set(group.map(({ image }) => image));
  const node = guiltyNode(snapshot, group);
  if (node !== undefined && owners.size > 1)
    return { rule: RULE_OF[first.class], subject: node, discriminator: first.host };
  if (owners.size < 2 || images.size < 2) return undefined;
  const [worst] = [...owners.values()].toSorted((a, b) => b.length - a.length || compareOwners(a, b));
  return {
    rule: DOWN.has(first.class) ? 'image-registry-down-cluster' : RULE_OF[first.class],
    subject: worst?.[0]?.owner ?? first.owner,
    discriminator: first.host,
  };
}

function compareOwners(a: readonly PullFailure[], b: readonly PullFailure[]): number {
  const [first] = a;
  const [second] = b;
  return first === undefined || second === undefined ? 0 : compareRefs(first.owner, second.owner);
}

/** The one node on which all of a group fails, while another node has got one of the images. */
function guiltyNode(snapshot: Snapshot, group: readonly PullFailure[]): ResourceRef | undefined {
  const nodes = new Set(group.map(({ pod }) => pod.pod.spec.nodeName ?? ''));
  const [name = ''] = nodes;
  if (nodes.size !== 1 || name === '') return undefined;
  const images = new Set(group.map(({ image }) => image));
  const elsewhere = snapshot
    .list('Pod')
    .some(
      (pod) =>
        (pod.spec.nodeName ?? name) !== name &&
        podState(snapshot, pod).containers.some(
          ({ stage, container }) => stage === 'ready' && images.has(container.image ?? ''),
        ),
    );
  return elsewhere ? ref('Node', undefined, name) : undefined;
}
