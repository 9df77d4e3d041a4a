import { describe, expect, it } from 'vitest';
import { addressCells } from './address-cells.ts';
import { formatAddress, parseAddress } from './ip.ts';

describe('cells', () => {
  const cells = addressCells([
    { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] },
    { cidr: '255.255.255.0/24' },
    { cidr: 'fd00::/8' },
  ]);
  const text = (family: 4 | 6): readonly string[] =>
    cells
      .cells(family)
      .map(({ first, last }) => `${formatAddress({ family, value: first })}-${formatAddress({ family, value: last })}`);

  it('are cut at the borders of blocks and hold every address', () => {
    expect(text(4)).toEqual([
      '0.0.0.0-9.255.255.255',
      '10.0.0.0-10.0.255.255',
      '10.1.0.0-10.1.255.255',
      '10.2.0.0-10.255.255.255',
      '11.0.0.0-255.255.254.255',
      '255.255.255.0-255.255.255.255',
    ]);
    expect(text(6)).toEqual([
      '::-fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      'fd00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      'fe00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
  });

  it('are told apart by their keys', () => {
    const keys = ['10.0.0.1', '10.0.9.9', '10.1.0.0', '10.2.0.0', '255.255.255.255', '::1', 'fd00::1'].map((address) =>
      cells.keyOf(parseAddress(address) ?? { family: 4, value: 0n }),
    );
    expect(keys).toEqual(['4.1', '4.1', '4.2', '4.3', '4.5', '6.0', '6.1']);
  });

  it('surround single addresses', () => {
    const around = addressCells([], [parseAddress('192.0.2.1') ?? { family: 4, value: 0n }]);
    expect(around.cells(4).map(({ first }) => formatAddress({ family: 4, value: first }))).toEqual([
      '0.0.0.0',
      '192.0.2.1',
      '192.0.2.2',
    ]);
  });
});

it.each([
  '0.0.0.0',
  '255.255.255.255',
  '::',
  '::1',
  '1::',
  'fd00::1:0:0:1',
  '2001:db8::1:0:0:1',
  '1:2:3:4:5:6:7:8',
  '0:0:1::',
])('prints %s as it is read', (text) => {
  const address = parseAddress(text);
  expect(address && parseAddress(formatAddress(address))).toEqual(address);
});

it.each([
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['0:0:1:0:0:0:0:0', '0:0:1::'],
])('prints %s as %s', (text, expected) => {
  const address = parseAddress(text);
  expect(address && formatAddress(address)).toBe(expected);
});
