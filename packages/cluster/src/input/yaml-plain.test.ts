import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import { readPlainYaml } from './yaml-plain.ts';

const RUNS = Number(process.env['KROOT_RUNS'] ?? 3000);

/** What the full parser makes of a text; undefined for an error. */
function full(source: string): { readonly root: unknown } | undefined {
  const document = parseDocument(source, { merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  try {
    return { root: document.toJS() as unknown };
  } catch {
    return undefined;
  }
}

const read: readonly (readonly [string, string, unknown])[] = [
  ['a mapping', 'kind: Pod\nmetadata:\n  name: a\n', { kind: 'Pod', metadata: { name: 'a' } }],
  ['sequences as far left as their key', 'a:\n- b: 1\n  c: 2\n- d\n', { a: [{ b: 1, c: 2 }, 'd'] }],
  ['sequences further right', 'a:\n  - - 1\n    - 2\n  - []\n', { a: [[1, 2], []] }],
  ['nothing', 'a:\nb: null\nc: {}\n', { a: null, b: null, c: {} }],
  [
    'texts that look like numbers',
    'a: "1"\nb: 10.0.0.1\nc: 1.2.3\nd: 2021-08-03\ne: 100m\n',
    { a: '1', b: '10.0.0.1', c: '1.2.3', d: '2021-08-03', e: '100m' },
  ],
  ['numbers', 'a: 0\nb: -12\nc: 1.5\n', { a: 0, b: -12, c: 1.5 }],
  ['truth values', 'a: true\nb: false\nc: yes\n', { a: true, b: false, c: 'yes' }],
  [
    'keys of managed fields',
    'f:a/b: {}\n.: {}\nk:{"type":"Ready"}:\n  f:x: {}\n',
    { 'f:a/b': {}, '.': {}, 'k:{"type":"Ready"}': { 'f:x': {} } },
  ],
  ['a literal block', 'a: |-\n  one\n\n   two\nb: |\n  x\n', { a: 'one\n\n two', b: 'x\n' }],
  [
    'a literal block in a sequence',
    'args:\n- -c\n- |\n  set -e\n  # no comment\n  a: b\n',
    { args: ['-c', 'set -e\n# no comment\na: b\n'] },
  ],
  [
    'folded scalars',
    "a: one\n  two three\nb: 'it''s\n  so'\nc: \"x\\\n  \\ y\\nz\"\n",
    { a: 'one two three', b: "it's so", c: 'x y\nz' },
  ],
  ['quoted keys', '"a b": 1\n"c: d": 2\n', { 'a b': 1, 'c: d': 2 }],
  ['comments between', '# Source: x\na: 1\n  # more\nb: 2\n', { a: 1, b: 2 }],
];

const left: readonly string[] = [
  'a: &x 1\nb: *x\n',
  'a: !!str 1\n',
  'a: {b: 1}\n',
  'a: >\n  folded\n',
  'a: |2\n   x\n',
  'a: 0x1F\n',
  'a: 1e3\n',
  'a: .inf\n',
  'a: True\n',
  'a: ~\n',
  '<<: 1\n',
  '__proto__: 1\n',
  'a: b: c\n',
  'a: b # comment\n',
  'a:\n\tb: 1\n',
  'a: 1\n b: 2\n',
  '- a\nb: 1\n',
  'text\n',
  '? a\n: b\n',
  "'a': 1\n",
  '"unclosed\n',
  'a: one\n\n  two\n',
];

describe('readPlainYaml', () => {
  it.each(read)('reads %s', (_, source, expected) => {
    expect(readPlainYaml(source)).toEqual({ root: expected });
    expect(full(source)).toEqual({ root: expected });
  });

  it.each(left)('leaves %j to the full parser', (source) => {
    expect(readPlainYaml(source)).toBeUndefined();
  });

  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom('a', ' ', '\n', ':', '#', '-', '"', "'", '\\', '{', '1', '.', 'ä'),
      maxLength: 30,
    }),
    fc.constantFrom(
      'true',
      'null',
      '1.0',
      '-0',
      '0x1',
      '1e3',
      '~',
      'yes',
      '.',
      '-',
      '- a',
      'a: b',
      '|',
      '',
      'a\nb\n',
      ' a\n',
      '\n\n',
    ),
  );
  const value = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(
        text,
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      ),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.stringMatching(/^[a-z./]{1,8}$/), text), tie('node'), { maxKeys: 3 }),
    ),
  })).node;
  const style = fc.record({
    lineWidth: fc.constantFrom(0, 20, 80),
    indentSeq: fc.boolean(),
    blockQuote: fc.constantFrom<'literal' | boolean>('literal', true, false),
  });

  it('reads what the full parser reads, of anything that is written as YAML', () => {
    fc.assert(
      fc.property(value, style, (written, options) => {
        const source = stringify(written, options);
        const plain = readPlainYaml(source);
        expect(plain ?? full(source)).toEqual(full(source));
      }),
      { numRuns: 1000 },
    );
  });

  const line = fc
    .tuple(
      fc.constantFrom('', '', '  ', '    ', '      ', '\t'),
      fc.constantFrom('', '', '- ', '- - ', '-', '# '),
      fc.constantFrom('a: ', 'b:', 'a:', '"a": ', "'a': ", '', '? ', 'a : ', '.:', '1: ', 'true: '),
      fc.constantFrom(
        '',
        'x',
        'x y',
        '1',
        '"q"',
        "'q'",
        '|',
        '|-',
        '|+',
        '{}',
        '[]',
        'a: b',
        '"open',
        "'open",
        'close"',
        "close'",
        '\\',
        'x:',
        '# c',
        ' #',
        '- x',
        '-1',
        '*a',
        '&a',
      ),
    )
    .map((parts) => parts.join(''));

  it('reads what the full parser reads, of any lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 7 }), fc.constantFrom('', '\n', '\n\n'), (lines, end) => {
        const source = lines.join('\n') + end;
        const plain = readPlainYaml(source);
        expect(plain ?? full(source)).toEqual(full(source));
      }),
      { numRuns: RUNS },
    );
  });
});
