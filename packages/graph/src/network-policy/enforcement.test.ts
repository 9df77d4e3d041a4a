import { expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { ipBlocksAreOutside, unenforcedBy } from './enforcement.ts';
import { pod } from './fixtures.test.support.ts';

function running(...images: readonly string[]): Parameters<typeof snapshotOf>[0] {
  return images.map((image, i) => pod(`kube-system/p${i}`, {}, { spec: { containers: [{ name: 'c', image }] } }));
}

const FLANNEL = 'ghcr.io/flannel-io/flannel:v0.25.1';

it.each([
  ['flannel alone', [FLANNEL], 'flannel'],
  ['a packaged flannel', ['rancher/hardened-flannel:v0.25.4'], 'flannel'],
  ['calico beside it', [FLANNEL, 'docker.io/calico/node:v3.27.2'], ''],
  ['its own policy controller', [FLANNEL, 'registry.k8s.io/networking/kube-network-policies:v0.5.0'], ''],
  ['another plugin', ['quay.io/cilium/cilium:v1.15.5'], ''],
  ['none that is known', ['registry.example.com/shop/web:1'], ''],
])('%s', (_, images, expected) => {
  expect(unenforcedBy(snapshotOf(running(...images)))).toBe(expected);
});

it('does not tell where pods may be missing', () => {
  expect(unenforcedBy(snapshotOf(running(FLANNEL), ['Pod']))).toBe('');
});

it.each([
  ['quay.io/cilium/cilium:v1.15.5', true],
  ['registry.example.com/mirror/cilium@sha256:abc', true],
  ['quay.io/cilium/operator-generic:v1.15.5', false],
  ['docker.io/calico/node:v3.27.2', false],
])('%s takes ipBlocks for addresses outside alone: %s', (image, expected) => {
  expect(ipBlocksAreOutside(snapshotOf(running(image)))).toBe(expected);
});
