import { type PersistentVolume, type PersistentVolumeClaim, type PodSpec, type StorageClass } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { node, pod, rejectionsOf } from './objects.test.support.ts';
import { replayScheduling } from './replay.ts';

const uses = (claimName: string): Partial<PodSpec> => ({
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
});
const waiting = pod('p', uses('data'));
const claim = (
  spec: PersistentVolumeClaim['spec'] = {},
  phase = 'Pending',
  annotations = {},
): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'prod', annotations },
  spec,
  status: { phase },
});
const storageClass = (name: string, volumeBindingMode: string, provisioner = 'csi.example.com'): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner,
  volumeBindingMode,
});
const volume = (name: string, zone: string, more: PersistentVolume['spec'] = {}, labels = {}): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name, labels },
  spec: {
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }] },
    },
    ...more,
  },
  status: { phase: 'Available' },
});
const nodes = [node('n', { zone: 'a' })];

const free = (zone: string) => volume('pv', zone, { storageClassName: 'local' });
const csi = (handle: string) => ({ csi: { driver: 'csi.example.com', volumeHandle: handle } });
const limited = (count: number) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSINode',
  metadata: { name: 'n' },
  spec: { drivers: [{ name: 'csi.example.com', allocatable: { count } }] },
});

describe('claims', () => {
  it.each<[kind: string, object: PersistentVolumeClaim | undefined]>([
    ['claim-missing', undefined],
    ['claim-lost', claim({ volumeName: 'pv' }, 'Lost')],
    ['unbound', claim()],
    ['unbound', claim({ storageClassName: 'now' })],
    ['unbound', claim({ storageClassName: 'later', volumeName: 'pv' })],
    ['unbound', claim({ storageClassName: 'no-such-class' })],
    ['claim-deleting', { ...claim(), metadata: { ...claim().metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }],
  ])('keeps the pod from all nodes: %s', (kind, object) => {
    const classes = [storageClass('now', 'Immediate'), storageClass('later', 'WaitForFirstConsumer')];
    const rejections = rejectionsOf(waiting, [...nodes, ...classes, ...(object === undefined ? [] : [object])]);
    expect(rejections).toMatchObject([{ plugin: 'VolumeBinding', kind, claim: { name: 'data' } }]);
  });

  it('waits for the claim of an ephemeral volume by its own name', () => {
    const ephemeral = pod('p', { volumes: [{ name: 'tmp', ephemeral: {} }] });
    expect(rejectionsOf(ephemeral, nodes)).toMatchObject([
      { kind: 'claim-missing', claim: { name: 'p-tmp' }, ephemeral: true },
    ]);
  });

  it('does not call a claim missing that cannot be seen', () => {
    const replay = replayScheduling(snapshotOf(nodes, ['PersistentVolumeClaim']), waiting);
    expect(replay).toMatchObject({ everywhere: [], complete: false, gaps: [{ kind: 'PersistentVolumeClaim' }] });
  });

  it('follows the node affinity of the bound volume', () => {
    const bound = claim({ volumeName: 'pv' }, 'Bound');
    expect(rejectionsOf(waiting, [...nodes, bound, volume('pv', 'a')])).toEqual([]);
    expect(rejectionsOf(waiting, [...nodes, bound, volume('pv', 'b')])).toMatchObject([
      {
        kind: 'node-affinity',
        volume: { name: 'pv' },
        terms: [{ failed: [{ key: 'zone', values: ['b'], actual: 'a' }] }],
      },
    ]);
    expect(rejectionsOf(waiting, [...nodes, bound])).toMatchObject([
      { kind: 'volume-missing', volume: { name: 'pv' } },
    ]);
  });

  it('follows zone labels of volumes', () => {
    const key = 'topology.kubernetes.io/zone';
    const bound = [
      claim({ volumeName: 'pv' }, 'Bound'),
      volume('pv', 'a', {}, { 'failure-domain.beta.kubernetes.io/zone': 'x__y' }),
    ];
    expect(rejectionsOf(waiting, [node('n', { zone: 'a', [key]: 'y' }), ...bound])).toEqual([]);
    expect(rejectionsOf(waiting, [node('n', { zone: 'a', [key]: 'z' }), ...bound])).toMatchObject([
      { plugin: 'VolumeZone', wanted: 'x__y', actual: 'z' },
    ]);
    expect(rejectionsOf(waiting, [node('n', { zone: 'a' }), ...bound])).toEqual([]);
  });

  it('looks for a volume that the node reaches when the class waits and cannot provision', () => {
    const local = storageClass('local', 'WaitForFirstConsumer', 'kubernetes.io/no-provisioner');
    const wanting = claim({ storageClassName: 'local' });
    expect(rejectionsOf(waiting, [...nodes, local, wanting, free('a')])).toEqual([]);
    expect(rejectionsOf(waiting, [...nodes, local, wanting, free('b')])).toMatchObject([{ kind: 'no-volume' }]);
    expect(rejectionsOf(waiting, [...nodes, storageClass('local', 'WaitForFirstConsumer'), wanting])).toEqual([]);
  });

  it('stays with the node that provisioning began for', () => {
    const selected = claim({ storageClassName: 'later' }, 'Pending', { 'volume.kubernetes.io/selected-node': 'm' });
    const objects = [...nodes, storageClass('later', 'WaitForFirstConsumer'), selected];
    expect(rejectionsOf(waiting, objects)).toMatchObject([{ kind: 'other-node', selected: 'm' }]);
  });

  it('lets one pod have a ReadWriteOncePod claim', () => {
    const exclusive = claim({ volumeName: 'pv', accessModes: ['ReadWriteOncePod'] }, 'Bound');
    const holder = pod('q', { ...uses('data'), nodeName: 'm' }, {}, { phase: 'Running' });
    expect(rejectionsOf(waiting, [...nodes, exclusive, volume('pv', 'a'), holder])).toMatchObject([
      { plugin: 'VolumeRestrictions', heldBy: { name: 'q' } },
    ]);
    expect(rejectionsOf(waiting, [...nodes, exclusive, volume('pv', 'a')])).toEqual([]);
  });

  it('counts the volumes of a CSI driver', () => {
    const other = { ...claim({ volumeName: 'pv2' }, 'Bound'), metadata: { name: 'other', namespace: 'prod' } };
    const holder = pod('q', { ...uses('other'), nodeName: 'n' }, {}, { phase: 'Running' });
    const objects = [...nodes, claim({ volumeName: 'pv' }, 'Bound'), other, holder];
    const two = [volume('pv', 'a', csi('1')), volume('pv2', 'a', csi('2'))];
    expect(rejectionsOf(waiting, [...objects, ...two, limited(2)])).toEqual([]);
    expect(rejectionsOf(waiting, [...objects, ...two, limited(1)])).toEqual([
      { plugin: 'NodeVolumeLimits', driver: 'csi.example.com', attached: 1, more: 1, limit: 1 },
    ]);
    const same = [volume('pv', 'a', csi('1')), volume('pv2', 'a', csi('1'))];
    expect(rejectionsOf(waiting, [...objects, ...same, limited(1)])).toEqual([]);
    const attachment = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: 'va' },
      spec: { nodeName: 'n', source: { persistentVolumeName: 'pv3' } },
    };
    const third = [...two, volume('pv3', 'a', csi('3')), attachment];
    expect(rejectionsOf(waiting, [...objects, ...third, limited(2)])).toMatchObject([{ attached: 2, more: 1 }]);
  });
});
