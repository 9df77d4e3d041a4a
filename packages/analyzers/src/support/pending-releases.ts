import { groupBy, labelValue, memoize, refOf, timeOf } from '@kroot/graph';
import { type ResourceRef, type Secret, type Snapshot } from '@kroot/types';
import { HELM_RELEASE_KIND } from './deliveries.ts';

/** A release of Helm whose newest revision was never finished. */
export interface PendingRelease {
  /** The Secret that holds the revision. */
  readonly ref: ResourceRef;
  readonly release: string;
  readonly namespace: string;
  readonly revision: number;
  /** `pending-install`, `pending-upgrade` or `pending-rollback`. */
  readonly status: string;
  readonly since: string;
  /** The newest revision that was deployed once, if one is kept. */
  readonly deployed?: number;
  /** The HelmRelease of Flux that delivers it. */
  readonly delivery?: ResourceRef;
}

/** Helm waits five minutes unless it is told otherwise; few wait longer than this. */
const OLD = 1_800_000;

/** Releases that nobody is working on any more: their newest revision has been pending for half an hour. */
export const pendingReleases: (snapshot: Snapshot) => readonly PendingRelease[] = memoize((snapshot) => {
  const secrets = snapshot
    .list('Secret')
    .filter(({ type, metadata }) => type === 'helm.sh/release.v1' && labelValue(metadata.labels, 'owner') === 'helm');
  const byRelease = groupBy(
    secrets,
    ({ metadata }) => `${metadata.namespace ?? ''}/${labelValue(metadata.labels, 'name') ?? ''}`,
  );
  return [...byRelease.values()].flatMap((revisions) => pendingOf(snapshot, revisions) ?? []);
});

function pendingOf(snapshot: Snapshot, revisions: readonly Secret[]): PendingRelease | undefined {
  const [newest, ...older] = revisions.toSorted((a, b) => revisionOf(b) - revisionOf(a));
  const { labels, namespace = '', creationTimestamp } = newest?.metadata ?? {};
  const status = labelValue(labels, 'status') ?? '';
  const release = labelValue(labels, 'name');
  const since = timeOf(creationTimestamp);
  if (newest === undefined || release === undefined || !status.startsWith('pending-')) return undefined;
  if (since === undefined || snapshot.now.getTime() - since < OLD) return undefined;
  const deployed = older.find(({ metadata }) =>
    ['deployed', 'superseded'].includes(labelValue(metadata.labels, 'status') ?? ''),
  );
  const delivery = snapshot
    .list(HELM_RELEASE_KIND)
    .find(({ metadata }) => metadata.name === release && metadata.namespace === namespace);
  return {
    ref: refOf(newest),
    release,
    namespace,
    revision: revisionOf(newest),
    status,
    since: creationTimestamp ?? '',
    ...(deployed === undefined ? {} : { deployed: revisionOf(deployed) }),
    ...(delivery === undefined ? {} : { delivery: refOf(delivery) }),
  };
}

function revisionOf({ metadata }: Secret): number {
  return Number(labelValue(metadata.labels, 'version') ?? 0);
}
