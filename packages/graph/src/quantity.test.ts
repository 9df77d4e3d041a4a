import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuantity, parseQuantity, wholeUnits } from './quantity.ts';

describe('parseQuantity', () => {
  it.each<[text: string, milli: bigint | undefined]>([
    ['0', 0n],
    ['1', 1000n],
    ['+1', 1000n],
    ['-1', -1000n],
    ['1.', 1000n],
    ['.5', 500n],
    ['1.5', 1500n],
    ['100m', 100n],
    ['0.1m', 1n],
    ['1u', 1n],
    ['1500000n', 2n],
    ['-1500000n', -2n],
    ['1k', 1_000_000n],
    ['2M', 2_000_000_000n],
    ['1G', 10n ** 12n],
    ['1T', 10n ** 15n],
    ['1P', 10n ** 18n],
    ['1E', 10n ** 21n],
    ['1Ki', 1_024_000n],
    ['1.5Gi', 1_610_612_736_000n],
    ['0.0001Ki', 103n],
    ['1Ti', 1_099_511_627_776_000n],
    ['1Pi', 2n ** 50n * 1000n],
    ['1Ei', 2n ** 60n * 1000n],
    ['1e3', 1_000_000n],
    ['12E2', 1_200_000n],
    ['1.5e-3', 2n],
    ['9223372036854775808', (2n ** 63n - 1n) * 1000n],
    ['1e999999999', (2n ** 63n - 1n) * 1000n],
    ['1e-999999999', 1n],
    ['0e999999999', 0n],
    ['', undefined],
    ['.', undefined],
    ['-', undefined],
    ['1K', undefined],
    ['1mi', undefined],
    ['1 Gi', undefined],
    ['1e', undefined],
    ['1e1.5', undefined],
    ['0x10', undefined],
    ['ten', undefined],
    ['1'.repeat(300), undefined],
  ])('reads %s', (text, milli) => {
    expect(parseQuantity(text)).toBe(milli);
  });

  it('rounds up what is left below a thousandth', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.constantFrom('n', 'u', 'm', '', 'k', 'M'), (amount, suffix) => {
        const nanos = { n: 1n, u: 1000n, m: 10n ** 6n, '': 10n ** 9n, k: 10n ** 12n, M: 10n ** 15n }[suffix];
        const scaled = BigInt(amount) * nanos;
        const expected = (scaled + 999_999n) / 1_000_000n;
        expect(parseQuantity(`${amount}${suffix}`)).toBe(expected);
      }),
    );
  });
});

describe('formatQuantity', () => {
  it.each<[resource: string, milli: bigint, text: string]>([
    ['cpu', 1500n, '1500m'],
    ['cpu', 2000n, '2'],
    ['cpu', 0n, '0'],
    ['cpu', -250n, '-250m'],
    ['memory', 512n * 2n ** 20n * 1000n, '512Mi'],
    ['memory', 1_610_612_736_000n, '1.5Gi'],
    ['memory', 1_000_000n, '1000'],
    ['memory', 8_589_934_591_000n, '7.99Gi'],
    ['ephemeral-storage', 2n ** 30n * 1000n, '1Gi'],
    ['storage', 2n ** 60n * 1000n, '1Ei'],
    ['requests.storage', 2n ** 40n * 1000n, '1Ti'],
    ['hugepages-2Mi', 2n ** 21n * 1000n, '2Mi'],
    ['pods', 110_000n, '110'],
    ['nvidia.com/gpu', 3000n, '3'],
  ])('prints %s %s as %s', (resource, milli, text) => {
    expect(formatQuantity(resource, milli)).toBe(text);
  });

  it('prints a valid quantity that is never more than the amount', () => {
    fc.assert(
      fc.property(fc.constantFrom('cpu', 'memory', 'pods', 'storage'), fc.bigInt(0n, 2n ** 62n), (resource, milli) => {
        const read = parseQuantity(formatQuantity(resource, milli));
        expect(read).toBeDefined();
        // Decimals of a binary unit are rounded up to the next thousandth of a byte when they are read.
        expect((read ?? milli + 2n) <= milli + 1n).toBe(true);
      }),
    );
  });
});

describe('wholeUnits', () => {
  it.each([
    [0n, 0n],
    [1n, 1000n],
    [1000n, 1000n],
    [1001n, 2000n],
    [-1500n, -1000n],
  ])('rounds %s up to %s', (milli, whole) => {
    expect(wholeUnits(milli)).toBe(whole);
  });
});
