import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOG_LIMITS, logLines } from './log-tail.ts';

const lines = (text: string): readonly string[] => logLines(Buffer.from(text));

describe('logLines', () => {
  test.each([
    ['plain lines', 'a\nb\n', ['a', 'b']],
    ['colours and bells', '\u001b[31mfatal\u001b[0m\u0007: gone\r\n', ['fatal: gone']],
    ['time stamps of the runtime', '2026-03-10T09:58:11.123456789Z stderr F fatal: gone', ['fatal: gone']],
    ['time stamps of kubectl', '2026-03-10T09:58:11.1Z fatal: gone', ['fatal: gone']],
    ['text that runs backwards', 'a\u202eb', ['ab']],
    [
      'a password in a URL',
      'dial postgres://app:hunter22@db:5432/orders',
      ['dial postgres://app:[redacted]@db:5432/orders'],
    ],
    ['a setting', 'using password=hunter22 for app', ['using password=[redacted] for app']],
    ['basic authentication', 'Authorization: Basic YXBwOmh1bnRlcjIy', ['Authorization: Basic [redacted]']],
    ['a bearer', 'authorization="Bearer abcdef123456"', ['authorization="Bearer [redacted]"']],
    ['a key of AWS', 'key AKIAIOSFODNN7EXAMPLE denied', ['key [redacted] denied']],
    ['a token of whatever kind', `got ${'aB3'.repeat(30)} back`, ['got [redacted] back']],
    [
      'a private key',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nend',
      ['[redacted]', 'end'],
    ],
    [
      'a private key whose lines have time stamps',
      ['-----BEGIN PRIVATE KEY-----', 'MIIE', 'abc', '-----END PRIVATE KEY-----', 'end']
        .map((line) => `2026-03-10T09:58:11.1Z ${line}`)
        .join('\n'),
      ['[redacted]', 'end'],
    ],
    ['the rest of a private key', 'MIIE\nabc=\n-----END PRIVATE KEY-----\nend', ['[redacted]', 'end']],
    [
      'a private key with headers',
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nabc\n-----END RSA PRIVATE KEY-----\nend',
      ['[redacted]', 'end'],
    ],
    ['a name of a setting with a zero byte in it', 'pass\u0000word=hunter22', ['password=[redacted]']],
    ['a token in JSON', '{"token":"hunter22","user":"app"}', ['{"token":[redacted],"user":"app"}']],
    ['a token that is a setting', 'GET /x?token=hunter22&y=1', ['GET /x?token=[redacted]&y=1']],
    ['words about tokens', 'token expired: secret shop/api not found', ['token expired: secret shop/api not found']],
    ['the cut line of a log without others', 'x '.repeat(10_000), []],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  test('keeps the end, whole lines, and no more than the limits', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `line ${i} ${'x '.repeat(300)}`).join('\n');
    const kept = lines(many);
    expect(kept.at(-1)?.startsWith('line 4999 ')).toBe(true);
    expect(kept.every((line) => line.startsWith('line ') && line.length <= LOG_LIMITS.columns)).toBe(true);
    expect(kept.length).toBeLessThanOrEqual(LOG_LIMITS.lines);
  });

  test('bytes that are no text do no harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        // oxlint-disable-next-line no-control-regex -- what must not be there
        expect(logLines(bytes).every((line) => !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line))).toBe(true);
      }),
    );
  });

  test('a secret in one of the usual places never stays', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{8,40}$/);
    const place = fc.constantFrom(
      (s: string) => `password=${s}`,
      (s: string) => `"password": "${s}"`,
      (s: string) => `api_key: ${s}`,
      (s: string) => `client-secret=${s}&x=1`,
      (s: string) => `Authorization: Bearer ${s}`,
      (s: string) => `redis://:${s}@cache:6379/0`,
      (s: string) => `mysql://root:${s}@db/orders`,
      (s: string) => `access_token=${s}`,
      (s: string) => `token=${s}`,
      (s: string) => `"secret":"${s}"`,
      (s: string) => `pass\u0000word=${s}`,
    );
    fc.assert(
      fc.property(secret, place, fc.stringMatching(/^[ -~]{0,40}$/), (value, put, before) => {
        // What stands in front must not make another word of the place, nor hold the value itself.
        fc.pre(!before.includes(value));
        expect(lines(`${before} ${put(value)}`).join('\n')).not.toContain(value);
      }),
    );
  });
});
