import { expect, test } from 'vitest';
import { parsePreempted } from './preempted.ts';

test.each([
  [
    'Preempted by pod 28174479-be39-4d51-86b0-ac11281a04e8 on node kwok-6',
    { uid: '28174479-be39-4d51-86b0-ac11281a04e8', node: 'kwok-6' },
  ],
  ['Preempted by prod/api-7d9f-x2x4k on node w1', { namespace: 'prod', name: 'api-7d9f-x2x4k', node: 'w1' }],
  ['Preempted by a pod on node w1', undefined],
  ['Preempting', undefined],
])('%s', (message, expected) => {
  expect(parsePreempted(message)).toEqual(expected);
});
