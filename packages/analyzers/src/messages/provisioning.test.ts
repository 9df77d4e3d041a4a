import { expect, test } from 'vitest';
import { readProvisioning, saysNoClassNoVolume } from './provisioning.ts';

test.each([
  ['storageclass.storage.k8s.io "fast" not found', { kind: 'class-missing', storageClass: 'fast' }],
  [
    'failed to provision volume with StorageClass "fast": rpc error: code = ResourceExhausted desc = no room',
    { kind: 'backend', code: 'ResourceExhausted', detail: 'no room' },
  ],
  [
    'failed to provision volume with StorageClass "fast": error generating accessibility requirements: no topology key found on CSINode w1',
    { kind: 'backend', detail: 'error generating accessibility requirements: no topology key found on CSINode w1' },
  ],
  [
    'persistentvolumes is forbidden: User "system:serviceaccount:storage:disk" cannot create resource "persistentvolumes" in API group "" at the cluster scope',
    {
      kind: 'forbidden',
      user: 'system:serviceaccount:storage:disk',
      verb: 'create',
      resource: 'persistentvolumes',
      group: '',
    },
  ],
  ['waiting for a volume to be created', undefined],
])('%s', (message, expected) => {
  expect(readProvisioning(message)).toEqual(expected);
});

test('knows what the volume controller says of a claim that nothing serves', () => {
  expect(saysNoClassNoVolume('no persistent volumes available for this claim and no storage class is set')).toBe(true);
  expect(saysNoClassNoVolume('volume "disk1" already bound to a different claim.')).toBe(false);
});
