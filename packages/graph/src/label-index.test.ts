import { type LabelSelector, type StringMap } from '@kroot/types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelIndex } from './label-index.ts';
import { matchesLabelSelector } from './selectors.ts';

const key = fc.constantFrom('app', 'tier', '__proto__', 'constructor');
const labels = fc
  .array(fc.tuple(key, fc.constantFrom('a', 'b', '')))
  .map((pairs): StringMap => Object.fromEntries(pairs));
const selector = fc.record<LabelSelector>({
  matchLabels: labels,
  matchExpressions: fc.array(fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }), { maxLength: 1 }),
});

describe('LabelIndex', () => {
  it('selects what a scan selects, in the same order', () => {
    fc.assert(
      fc.property(fc.array(labels), selector, (items, wanted) => {
        const scan = items.filter((item) => matchesLabelSelector(wanted, item));
        expect(new LabelIndex(items, (item) => item).select(wanted)).toEqual(scan);
      }),
    );
  });
});
