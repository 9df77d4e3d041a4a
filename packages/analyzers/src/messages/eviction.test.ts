import { expect, test } from 'vitest';
import { readEviction } from './eviction.ts';

test.each([
  [
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 62Mi. Container api was using 3120Mi, request is 100Mi, has larger consumption of memory. ',
    {
      kind: 'node',
      resource: 'memory',
      threshold: '100Mi',
      available: '62Mi',
      container: 'api',
      usage: '3120Mi',
      request: '100Mi',
    },
  ],
  [
    'The node was low on resource: memory. Container api was using 3120Mi, which exceeds its request of 0. ',
    { kind: 'node', resource: 'memory', container: 'api', usage: '3120Mi', request: '0' },
  ],
  ['The node was low on resource: inodes. ', { kind: 'node', resource: 'inodes' }],
  [
    'Container api exceeded its local ephemeral storage limit "1Gi". ',
    { kind: 'container-limit', container: 'api', limit: '1Gi' },
  ],
  [
    'Pod ephemeral local storage usage exceeds the total limit of containers 2Gi. ',
    { kind: 'pod-limit', limit: '2Gi' },
  ],
  [
    'Usage of EmptyDir volume "cache" exceeds the limit "256Mi". ',
    { kind: 'empty-dir', volume: 'cache', limit: '256Mi' },
  ],
  ['The node had condition: [DiskPressure]. ', undefined],
])('%s', (message, expected) => {
  expect(readEviction(message)).toEqual(expected);
});
