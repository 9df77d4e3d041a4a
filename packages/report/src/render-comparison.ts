import {
  formatRef,
  type ChainChange,
  type ComparedSide,
  type Comparison,
  type Diagnosis,
  type GoneDiagnosis,
  type KeptDiagnosis,
  type NewDiagnosis,
  type Unexplained,
} from '@kroot/types';
import { affectedWords } from './affected-words.ts';
import { cleanStrings } from './clean-report.ts';
import { formatMoment } from './moment.ts';
import { BLANK, hang, INDENT, indent, labelled, withRightEdge } from './text/block.ts';
import { GLYPHS } from './text/glyphs.ts';
import { paint } from './text/paint.ts';
import { severityHead } from './text/severity.ts';
import { span, type Line } from './text/span.ts';
import { wrap } from './text/wrap.ts';
import { certainty, counted, joinAnd } from './words.ts';

/** How a comparison is printed. */
export interface ComparisonOptions {
  readonly width: number;
  readonly color: boolean;
  readonly unicode: boolean;
}

/** Prints what is new, gone and still there between two reports, and what changed on the chain of what is new. */
export function renderComparison(comparison: Comparison, { color, unicode, width }: ComparisonOptions): string {
  const clean = cleanStrings(comparison);
  const { added, after, before, gone, kept, notices, unexplained } = clean;
  const glyphs = unicode ? GLYPHS.unicode : GLYPHS.ascii;
  const parts: readonly (readonly Line[])[] = [
    verdict(clean, { bad: glyphs.bad, good: glyphs.good }, width),
    sides(before, after, width),
    notices.flatMap((notice) => wrap(notice, width)),
    ...section('New', added, (one) => newLines(one, width)),
    ...section('New, and not explained', unexplained.added, (one) => symptomLines(one, width)),
    ...section('Gone', gone, (one) => goneLines(one, clean, width)),
    ...section('Gone, never explained', unexplained.gone, (one) => [
      ...symptomLines(one, width),
      ...perhaps(one.unseen, width),
    ]),
    ...section('Still there', kept, (one) => keptLines(one, width)),
    ...section('Still there, and not explained', unexplained.kept, (one) => symptomLines(one, width)),
  ];
  const lines = parts.filter((part) => part.length > 0).flatMap((part) => [BLANK].concat(part));
  return paint(lines.slice(1), color);
}

function section<T>(
  title: string,
  all: readonly T[],
  print: (one: T) => readonly Line[],
): readonly (readonly Line[])[] {
  return all.length === 0 ? [] : [[[span(title, 'strong')]], ...all.map((one) => print(one))];
}

function verdict(
  { added, gone, kept, unexplained }: Comparison,
  { bad, good }: { readonly bad: string; readonly good: string },
  width: number,
): readonly Line[] {
  const news = added.length + unexplained.added.length;
  const left = [...gone, ...unexplained.gone];
  const past = left.filter(({ unseen }) => unseen === undefined).length;
  const blind = left.length - past;
  const still = kept.length + unexplained.kept.length;
  const parts = [
    ...(news === 0 ? [] : [counted(news, 'new problem')]),
    ...(past === 0 ? [] : [`${past} gone`]),
    ...(blind === 0 ? [] : [`${blind} that cannot be seen any more`]),
    ...(still === 0 ? [] : [`${still} still there${trends(kept)}`]),
  ];
  const sign = news > 0 ? span(`${bad} `, 'bad') : span(`${good} `, 'good');
  const text =
    parts.length === 0
      ? 'No problems, before or after'
      : news === 0
        ? `Nothing new: ${joinAnd(parts)}`
        : joinAnd(parts);
  return hang([sign], wrap([span(text, 'strong')], width - 2));
}

