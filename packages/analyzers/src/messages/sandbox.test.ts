import { expect, test } from 'vitest';
import { sandboxFailure, sandboxWords } from './sandbox.ts';

const SETUP =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "c44b96e9": ';

test.each([
  [
    'Failed to create pod sandbox: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
    { kind: 'runtime' },
  ],
  [
    `${SETUP}failed to allocate for range 0: no IP addresses available in range set: 10.60.28.1-10.60.28.254`,
    { kind: 'addresses', range: '10.60.28.1-10.60.28.254' },
  ],
  [
    `${SETUP}plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container`,
    { kind: 'addresses', plugin: 'aws-cni' },
  ],
  [
    `${SETUP}plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory`,
    { kind: 'cni', plugin: 'flannel' },
  ],
  [`${SETUP}failed to find plugin "portmap" in path [/opt/cni/bin]`, { kind: 'cni', plugin: 'portmap' }],
  [
    `${SETUP}plugin type="netd" failed (add): dial unix /run/netd.sock: connect: connection refused`,
    { kind: 'cni', plugin: 'netd' },
  ],
  [
    "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces",
    { kind: 'user-namespace' },
  ],
  [
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "gvisor" is configured',
    { kind: 'handler', handler: 'gvisor' },
  ],
  [
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to find runtime handler kata from runtime list map[runc:0xc0003]',
    { kind: 'handler', handler: 'kata' },
  ],
  [
    'Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image "registry.k8s.io/pause:3.10": failed to pull and unpack image "registry.k8s.io/pause:3.10": failed to resolve reference "registry.k8s.io/pause:3.10": failed to do request: Head "https://registry.k8s.io/v2/pause/manifests/3.10": dial tcp 34.96.108.209:443: i/o timeout',
    { kind: 'image', image: 'registry.k8s.io/pause:3.10' },
  ],
  [
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to reserve sandbox name "api-x2k4q_shop_1f2e_0": name "api-x2k4q_shop_1f2e_0" is reserved for "c44b96e9"',
    { kind: 'other' },
  ],
])('%s', (message, expected) => {
  expect(sandboxFailure(message)).toEqual(expected);
});

test.each([
  [`${SETUP}plugin type="netd" failed (add): boom`, 'plugin type="netd" failed (add): boom'],
  ['Failed to create pod sandbox: rpc error: code = Unknown desc = boom', 'boom'],
  ['container runtime is down', 'container runtime is down'],
])('the words of %s', (message, words) => {
  expect(sandboxWords(message)).toBe(words);
});
