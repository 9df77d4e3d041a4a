import { describe, expect, it } from 'vitest';
import { resolveOutputPolicy, type OutputFlags } from './output-policy.ts';
import { type OutputStream } from './streams.ts';

const write = (): boolean => true;
const terminal: OutputStream = { write, isTTY: true, columns: 92 };
const pipe: OutputStream = { write };

type Env = Readonly<Record<string, string>>;

describe('colour', () => {
  it.each<[string, boolean, Env, OutputStream, OutputFlags['color']]>([
    ['a terminal has it', true, {}, terminal, 'auto'],
    ['a pipe has none', false, {}, pipe, 'auto'],
    ['NO_COLOR turns it off', false, { NO_COLOR: '1' }, terminal, 'auto'],
    ['NO_COLOR counts with any value', false, { NO_COLOR: '0' }, terminal, 'auto'],
    ['an empty NO_COLOR does not count', true, { NO_COLOR: '' }, terminal, 'auto'],
    ['NO_COLOR is stronger than FORCE_COLOR', false, { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal, 'auto'],
    ['FORCE_COLOR turns it on', true, { FORCE_COLOR: '1' }, pipe, 'auto'],
    ['FORCE_COLOR=0 does not', false, { FORCE_COLOR: '0' }, pipe, 'auto'],
    ['CLICOLOR_FORCE turns it on', true, { CLICOLOR_FORCE: '1' }, pipe, 'auto'],
    ['a dumb terminal has none', false, { TERM: 'dumb' }, terminal, 'auto'],
    ['an agent gets none', false, { AI_AGENT: '1' }, terminal, 'auto'],
    ['the flag is stronger than all', true, { NO_COLOR: '1', TERM: 'dumb' }, pipe, 'always'],
    ['both ways', false, { FORCE_COLOR: '1' }, terminal, 'never'],
    ['no flag is auto', true, {}, terminal, undefined],
  ])('%s: %s', (_name, expected, env, stream, color) => {
    expect(resolveOutputPolicy(env, stream, { color }).color).toBe(expected);
  });
});

describe('width', () => {
  it.each<[string, number, Env, OutputStream]>([
    ['of the terminal', 92, {}, terminal],
    ['at most 100', 100, {}, { write, isTTY: true, columns: 240 }],
    ['at least 40', 40, {}, { write, isTTY: true, columns: 20 }],
    ['80 in a pipe', 80, {}, pipe],
    ['$COLUMNS in a pipe', 60, { COLUMNS: '60' }, pipe],
    ['80 for a $COLUMNS that is no number', 80, { COLUMNS: 'wide' }, pipe],
    ['80 for a terminal that does not say', 80, {}, { write, isTTY: true }],
    ['80 for a terminal of no width', 80, {}, { write, isTTY: true, columns: 0 }],
  ])('%s: %s', (_name, expected, env, stream) => {
    expect(resolveOutputPolicy(env, stream, {}).width).toBe(expected);
  });
});

describe('unicode', () => {
  it.each<[string, boolean, Env, boolean | undefined]>([
    ['by default', true, {}, undefined],
    ['not with --ascii', false, {}, true],
    ['not on the Linux console', false, { TERM: 'linux' }, undefined],
    ['not on a dumb terminal', false, { TERM: 'dumb' }, undefined],
    ['not in the C locale', false, { LANG: 'C' }, undefined],
    ['LC_ALL is stronger than LANG', true, { LC_ALL: 'C.UTF-8', LANG: 'C' }, undefined],
  ])('%s: %s', (_name, expected, env, ascii) => {
    expect(resolveOutputPolicy(env, pipe, { ascii }).unicode).toBe(expected);
  });
});
