import { expect, test } from 'vitest';
import { immutableObject, isWaiting, namedDependencies, namedObjects, unknownKinds } from './delivery-words.ts';

test.each([
  [
    'unable to build kubernetes objects from release manifest: resource mapping not found for name: "api" namespace: "" from "": no matches for kind "ServiceMonitor" in version "monitoring.coreos.com/v1"\nensure CRDs are installed first',
    [{ group: 'monitoring.coreos.com', version: 'v1', kind: 'ServiceMonitor' }],
  ],
  ['no matches for kind "Pot" in version "v1"', [{ group: '', version: 'v1', kind: 'Pot' }]],
  [
    'The Kubernetes API could not find keda.sh/ScaledObject for requested resource shop/api. Make sure the "ScaledObject" CRD is installed on the destination cluster.',
    [{ group: 'keda.sh', kind: 'ScaledObject' }],
  ],
  ['timed out waiting for the condition', []],
])('kinds in %j', (text, expected) => {
  expect(unknownKinds(text)).toEqual(expected);
});

test.each([
  [
    'ConfigMap/shop/settings dry-run failed (Invalid): ConfigMap "settings" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    { kind: 'ConfigMap', namespace: 'shop', name: 'settings' },
  ],
  [
    'Secret "db" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    { kind: 'Secret', name: 'db' },
  ],
  ['Service "api" is invalid: spec.clusterIP: Invalid value: "": field is immutable', undefined],
])('immutable object in %j', (text, expected) => {
  expect(immutableObject(text)).toEqual(expected);
});

test.each([
  [
    "Health check failed after 5m0.1s: timeout waiting for: [Deployment/shop/api status: 'InProgress']",
    [{ kind: 'Deployment', namespace: 'shop', name: 'api' }],
  ],
  ["HelmChart 'flux-system/shop-api' is not ready", []],
])('objects in %j', (text, expected) => {
  expect(namedObjects(text)).toEqual(expected);
});

test('dependencies of Flux objects', () => {
  expect(namedDependencies("dependency 'flux-system/infra' is not ready")).toEqual([
    { namespace: 'flux-system', name: 'infra' },
  ]);
});

test.each([
  ['Helm install failed for release shop/api with chart api@1.2.3: context deadline exceeded', true],
  ['Helm install failed: timed out waiting for the condition', true],
  ['kustomize build failed: accumulating resources: open deploy.yaml: no such file or directory', false],
])('whether %j waits', (text, expected) => {
  expect(isWaiting(text)).toBe(expected);
});
