import { describe, expect, it } from 'vitest';
import { resolveOutputPolicy, resolveSurroundings, type OutputFlags } from './output-policy.ts';
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

describe('surroundings', () => {
  const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/tmp/summary' };

  it.each<
    [string, Env, boolean, ReturnType<typeof resolveSurroundings>['format'], boolean, string | undefined, boolean]
  >([
    // name, environment, --ci, format, annotations, summary, hint
    ['a terminal', {}, true, 'text', false, undefined, false],
    ['any CI', { CI: 'true' }, true, 'text', false, undefined, false],
    ['GitHub Actions', GITHUB, true, 'text', true, '/tmp/summary', false],
    ['GitHub Actions without a summary', { GITHUB_ACTIONS: 'true' }, true, 'text', true, undefined, false],
    ['an empty summary', { ...GITHUB, GITHUB_STEP_SUMMARY: '' }, true, 'text', true, undefined, false],
    ['GITHUB_ACTIONS=false', { ...GITHUB, GITHUB_ACTIONS: 'false' }, true, 'text', false, undefined, false],
    ['GitHub Actions with --no-ci', GITHUB, false, 'text', false, undefined, false],
    ['GitLab CI', { GITLAB_CI: 'true' }, true, 'text', false, undefined, true],
    ['GitLab CI with --no-ci', { GITLAB_CI: 'true' }, false, 'text', false, undefined, false],
    ['an agent', { AI_AGENT: 'some' }, true, 'agent', false, undefined, false],
    ['another agent', { CLAUDECODE: '1' }, true, 'agent', false, undefined, false],
    ['an agent that says no', { CLAUDECODE: '0' }, true, 'text', false, undefined, false],
    ['an agent with --no-ci', { GEMINI_CLI: '1' }, false, 'text', false, undefined, false],
    ['an agent in GitHub Actions', { ...GITHUB, CURSOR_AGENT: '1' }, true, 'agent', true, '/tmp/summary', false],
    ['an agent in GitLab CI', { GITLAB_CI: '1', COPILOT_AGENT: '1' }, true, 'agent', false, undefined, true],
  ])('%s', (_, env, ci, format, annotations, summary, hinted) => {
    const { hint, ...rest } = resolveSurroundings(env, { ci });
    expect(rest).toEqual({ format, annotations, summary });
    expect(hint !== undefined).toBe(hinted);
  });
});
