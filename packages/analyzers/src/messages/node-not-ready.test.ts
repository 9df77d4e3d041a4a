import { expect, test } from 'vitest';
import { notReadyKind, saysRuntimeSocketDown } from './node-not-ready.ts';

const CNI =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

test.each([
  ['container runtime is down', 'runtime'],
  [
    '[container runtime is down, PLEG is not healthy: pleg was last seen active 4m0s ago; threshold is 3m0s]',
    'runtime',
  ],
  [`[container runtime status check may not have completed yet, ${CNI}]`, 'runtime'],
  ['container runtime not ready: RuntimeReady=false reason:ContainerdNotReady message:boom', 'runtime'],
  ['PLEG is not healthy: pleg was last seen active 4m0s ago; threshold is 3m0s', 'pleg'],
  [CNI, 'cni'],
  ['network plugin is not ready: cni config uninitialized', 'cni'],
  ['node is shutting down', 'shutdown'],
  [`[node is shutting down, ${CNI}]`, 'shutdown'],
  ['kubelet is shutting down', 'kubelet'],
  ['', 'kubelet'],
])('%s', (message, kind) => {
  expect(notReadyKind(message)).toBe(kind);
});

test.each([
  ['dial unix /run/containerd/containerd.sock: connect: no such file or directory', true],
  ['dial unix /var/run/crio/crio.sock: connect: connection refused', true],
  ['dial unix /run/netd/netd.sock: connect: connection refused', false],
])('%s', (message, down) => {
  expect(saysRuntimeSocketDown(message)).toBe(down);
});
