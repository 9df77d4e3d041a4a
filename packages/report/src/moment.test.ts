import { expect, test } from 'vitest';
import { formatAge, formatMoment, formatSince } from './moment.ts';

const now = '2026-11-22T14:14:00Z';

test.for([
  ['2026-11-22T14:14:00Z', 'just now'],
  ['2026-11-22T14:14:30Z', 'just now'],
  ['2026-11-22T14:13:01.5Z', '58s ago'],
  ['2026-11-22T14:02:00Z', '12m ago'],
  ['2026-11-22T08:00:00Z', '6h ago'],
  ['2026-11-20T08:00:00Z', '2d ago'],
  ['2026-11-22T15:14:00Z', undefined],
  ['soon', undefined],
  [undefined, undefined],
])('age of %s is %s', ([moment, age]) => {
  expect(formatAge(moment, now)).toBe(age);
});

test('since names the time of day today and the date before', () => {
  expect(formatSince('2026-11-22T14:02:00Z', now)).toBe('14:02 UTC (12m)');
  expect(formatSince('2026-11-20T08:00:00+02:00', now)).toBe('2026-11-20 (2d)');
  expect(formatSince('soon', now)).toBeUndefined();
});

test('a moment is printed in UTC', () => {
  expect(formatMoment('2026-11-22T16:02:00+02:00')).toBe('2026-11-22 14:02 UTC');
  expect(formatMoment('soon')).toBeUndefined();
});
