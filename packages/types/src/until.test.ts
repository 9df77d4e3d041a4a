import { expect, test } from 'vitest';
import { endOf } from './until.ts';

test.each<[string, string | undefined]>([
  ['2027-01-31', '2027-02-01T00:00:00.000Z'],
  ['2028-02-29', '2028-03-01T00:00:00.000Z'],
  ['2027-02-29', undefined],
  ['2027-13-01', undefined],
  ['2027-1-1', undefined],
  ['31.01.2027', undefined],
  ['soon', undefined],
  ['', undefined],
  ['2027-01-31T10:00Z', '2027-01-31T10:00:00.000Z'],
  ['2027-01-31T10:00:30.5+02:00', '2027-01-31T08:00:30.500Z'],
  ['2027-01-31T10:00', undefined],
  ['2027-01-31T25:00Z', undefined],
  ['2027-01-31 10:00Z', undefined],
])('%s ends at %s', (until, end) => {
  const moment = endOf(until);
  expect(moment === undefined ? undefined : new Date(moment).toISOString()).toBe(end);
});
