import { expect, test } from 'vitest';
import { refusedChange } from './immutable-field.ts';

test.each([
  [
    "Helm upgrade failed: cannot patch \"db\" with kind StatefulSet: StatefulSet.apps \"db\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'template', 'updateStrategy' are forbidden",
    { kind: 'stateful-set', name: 'db' },
  ],
  [
    'PersistentVolumeClaim/shop/data dry-run failed (Forbidden): persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    { kind: 'claim-size', name: 'data' },
  ],
])('%s', (message, found) => {
  expect(refusedChange(message)).toMatchObject(found);
});

test.each(['', 'StatefulSet.apps "db" not found', 'persistentvolumeclaims "data" is forbidden: exceeded quota: q'])(
  'other words: %s',
  (message) => {
    expect(refusedChange(message)).toBeUndefined();
  },
);
