import {
  CONFIDENCE,
  kindKey,
  type Analyzer,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { claimsWith } from '../support/claim-causes.ts';
import { CLAIM_BREAKS, claimEvent, claimFinding } from '../support/claim-finding.ts';
import { missingSource, type MissingSource } from '../support/claim-source.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { similarNames } from '../support/near-objects.ts';
import { type PendingClaim } from '../support/pending-claims.ts';

/** Reports claims that are to be filled from a snapshot or claim that is not there or not ready. */
export const pvcFromMissingSource: Analyzer = {
  meta: {
    id: 'pvc-from-missing-source',
    title: 'Source of a claim is missing or not ready',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolumeClaim', 'VolumeSnapshot.snapshot.storage.k8s.io', 'StorageClass', 'Pod', 'Event'],
    breaks: CLAIM_BREAKS,
    waitsFor: ['provisioning'],
    docs: {
      means:
        'A claim is a copy of a snapshot or of another claim, and its volume is not made before that source can be read.',
      decides:
        'spec.dataSourceRef (or dataSource) of a pending claim names a VolumeSnapshot or claim that is provably absent, that is not ready to use, or that is not bound itself.',
      silent:
        'Where snapshots or claims could not be listed, and for sources of other kinds, which populators look after.',
      references: ['https://kubernetes.io/docs/concepts/storage/volume-snapshots/#provisioning-volume-from-snapshot'],
    },
  },
  *analyze({ snapshot }) {
    for (const pending of claimsWith(snapshot, 'source')) {
      const source = missingSource(snapshot, pending);
      if (source !== undefined) yield finding(snapshot, pending, source);
    }
  },
};

function finding(snapshot: Snapshot, pending: PendingClaim, { ref, field, problem }: MissingSource): Finding {
  const isAbsent = problem === 'absent';
  const made = claimFinding(snapshot, pvcFromMissingSource.meta, [pending], {
    subject: isAbsent ? ref : pending.ref,
    confidence: CONFIDENCE.proved,
    message: isAbsent
      ? `${inWords(ref)} does not exist, and ${inWords(pending.ref)} is to be made from it`
      : `${inWords(pending.ref)} waits for ${inWords(ref)}, which is not ready`,
    cause: `spec.${field} of ${inWords(pending.ref)} names ${ref.kind} ${ref.name}, which ${isAbsent ? `namespace ${ref.namespace ?? ''} does not have` : 'cannot be read yet'}.`,
    evidence: [
      fromSpec(pending.ref, `spec.${field}`, `${ref.kind} ${ref.name}`),
      computed(
        ref,
        isAbsent
          ? `not among the objects of its kind in namespace ${ref.namespace ?? ''}`
          : 'is there, but not ready to use',
      ),
      ...claimEvent(pending),
    ],
    fixes: fixes(pending.ref, ref, isAbsent),
    notes: isAbsent ? similarNames(ref, namesLike(snapshot, ref)) : [],
  });
  return isAbsent ? { ...made, waitsFor: [] } : { ...made, because: [{ ref, mechanism: 'provisioning' }] };
}

function namesLike(snapshot: Snapshot, { group, kind, namespace }: ResourceRef): readonly string[] {
  const list = snapshot.list(kindKey(group, kind), namespace);
  return list.map(({ metadata }) => metadata.name);
}

function fixes(claim: ResourceRef, source: ResourceRef, isAbsent: boolean): readonly Fix[] {
  const plural = source.group === '' ? 'pvc' : `volumesnapshots.${source.group}`;
  return [
    {
      summary: isAbsent
        ? `Make ${inWords(source)} again, or name a source that exists`
        : `Get ${inWords(source)} ready`,
      steps: [
        isAbsent
          ? `The source of a claim cannot be changed: delete ${inWords(claim)}, which holds no data yet, and create it with a source that exists.`
          : 'The claim is served by itself afterwards.',
      ],
      commands: [kubectl(source.namespace, 'get', plural), kubectl(claim.namespace, 'describe', 'pvc', claim.name)],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
