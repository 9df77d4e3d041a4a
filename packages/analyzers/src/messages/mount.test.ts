import { expect, test } from 'vitest';
import { mountFailure } from './mount.ts';

const NFS =
  'MountVolume.SetUp failed for volume "media" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 10.0.9.50:/media /var/lib/kubelet/pods/6c/volumes/kubernetes.io~nfs/media\nOutput: ';

test.each([
  [
    'Unable to attach or mount volumes: unmounted volumes=[a b], unattached volumes=[a b c], failed to process volumes=[]: timed out waiting for the condition',
    { kind: 'timeout', volumes: ['a', 'b'] },
  ],
  [
    'MountVolume.SetUp failed for volume "keys" : rpc error: code = Unknown desc = failed to get secretproviderclass shop/vault, error: SecretProviderClass.secrets-store.csi.x-k8s.io "vault" not found',
    {
      kind: 'secret-provider',
      missing: true,
      detail:
        'failed to get secretproviderclass shop/vault, error: SecretProviderClass.secrets-store.csi.x-k8s.io "vault" not found',
      volume: 'keys',
    },
  ],
  [
    'MountVolume.SetUp failed for volume "keys" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod shop/api-0, err: provider not found: provider "aws"',
    { kind: 'secret-provider', missing: false, detail: 'provider not found: provider "aws"', volume: 'keys' },
  ],
  [
    'Multi-Attach error for volume "pv-1" Volume is already used by pod(s) db-0, db-1',
    { kind: 'multi-attach', volume: 'pv-1', pods: ['db-0', 'db-1'] },
  ],
  [
    'Multi-Attach error for volume "pv-1" Volume is already exclusively attached to one node and can\'t be attached to another',
    { kind: 'multi-attach', volume: 'pv-1', pods: [] },
  ],
  [
    'AttachVolume.Attach failed for volume "pv-1" : rpc error: code = NotFound desc = no such disk',
    { kind: 'attach', volume: 'pv-1', detail: 'rpc error: code = NotFound desc = no such disk' },
  ],
  [
    'AttachVolume.Attach failed for volume "pv-1" : CSINode w2 does not contain driver disk.csi.example.com',
    { kind: 'driver-missing', driver: 'disk.csi.example.com', volume: 'pv-1' },
  ],
  [
    'MountVolume.MountDevice failed for volume "pv-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name disk.csi.example.com not found in the list of registered CSI drivers',
    { kind: 'driver-missing', driver: 'disk.csi.example.com', volume: 'pv-1' },
  ],
  [
    'MountVolume.SetUp failed for volume "certs" : hostPath type check failed: /etc/certs is not a directory',
    { kind: 'host-path', volume: 'certs', path: '/etc/certs', wanted: 'directory' },
  ],
  ['MountVolume.SetUp failed for volume "conf" : configmap "api" not found', { kind: 'reference', volume: 'conf' }],
  ['MountVolume.SetUp failed for volume "conf" : object "shop"/"api" not registered', undefined],
  [
    'MountVolume.SetUp failed for volume "conf" : failed to sync configmap cache: timed out waiting for the condition',
    undefined,
  ],
  ['MountVolume.SetUp failed for volume "conf" : something that nobody has seen', undefined],
])('%s', (message, expected) => {
  expect(mountFailure(message)).toEqual(expected);
});

test('a local volume without its folder', () => {
  const words = 'MountVolume.NewMounter initialization failed for volume "local-1" : path "/mnt/disk1" does not exist';
  expect(mountFailure(words)).toMatchObject({ kind: 'filesystem', volume: 'local-1', problem: 'no-path' });
});

test.each([
  ['mount: bad option; you might need a /sbin/mount.<type> helper program.', 'helper'],
  [
    'mount: wrong fs type, bad option, bad superblock on 10.0.9.50:/media, missing codepage or helper program',
    'helper',
  ],
  ['mount.nfs: access denied by server while mounting 10.0.9.50:/media', 'refused'],
  ['mount.nfs: Connection timed out', 'unreachable'],
  ['mount.nfs: Stale file handle', 'stale'],
  ['mount.nfs: no words for this', 'other'],
])('a file system: %s', (words, problem) => {
  expect(mountFailure(NFS + words)).toMatchObject({ kind: 'filesystem', volume: 'media', type: 'nfs', problem });
});

test('a local file system with a bad superblock is damaged', () => {
  const message = NFS.replace('-t nfs', '-t ext4') + 'mount: wrong fs type, bad option, bad superblock on /dev/sdb';
  expect(mountFailure(message)).toMatchObject({ kind: 'filesystem', problem: 'corrupt' });
});
