import { expect, test } from 'vitest';
import { longestGap } from './cron-schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  ['* * * * *', MINUTE],
  ['*/15 * * * *', 15 * MINUTE],
  ['7-59/20 * * * *', 20 * MINUTE],
  ['0 * * * *', HOUR],
  ['0 3 * * *', DAY],
  ['0 9-17 * * *', 16 * HOUR],
  ['30 6 * * MON-FRI', 3 * DAY],
  ['0 0 * * 7', 7 * DAY],
  ['0 2 * * 1,4', 4 * DAY],
  ['0 0 1 * *', 31 * DAY],
  ['0 0 31 * *', 61 * DAY],
  ['0 0 1 jan *', 366 * DAY],
  ['0 0 1,15 * 1', 7 * DAY],
  ['@hourly', HOUR],
  ['@daily', DAY],
  ['@weekly', 7 * DAY],
])('%s comes at least every %d ms', (schedule, gap) => {
  expect(longestGap(schedule)).toBe(gap);
});

test.each([
  '',
  '* * * *',
  '61 * * * *',
  '0 0 30 2 *',
  'every day',
  '@every 1h',
  '5-1 * * * *',
  '*/0 * * * *',
  '0 0 * * * *',
])('%j is no schedule that comes again', (schedule) => {
  expect(longestGap(schedule)).toBeUndefined();
});
