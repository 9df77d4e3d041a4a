import {
  type CSIDriver,
  type KubernetesObject,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  type StorageClass,
} from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { pod } from '../scheduling/objects.test.support.ts';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { claimConsumers, podClaims } from './claims.ts';
import { defaultStorageClass } from './default-class.ts';
import { explainClaim } from './explain-claim.ts';
import { findProvisioner } from './provisioner.ts';
import { volumeMismatches } from './volume-match.ts';

const GI = 2n ** 30n * 1000n;

function claim(spec: PersistentVolumeClaim['spec'] = {}, phase = 'Pending', annotations = {}): PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'prod', uid: 'u1', annotations },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } }, ...spec },
    status: { phase },
  };
}

function volume(name: string, spec: PersistentVolume['spec'] = {}, phase = 'Available'): PersistentVolume {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: { capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
    status: { phase },
  };
}

function storageClass(name: string, more: Partial<StorageClass> = {}, isDefault = false): StorageClass {
  const annotations = isDefault ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {};
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name, annotations },
    provisioner: 'csi.example.com',
    ...more,
  };
}

const waits = { volumeBindingMode: 'WaitForFirstConsumer' };
const manual = { provisioner: 'kubernetes.io/no-provisioner' };
const user = pod('web-0', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] });

const aged = (name: string, creationTimestamp: string): StorageClass => {
  const made = storageClass(name, {}, true);
  return { ...made, metadata: { ...made.metadata, creationTimestamp } };
};
const running = (container: Partial<Pod['spec']['containers'][number]>) =>
  pod('csi-controller-0', { containers: [{ name: 'c', ...container }] }, {}, { phase: 'Running' });

