import { type Container, type PodSpec, type StringMap } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { podRequests } from './pod-requests.ts';

const container = (requests: StringMap): Container => ({ name: 'c', resources: { requests } });
const sidecar = (requests: StringMap): Container => ({ ...container(requests), restartPolicy: 'Always' });

describe('podRequests', () => {
  it.each<[name: string, spec: PodSpec, expected: Readonly<Record<string, bigint>>]>([
    ['nothing', { containers: [{ name: 'c' }] }, {}],
    ['the sum of containers', { containers: [container({ cpu: '1' }), container({ cpu: '500m' })] }, { cpu: 1500n }],
    [
      'the largest init container when it is more',
      {
        containers: [container({ cpu: '1', memory: '1' })],
        initContainers: [container({ cpu: '3' }), container({ cpu: '2' })],
      },
      { cpu: 3000n, memory: 1000n },
    ],
    [
      'sidecars on top of containers',
      { containers: [container({ cpu: '1' })], initContainers: [sidecar({ cpu: '2' })] },
      { cpu: 3000n },
    ],
    [
      'sidecars that were started before an init container',
      { containers: [container({ cpu: '1' })], initContainers: [sidecar({ cpu: '2' }), container({ cpu: '5' })] },
      { cpu: 7000n },
    ],
    [
      'an init container without the sidecars that come after it',
      { containers: [container({ cpu: '1' })], initContainers: [container({ cpu: '5' }), sidecar({ cpu: '2' })] },
      { cpu: 5000n },
    ],
    [
      'overhead',
      { containers: [container({ cpu: '1' })], overhead: { cpu: '250m', memory: '1' } },
      { cpu: 1250n, memory: 1000n },
    ],
    [
      'pod-level requests instead of the sum, for resources that have them',
      {
        containers: [container({ cpu: '4', 'nvidia.com/gpu': '1' })],
        resources: { requests: { cpu: '1', 'nvidia.com/gpu': '7' } },
        overhead: { cpu: '1' },
      },
      { cpu: 2000n, 'nvidia.com/gpu': 1000n },
    ],
    [
      'memory rounded up to bytes, cpu not',
      { containers: [container({ cpu: '1m', memory: '1m' })] },
      { cpu: 1n, memory: 1000n },
    ],
    ['no amount for what is no quantity', { containers: [container({ cpu: 'lots' })] }, {}],
  ])('counts %s', (_name, spec, expected) => {
    expect(Object.fromEntries(podRequests(spec))).toEqual(expected);
  });
});
