import { ref, type FixVerification, type NamedFault } from '@kroot/types';
import { expect, test } from 'vitest';
import { trialWords } from './trial-words.ts';

const pods = ['a', 'b', 'c'].map((name) => ref('Pod', 'prod', name));
const fault = (message: string): NamedFault => ({ rule: 'x', resource: ref('Secret', 'prod', 's'), message });
const blocker = (message: string): FixVerification['blockers'][number] => ({ ...fault(message), count: 1 });
const cleared: FixVerification = { fix: 0, verdict: 'clears', victims: 3, recovers: pods, blockers: [], brings: [] };

test.each<[string, Partial<FixVerification>, readonly string[]]>([
  ['all are free', {}, ['… is gone afterwards, and nothing else that can be seen stops the 3 pods.']],
  [
    'the one is free',
    { victims: 1, recovers: pods.slice(0, 1) },
    ['… is gone afterwards, and nothing else that can be seen stops the pod.'],
  ],
  [
    'no pods, but a claim',
    { victims: 1, recovers: [ref('PersistentVolumeClaim', 'prod', 'data')] },
    ['… is gone afterwards, and nothing else that can be seen stops the object that waits.'],
  ],
  ['nobody suffers', { victims: 0, recovers: [] }, ['… is gone afterwards.']],
  [
    'some are free',
    { recovers: pods.slice(0, 1), blockers: [blocker('A'), blocker('B')] },
    ['… is gone afterwards; 1 of the 3 pods is free, still in the way: A and B.'],
  ],
  [
    'none is free, for many reasons',
    { recovers: [], blockers: ['A', 'B', 'C', 'D', 'E'].map(blocker) },
    ['… is gone afterwards, but what suffers from it is not free yet: A, B, C and 2 more.'],
  ],
  [
    'the pods are free, what stands above them is not',
    { blockers: [blocker('A')] },
    ['… is gone afterwards, and nothing else that can be seen stops the 3 pods. Still in the way of others: A.'],
  ],
  [
    'a new fault',
    { victims: 0, recovers: [], brings: [fault('A')] },
    ['… is gone afterwards.', 'It would make a new fault: A.'],
  ],
  [
    'still there',
    { verdict: 'still-shows', recovers: [] },
    ['… still shows afterwards: more is needed, or only running controllers bring the change about.'],
  ],
  [
    'not simulated',
    { verdict: 'not-simulated', reason: 'r', recovers: [], blockers: [blocker('A')] },
    ['Not simulated: r.', 'Also in the way, whatever repairs it: A.'],
  ],
])('%s', (_, outcome, words) => {
  const told = trialWords({ ...cleared, ...outcome });
  expect(told.map((text) => text.replace('On the snapshot the fault', '…'))).toEqual(words);
});
