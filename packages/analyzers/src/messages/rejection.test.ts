import { describe, expect, test } from 'vitest';
import { readRejection } from './rejection.ts';

describe('readRejection', () => {
  test.each([
    ['OutOfcpu', "Node didn't have enough resource: cpu, requested: 30000", 'admission-out-of-resource', 'cpu'],
    ['OutOfnvidia.com/gpu', 'x', 'admission-out-of-resource', 'nvidia.com/gpu'],
    [
      'SysctlForbidden',
      'Pod was rejected: forbidden sysctl: "net.core.somaxconn" not allowlisted',
      'sysctl-forbidden',
      'net.core.somaxconn',
    ],
    [
      'AppArmor',
      'Pod was rejected: Cannot enforce AppArmor: profile "deny-write" is not loaded',
      'apparmor-blocked',
      'deny-write',
    ],
    ['AppArmor', 'Cannot enforce AppArmor: AppArmor is not enabled on the host', 'apparmor-blocked', ''],
    ['NodeAffinity', 'Pod was rejected: Predicate NodeAffinity failed', 'admission-node-affinity', ''],
    [
      'UnexpectedAdmissionError',
      'Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices devic.es/cdrom, which is unexpected',
      'admission-unexpected',
      'devic.es/cdrom',
    ],
    [
      'UnexpectedAdmissionError',
      'Allocate failed due to requested number of devices unavailable for nvidia.com/gpu. Requested: 2, Available: 0, which is unexpected',
      'admission-unexpected',
      'nvidia.com/gpu',
    ],
    [
      'TopologyAffinityError',
      'Resources cannot be allocated with Topology locality',
      'admission-topology-affinity',
      '',
    ],
    [
      'SupplementalGroupsPolicyNotSupported',
      'SupplementalGroupsPolicy=Strict is not supported in this node',
      'userns-or-procmount-unsupported',
      '',
    ],
    ['PodOSNotSupported', "Failed to admit pod as the OS field doesn't match node OS", 'admission-os-mismatch', ''],
  ])('%s: %s', (reason, message, rule, about) => {
    expect(readRejection(reason, message)).toEqual({ rule, about, words: message.replace('Pod was rejected: ', '') });
  });

  test.each(['Evicted', 'NodeShutdown', 'Preempting', '', 'DeadlineExceeded'])('not for %s', (reason) => {
    expect(readRejection(reason, 'The node was low on resource: memory.')).toBeUndefined();
  });
});
