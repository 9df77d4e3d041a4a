import { type Report } from '@kroot/types';

/** What names and messages can be made of. */
const FRAGMENTS = [
  'a',
  'Pod/prod/api',
  'db-password',
  ' ',
  ' ',
  ' ',
  '\n',
  '\r',
  '\r\n',
  '\t',
  '\0',
  '\x07',
  '\b',
  '\x1b[31m',
  '\x1b]8;;http://x\x07',
  '\x9b1m',
  '\x7f',
  '::error::',
  '::',
  '##vso[task.complete]',
  '##teamcity[x]',
  '##[error]',
  '\u202E',
  '\u2066',
  '\u2028',
  '\u2029',
  '\u200B',
  '\u{E0041}',
  '\ud800',
  '\udc00',
  '日本語',
  '👩‍👩‍👧',
  'e\u0301',
  '<pod>',
  "'",
  '"',
  '$(id)',
  '`id`',
  '…',
  'x'.repeat(90),
  'words of a sentence ',
  '[link](https://x)',
  '\\',
  '|',
  '<script>alert(1)</script>',
  '</script>',
  '<!--',
  '-->',
  ']]>',
  '%%{init: {}}%%',
  'javascript:alert(1)',
  'onload=x',
  '#quot;',
  '&lt;',
  'end',
  '];',
  'n0 --> n1',
  '"]:::bad',
  '\\N',
];

/** Fields whose values are a closed set that the compiler checks. */
const CLOSED = new Set(['severity', 'source', 'effect', 'where', 'mechanism', 'relation', 'type', 'role']);

/** A copy in which strings, wherever they are, are replaced by hostile ones. */
export function poisoned(report: Report, seed: number): Report {
  return replaced(report, random(seed), isClosed);
}

/** The same, but references and ids stay what they are. */
export function poisonedTexts(report: Report, seed: number): Report {
  return replaced(report, random(seed), (key, owner) => isClosed(key, owner) || IDENTITY.has(key));
}

/** The same, but what kroot itself says who it is and which rules it has stays what it is. */
export function poisonedCluster(report: Report, seed: number): Report {
  const isOurs = (key: string, owner: object): boolean => ['id', 'rule'].includes(key) || 'plugins' in owner;
  return replaced(report, random(seed), (key, owner) => isClosed(key, owner) || isOurs(key, owner));
}

/** What other fields refer to; `contributing` holds ids. */
const IDENTITY = new Set([
  'id',
  'kind',
  'namespace',
  'name',
  'group',
  'predicate',
  'verdict',
  'now',
  'since',
  'capturedAt',
]);

function replaced(report: Report, next: () => number, keeps: (key: string, owner: object) => boolean): Report {
  const copy = structuredClone(report);
  const todo: object[] = [copy];
  for (let owner = todo.pop(); owner !== undefined; owner = todo.pop()) {
    for (const [key, value] of Object.entries(owner) as [string, unknown][]) {
      if (typeof value === 'object' && value !== null) todo.push(value);
      else if (typeof value === 'string' && !keeps(key, owner) && next() < 0.7) Reflect.set(owner, key, dirty(next));
    }
  }
  return copy;
}

/** `state` is text in trees and hops, a closed set in coverage gaps and health checks. */
function isClosed(key: string, owner: object): boolean {
  return CLOSED.has(key) || (key === 'state' && ('reason' in owner || 'text' in owner));
}

function dirty(next: () => number): string {
  const length = Math.floor(next() * 8);
  return Array.from({ length }, () => FRAGMENTS[Math.floor(next() * FRAGMENTS.length)] ?? '').join('');
}

/** Mulberry32: the same numbers for the same seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixedBits = Math.imul(state ^ (state >>> 15), 1 | state);
    mixedBits = (mixedBits + Math.imul(mixedBits ^ (mixedBits >>> 7), 61 | mixedBits)) ^ mixedBits;
    return ((mixedBits ^ (mixedBits >>> 14)) >>> 0) / 4_294_967_296;
  };
}