function trends(kept: readonly KeptDiagnosis[]): string {
  const words = (['worse', 'better'] as const).flatMap((trend) => {
    const count = kept.filter((one) => one.trend === trend).length;
    return count === 0 ? [] : [`${count} ${trend}`];
  });
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function sides(before: ComparedSide, after: ComparedSide, width: number): readonly Line[] {
  const line = ({ now, objects, source }: ComparedSide): readonly Line[] =>
    wrap(`${source}, ${formatMoment(now) ?? now}, ${counted(objects, 'object')}`, width - INDENT);
  return [...labelled('before', line(before)), ...labelled('after', line(after))];
}

function head({ confidence, message, rank, rule, severity }: Diagnosis, width: number): readonly Line[] {
  const text = [span(certainty(confidence), 'unsure'), span(message, 'strong')];
  return hang(severityHead(String(rank), severity), withRightEdge(text, span(rule, 'quiet'), width - INDENT));
}

function newLines({ changes, diagnosis }: NewDiagnosis, width: number): readonly Line[] {
  const { effect } = diagnosis;
  const room = width - INDENT;
  return [
    ...head(diagnosis, width),
    ...indent(wrap(effect, room), INDENT),
    ...(changes === undefined ? [] : [BLANK, ...labelled('changed', changedLines(changes, room))]),
  ];
}

const MAX_CHANGES = 5;
const MAX_FIELDS = 5;

function changedLines(changes: readonly ChainChange[], width: number): readonly Line[] {
  if (changes.length === 0)
    return wrap(
      'nothing on its chain that either side shows: look outside the cluster, or at what was there before',
      width,
    );
  const rest = changes.length - MAX_CHANGES;
  return [
    ...changes.slice(0, MAX_CHANGES).flatMap((change) => changeLines(change, width)),
    ...(rest > 0 ? wrap(`and ${counted(rest, 'more object')}`, width) : []),
  ];
}

const WHAT = { added: ' is new', removed: ' was deleted', changed: '' } as const;

function changeLines({ change, fields, resource }: ChainChange, width: number): readonly Line[] {
  const rest = fields.length - MAX_FIELDS;
  return [
    ...wrap(`${formatRef(resource)}${WHAT[change]}`, width),
    ...fields
      .slice(0, MAX_FIELDS)
      .flatMap(({ decisive, path, words }) =>
        indent(hang([span(decisive ? '> ' : '  ', 'bad')], wrap(`${path} ${words}`, width - 4)), 2),
      ),
    ...(rest > 0 ? indent(wrap(`and ${counted(rest, 'more field')}`, width - 4), 4) : []),
  ];
}

function goneLines(
  { diagnosis, replacedBy, unseen }: GoneDiagnosis,
  comparison: Comparison,
  width: number,
): readonly Line[] {
  const room = width - INDENT;
  const others = [...comparison.added.map((one) => one.diagnosis), ...comparison.kept.map((one) => one.after)].filter(
    ({ id }) => replacedBy.includes(id),
  );
  return [
    ...head(diagnosis, width),
    ...perhaps(unseen, width),
    ...indent(
      others.flatMap(({ message }) => wrap(`what it held up is still held up: ${message}`, room)),
      INDENT,
    ),
  ];
}

function perhaps(unseen: string | undefined, width: number): readonly Line[] {
  if (unseen === undefined) return [];
  return indent(wrap(`perhaps: it cannot be seen any more (${unseen})`, width - INDENT), INDENT);
}

function keptLines({ after, before, trend }: KeptDiagnosis, width: number): readonly Line[] {
  return [
    ...head(after, width),
    ...indent(trend === 'same' ? [] : wrap(trendWords(before, after, trend), width - INDENT), INDENT),
  ];
}

function trendWords(before: Diagnosis, after: Diagnosis, trend: string): string {
  if (before.severity !== after.severity) return `${trend}: ${before.severity} before`;
  const [older, newer] = [affectedWords(before.impact), affectedWords(after.impact)];
  return `${trend}: ${newer === '' ? 'nothing else' : newer} now, ${older === '' ? 'nothing else' : older} before`;
}

function symptomLines({ message, rule, severity }: Unexplained, width: number): readonly Line[] {
  return hang(severityHead('-', severity), withRightEdge(message, span(rule, 'quiet'), width - INDENT));
}