describe('explainClaim', () => {
  it.each<[name: string, subject: PersistentVolumeClaim, objects: KubernetesObject[], expected: object]>([
    ['a bound claim', claim({ volumeName: 'pv' }, 'Bound'), [], { state: 'bound', volume: { name: 'pv' } }],
    [
      'a claim whose binding is on record',
      claim({ volumeName: 'pv' }, 'Pending', { 'pv.kubernetes.io/bind-completed': 'yes' }),
      [],
      { state: 'bound' },
    ],
    ['a lost claim', claim({ volumeName: 'pv' }, 'Lost'), [], { state: 'lost', volume: { name: 'pv' } }],
    [
      'a class that waits, with nobody to wait for',
      claim({ storageClassName: 'fast' }),
      [storageClass('fast', waits)],
      { state: 'waiting-for-consumer', consumers: [], dynamic: true, candidates: [] },
    ],
    [
      'a class that waits for the pod to be scheduled',
      claim({ storageClassName: 'fast' }),
      [storageClass('fast', waits), user],
      { state: 'waiting-for-consumer', consumers: [{ name: 'web-0' }] },
    ],
    [
      'a class that waits and cannot provision, with a volume that no node reaches',
      claim({ storageClassName: 'local' }),
      [
        storageClass('local', { ...waits, ...manual }),
        volume('pv', {
          storageClassName: 'local',
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['gone'] }] },
              ],
            },
          },
        }),
      ],
      { state: 'waiting-for-consumer', dynamic: false, candidates: [{ mismatches: [{ field: 'nodeAffinity' }] }] },
    ],
    [
      'provisioning after the node was chosen',
      claim({ storageClassName: 'fast' }, 'Pending', { 'volume.kubernetes.io/selected-node': 'n' }),
      [storageClass('fast', waits), user],
      { state: 'provisioning', selectedNode: 'n', provisioner: { name: 'csi.example.com', state: 'absent' } },
    ],
    [
      'provisioning at once',
      claim({ storageClassName: 'fast' }),
      [storageClass('fast')],
      { state: 'provisioning', candidates: [] },
    ],
    ['the default class', claim(), [storageClass('std', {}, true)], { state: 'provisioning', storageClass: 'std' }],
    [
      'no class where there is no default',
      claim(),
      [storageClass('std')],
      { state: 'no-class', asked: 'default', candidates: [] },
    ],
    ['no class, and no volume without', claim({ storageClassName: '' }), [], { state: 'no-class', asked: 'none' }],
    [
      'no class, and a volume that is too small',
      claim({ storageClassName: '' }),
      [volume('pv', { capacity: { storage: '1Gi' } })],
      {
        state: 'no-matching-volume',
        candidates: [{ volume: { name: 'pv' }, mismatches: [{ field: 'capacity', have: GI, want: 5n * GI }] }],
      },
    ],
    [
      'no class, and a volume that would do but for its class',
      claim({ storageClassName: '' }),
      [volume('pv', { storageClassName: 'std' })],
      { state: 'no-class', candidates: [{ mismatches: [{ field: 'storageClassName', have: 'std', want: '' }] }] },
    ],
    [
      'a volume that fits',
      claim({ storageClassName: '' }),
      [volume('pv')],
      { state: 'matching-volume', volume: { name: 'pv' } },
    ],
    [
      'a class that does not exist',
      claim({ storageClassName: 'fsat' }),
      [storageClass('fast'), storageClass('slow')],
      { state: 'class-missing', storageClass: 'fsat', nearest: ['fast'] },
    ],
    [
      'a class for ready-made volumes without an object',
      claim({ storageClassName: 'nas' }),
      [volume('pv', { storageClassName: 'nas' })],
      { state: 'matching-volume' },
    ],
    [
      'such a class whose volumes are all taken',
      claim({ storageClassName: 'nas' }),
      [volume('pv', { storageClassName: 'nas', claimRef: { namespace: 'prod', name: 'other', uid: 'x' } }, 'Bound')],
      { state: 'no-matching-volume', classPresent: false, candidates: [] },
    ],
    [
      'a class that cannot provision',
      claim({ storageClassName: 'manual' }),
      [storageClass('manual', manual)],
      { state: 'no-matching-volume', classPresent: true, candidates: [] },
    ],
    [
      'the volume of an earlier claim of the name',
      claim({ storageClassName: '' }),
      [volume('pv', { claimRef: { namespace: 'prod', name: 'data', uid: 'u0' } }, 'Released')],
      {
        state: 'no-matching-volume',
        candidates: [{ phase: 'Released', mismatches: [{ field: 'claimRef.uid', have: 'u0', want: 'u1' }] }],
      },
    ],
    [
      'a volume reserved for it in advance',
      claim({ storageClassName: '' }),
      [volume('pv', { storageClassName: 'other', claimRef: { namespace: 'prod', name: 'data' } })],
      { state: 'matching-volume' },
    ],
    [
      'a volume it names that is not there',
      claim({ volumeName: 'pv' }),
      [],
      { state: 'pre-bound', problem: 'volume-missing' },
    ],
    [
      'a volume it names that another claim has',
      claim({ volumeName: 'pv', storageClassName: '' }),
      [volume('pv', { claimRef: { namespace: 'prod', name: 'other', uid: 'x' } }, 'Bound')],
      {
        state: 'pre-bound',
        problem: 'bound-to-other',
        mismatches: [{ field: 'claimRef', namespace: 'prod', name: 'other' }],
      },
    ],
    [
      'a volume it names that does not fit',
      claim({ volumeName: 'pv', storageClassName: 'a' }),
      [volume('pv', { storageClassName: 'b' })],
      { state: 'pre-bound', problem: 'mismatch', mismatches: [{ field: 'storageClassName', have: 'b', want: 'a' }] },
    ],
    [
      'a volume it names that fits',
      claim({ volumeName: 'pv' }),
      [volume('pv', {}, 'Pending')],
      { state: 'pre-bound', problem: 'none', mismatches: [] },
    ],
  ])('tells %s', (_name, subject, objects, expected) => {
    expect(explainClaim(snapshotOf([subject, ...objects]), subject)).toMatchObject(expected);
  });

  it.each<[kind: string, subject: PersistentVolumeClaim]>([
    ['StorageClass', claim({ storageClassName: 'fast' })],
    ['StorageClass', claim()],
    ['PersistentVolume', claim({ storageClassName: 'fast' })],
    ['PersistentVolume', claim({ storageClassName: '' })],
    ['PersistentVolume', claim({ volumeName: 'pv' })],
  ])('says nothing without %s: %#', (kind, subject) => {
    expect(explainClaim(snapshotOf([subject], [kind]), subject)).toMatchObject({ state: 'unknown', gap: { kind } });
  });
});

