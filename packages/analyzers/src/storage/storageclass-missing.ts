import { CONFIDENCE, ref, type Analyzer, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { readProvisioning } from '../messages/provisioning.ts';
import { claimEvent, CLAIM_BREAKS, claimFinding, claimSpec } from '../support/claim-finding.ts';
import { claimsWith } from '../support/claim-causes.ts';
import { computed, fromEvent } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { type PendingClaim } from '../support/pending-claims.ts';
import { counted, listed } from '../support/words.ts';

/** Reports StorageClasses that claims name and that do not exist. */
export const storageclassMissing: Analyzer = {
  meta: {
    id: 'storageclass-missing',
    title: 'StorageClass does not exist',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolumeClaim', 'StorageClass', 'PersistentVolume', 'Pod', 'Event'],
    breaks: CLAIM_BREAKS,
    docs: {
      means: 'Claims ask for a StorageClass that is not there, so nothing makes a volume for them.',
      decides:
        'The class that a pending claim names is provably not in the cluster, and no volume carries its name; or the volume controller says itself that it is not found.',
      silent:
        'For bound claims, whatever events are left of the time before; and for class names that ready-made volumes carry, which need no StorageClass object.',
      references: ['https://kubernetes.io/docs/concepts/storage/storage-classes/'],
    },
  },
  *analyze({ snapshot }) {
    const byClass = new Map<string, PendingClaim[]>();
    for (const pending of claimsWith(snapshot, 'class-missing')) {
      const name = classOf(pending);
      const known = byClass.get(name);
      if (known === undefined) byClass.set(name, [pending]);
      else known.push(pending);
    }
    for (const [name, claims] of byClass) yield finding(snapshot, name, claims);
  },
};

function classOf({ state, failure, claim }: PendingClaim): string {
  if (state.state === 'class-missing') return state.storageClass;
  const said = readProvisioning(failure?.message ?? '');
  return said?.kind === 'class-missing' ? said.storageClass : (claim.spec?.storageClassName ?? '');
}

function finding(snapshot: Snapshot, name: string, claims: readonly PendingClaim[]): Finding {
  const subject = ref('StorageClass', undefined, name);
  const classes = snapshot.list('StorageClass').map(({ metadata }) => metadata.name);
  const proved = claims.some(({ state }) => state.state === 'class-missing');
  const nearest = claims.flatMap(({ state }) => (state.state === 'class-missing' ? state.nearest : []));
  const [first] = claims;
  const said = claims.find(({ failure }) => failure !== undefined);
  return claimFinding(snapshot, storageclassMissing.meta, claims, {
    subject,
    confidence: confidenceOf(snapshot, proved, said !== undefined),
    message: `StorageClass ${name} does not exist`,
    cause: `${listed(claims.map((claim) => inWords(claim.ref)))} ${claims.length === 1 ? 'asks' : 'ask'} for StorageClass ${name}, which does not exist, so no volume is made.`,
    evidence: [
      ...(said?.failure === undefined ? [] : [fromEvent(said.failure, said.ref)]),
      ...(first === undefined ? [] : [claimSpec(first)]),
      ...(proved
        ? [
            computed(
              subject,
              classes.length === 0 ? 'the cluster has no StorageClass' : `the cluster has only ${listed(classes, 6)}`,
            ),
          ]
        : []),
      ...(first === undefined || said !== undefined ? [] : claimEvent(first)),
    ],
    fixes: fixes(name, claims, nearest),
    notes: notes(snapshot, nearest, proved),
  });
}

/**
 * The controller complains in the same words of a class that only ready-made volumes carry, which needs no object: where
 * neither classes nor volumes were collected, either is as likely.
 */
function confidenceOf(snapshot: Snapshot, proved: boolean, said: boolean): number {
  if (!proved && snapshot.coverage.state('PersistentVolume') !== 'complete') return CONFIDENCE.heuristic;
  return said ? CONFIDENCE.stated : CONFIDENCE.proved;
}

function notes(snapshot: Snapshot, nearest: readonly string[], proved: boolean): readonly string[] {
  const near = [...new Set(nearest)];
  const found = near.length === 0 ? [] : [`StorageClasses with similar names: ${listed(near)}.`];
  const free = snapshot
    .list('PersistentVolume')
    .filter(({ status, spec }) => status?.phase === 'Available' && spec?.claimRef === undefined)
    .map(({ metadata, spec }) => `${metadata.name} (class ${JSON.stringify(spec?.storageClassName ?? '')})`);
  if (free.length > 0) found.push(`Free volumes of other classes: ${listed(free)}.`);
  if (!proved)
    found.push(
      'That the class does not exist is the controller’s word; StorageClasses could not be listed. It says the same of a class that only ready-made volumes carry: then one of those has to be free and fit.',
    );
  return found;
}

function fixes(name: string, claims: readonly PendingClaim[], nearest: readonly string[]): readonly Fix[] {
  const [right] = nearest;
  const names = listed(claims.map(({ ref: target }) => `${target.namespace ?? ''}/${target.name}`));
  const templated = claims.some(({ pods }) =>
    pods.some(({ pod }) => pod.metadata.ownerReferences?.some(({ kind }) => kind === 'StatefulSet') === true),
  );
  const where = templated ? ' and in the volumeClaimTemplates of its StatefulSet' : '';
  return [
    {
      summary: `Create StorageClass ${name}, if it should be there`,
      steps: ['The claims are bound by themselves once the class exists.'],
      commands: [kubectl(undefined, 'get', 'storageclass')],
      effect: 'none',
      where: 'cluster',
    },
    {
      summary: `Make ${counted(claims.length, 'claim')} ask for ${right === undefined ? 'a class that exists' : `StorageClass ${right}`} instead`,
      steps: [
        `spec.storageClassName of a claim cannot be changed: correct it in the manifest of ${names}${where}, then delete the claim and create it again. It holds no data yet.`,
      ],
      commands: claims.slice(0, 5).map(({ ref: target }) => kubectl(target.namespace, 'delete', 'pvc', target.name)),
      effect: 'destructive',
      where: 'git',
    },
  ];
}
