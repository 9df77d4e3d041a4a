import { expect, test } from 'vitest';
import { configRefusal, missingInConfigError, missingInMountError } from './missing-config.ts';

test.each([
  ['secret "db" not found', { kind: 'Secret', name: 'db' }],
  ['Error: secret "db" not found', { kind: 'Secret', name: 'db' }],
  ['configmap "app.cfg" not found', { kind: 'ConfigMap', name: 'app.cfg' }],
  ["couldn't find key password in Secret prod/db", { kind: 'Secret', name: 'db', key: 'password' }],
  ["couldn't find key LOG_LEVEL in ConfigMap prod/app", { kind: 'ConfigMap', name: 'app', key: 'LOG_LEVEL' }],
  ['failed to sync secret cache: timed out waiting for the condition', undefined],
  ['object "prod"/"db" not registered', undefined],
])('reads the configuration error %s', (text, expected) => {
  expect(missingInConfigError(text)).toEqual(expected);
});

test.each([
  ['MountVolume.SetUp failed for volume "v" : secret "tls" not found', [{ kind: 'Secret', name: 'tls', volume: 'v' }]],
  [
    'MountVolume.SetUp failed for volume "v" : references non-existent secret key: ca.crt',
    [{ kind: 'Secret', key: 'ca.crt', volume: 'v' }],
  ],
  [
    'MountVolume.SetUp failed for volume "v" : configmap references non-existent config key: a.ini',
    [{ kind: 'ConfigMap', key: 'a.ini', volume: 'v' }],
  ],
  [
    'MountVolume.SetUp failed for volume "v" : [secret "a" not found, configmap "b" not found]',
    [
      { kind: 'Secret', name: 'a', volume: 'v' },
      { kind: 'ConfigMap', name: 'b', volume: 'v' },
    ],
  ],
  ['MountVolume.SetUp failed for volume "v" : failed to sync configmap cache: timed out waiting for the condition', []],
  ['MountVolume.SetUp failed for volume "v" : object "prod"/"app" not registered', []],
  [
    'Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[v]: timed out waiting for the condition',
    [],
  ],
])('reads the mount error %s', (text, expected) => {
  expect(missingInMountError(text)).toEqual(expected);
});

test.each([
  ['container has runAsNonRoot and image will run as root (pod: "x", container: c)', { what: 'image-root' }],
  [
    'Error: container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: x)',
    { what: 'named-user', user: 'app' },
  ],
  ["container's runAsUser breaks non-root policy (pod: x)", { what: 'user-zero' }],
  ['failed to prepare subPath for volumeMount "cfg" of container "c"', { what: 'sub-path', volume: 'cfg' }],
  ['secret "x" not found', undefined],
])('reads the refusal %s', (text, expected) => {
  expect(configRefusal(text)).toEqual(expected);
});