describe('volumeMismatches', () => {
  it.each<[name: string, wanted: PersistentVolumeClaim['spec'], offered: PersistentVolume, fields: string[]]>([
    ['nothing', {}, volume('pv'), []],
    ['access modes', { accessModes: ['ReadWriteMany'] }, volume('pv'), ['accessModes']],
    ['the volume mode', { volumeMode: 'Block' }, volume('pv'), ['volumeMode']],
    ['the selector', { selector: { matchLabels: { tier: 'gold' } } }, volume('pv'), ['selector']],
    ['the phase', {}, volume('pv', {}, 'Failed'), ['phase']],
    [
      'several at once',
      { volumeMode: 'Block', accessModes: ['ReadWriteMany'] },
      volume('pv', {}, 'Pending'),
      ['accessModes', 'volumeMode', 'phase'],
    ],
    [
      'deletion',
      {},
      { ...volume('pv'), metadata: { name: 'pv', deletionTimestamp: '2026-01-01T00:00:00Z' } },
      ['deletionTimestamp'],
    ],
    ['another claim', {}, volume('pv', { claimRef: { namespace: 'dev', name: 'data' } }), ['claimRef']],
  ])('sees %s', (_name, wanted, offered, fields) => {
    expect(volumeMismatches(claim(wanted), offered, '').map(({ field }) => field)).toEqual(fields);
  });
});

describe('defaultStorageClass', () => {
  it('takes the newest of several', () => {
    const known = defaultStorageClass(
      snapshotOf([aged('a', '2025-01-01T00:00:00Z'), aged('b', '2026-01-01T00:00:00Z')]),
    );
    expect(known).toMatchObject({ storageClass: { metadata: { name: 'b' } }, others: [{ metadata: { name: 'a' } }] });
  });

  it('is absent only where all classes are known', () => {
    expect(defaultStorageClass(snapshotOf([storageClass('a')])).state).toBe('absent');
    expect(defaultStorageClass(snapshotOf([storageClass('a')], ['StorageClass'])).state).toBe('unknown');
  });
});

describe('claimConsumers', () => {
  it('finds the pods that use a claim and have not ended', () => {
    const ended = pod('done', user.spec, {}, { phase: 'Succeeded' });
    const elsewhere = pod('other', user.spec, {}, { namespace: 'dev' });
    const snapshot = snapshotOf([user, ended, elsewhere]);
    expect(claimConsumers(snapshot, claim()).map(({ metadata }) => metadata.name)).toEqual(['web-0']);
  });

  it('names the claims of ephemeral volumes after pod and volume', () => {
    expect(
      podClaims(
        pod('p', {
          volumes: [
            { name: 'tmp', ephemeral: {} },
            { name: 'e', emptyDir: {} },
          ],
        }),
      ),
    ).toEqual([
      {
        volume: 'tmp',
        claim: { group: '', kind: 'PersistentVolumeClaim', namespace: 'prod', name: 'p-tmp' },
        ephemeral: true,
      },
    ]);
  });
});

describe('findProvisioner', () => {
  const driver: CSIDriver = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: 'ebs.csi.aws.com' },
  };
  const csiNode = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name: 'n' },
    spec: { drivers: [{ name: 'ebs.csi.aws.com' }] },
  };

  it.each<[name: string, objects: KubernetesObject[], unknown: string[], state: string]>([
    ['a CSIDriver', [driver], [], 'present'],
    ['a node that registered it', [csiNode], [], 'present'],
    ['a pod that names it', [running({ env: [{ name: 'DRIVER', value: 'ebs.csi.aws.com' }] })], [], 'present'],
    ['a pod that sounds like it', [running({ image: 'registry/aws-ebs-plugin:1' })], [], 'unknown'],
    ['nothing', [running({ image: 'registry/web:1' })], [], 'absent'],
    ['nothing that can be seen', [], ['CSINode'], 'unknown'],
  ])('goes by %s', (_name, objects, unknown, state) => {
    expect(findProvisioner(snapshotOf(objects, unknown), 'ebs.csi.aws.com').state).toBe(state);
  });

  it('leaves provisioners of Kubernetes itself open', () => {
    expect(findProvisioner(snapshotOf([]), 'kubernetes.io/aws-ebs').state).toBe('unknown');
  });
});
