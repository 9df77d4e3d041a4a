import { describe, expect, it } from 'vitest';
import { scheduleFault } from './cron-schedule.ts';

/** A real API server agrees with each of these: see refused.test.ts of realtest. */
describe('scheduleFault', () => {
  it.each([
    '* * * * *',
    '*/5 0-6/2 1,15 JAN-mar Mon-FRI',
    '0/15 * * * ?',
    '5/70 * * * *',
    '+5 * * * *',
    '00 007 * * *',
    ', * * * *',
    '1,, * * * *',
    '*-5 * * * *',
    '0 0 31 2 *',
    '  0\t3 * * *  ',
    '@daily',
    '@yearly',
    '@every 1h30m',
    '@every -5s',
    '@every 0',
    '@every 1.5h',
  ])('takes "%s"', (schedule) => {
    expect(scheduleFault(schedule)).toBeUndefined();
  });

  it.each([
    ['', 'expected exactly 5 fields, found 0: []'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['0 * * * * *', 'expected exactly 5 fields, found 6: [0 * * * * *]'],
    [' @daily', 'expected exactly 5 fields, found 1: [@daily]'],
    ['0 0 * * 7', 'end of range (7) above maximum (6): 7'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['0 0 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['0 0 * 13 *', 'end of range (13) above maximum (12): 13'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/5/5 * * * *', 'too many slashes: */5/5'],
    ['0 0 L * *', 'failed to parse int from L'],
    ['0 0 ? * sunday', 'failed to parse int from sunday'],
    ['-1 * * * *', 'failed to parse int from '],
    ['@reboot', 'unrecognized descriptor: @reboot'],
    ['@Daily', 'unrecognized descriptor: @Daily'],
    ['@every 1d', 'failed to parse duration @every 1d'],
  ])('refuses "%s"', (schedule, fault) => {
    expect(scheduleFault(schedule)).toBe(fault);
  });
});
