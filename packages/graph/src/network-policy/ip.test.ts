import { describe, expect, it } from 'vitest';
import { blockHolds } from './ip-block.ts';
import { parseAddress, parseCidr } from './ip.ts';

describe('what a block holds', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['192.0.2.7/32', '192.0.2.7', true],
    ['192.0.2.7/32', '192.0.2.6', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '203.0.113.9', false],
    ['::/0', '2001:db8::1', true],
    ['2001:db8::/32', '2001:db8:ffff::', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['fd00::1/128', 'fd00:0:0:0:0:0:0:1', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ])('%s holds %s: %s', (range, text, expected) => {
    const address = parseAddress(text);
    expect(address !== undefined && blockHolds({ cidr: range }, address)).toBe(expected);
  });
});

describe('what is no address or range', () => {
  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.0.0',
    'db',
    '1:2:3',
    '::1::',
    'fd00:::1',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
  ])('address %s', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '::/129', '/8', 'a/8', '::ffff:10.0.0.0/90'])('range %s', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});
