import { type Report } from '@kroot/types';
import { affectedWords } from './affected-words.ts';
import { cleanReport } from './clean-report.ts';
import { formatAgeShort } from './moment.ts';
import { oneLine } from './one-line.ts';
import { kubectlName } from './render-names.ts';
import { columns } from './text/columns.ts';
import { counted } from './words.ts';

type Row = readonly [severity: string, age: string, root: string, affected: string, rule: string, namespace: string];

const HEAD: Row = ['SEVERITY', 'AGE', 'ROOT-CAUSE', 'AFFECTED', 'RULE', 'NAMESPACE'];
const GAP = 3;

/** Prints a table as kubectl does, a line for each root cause and unexplained symptom; nothing when there is none. */
export function renderWide(report: Report): string {
  const rows = rowsOf(cleanReport(report)).map((row) => row.map(oneLine));
  if (rows.length === 0) return '';
  const all = [[...HEAD], ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => columns(row[column] ?? ''))));
  return all.map((row) => `${line(row, widths)}\n`).join('');
}

function rowsOf({ diagnoses, now, unexplained }: Report): readonly Row[] {
  return [
    ...diagnoses.map(({ impact, rootCause, rule, severity, since }): Row => [
      severity.toUpperCase(),
      formatAgeShort(since, now) ?? '<unknown>',
      kubectlName(rootCause),
      orElse(affectedWords(impact), '<none>'),
      rule,
      rootCause.namespace ?? '<none>',
    ]),
    ...unexplained.map(({ count, resource, rule, severity, since }): Row => [
      severity.toUpperCase(),
      formatAgeShort(since, now) ?? '<unknown>',
      '<unknown>',
      count > 1 ? `${kubectlName(resource)} (${counted(count, 'object')})` : kubectlName(resource),
      rule,
      resource.namespace ?? '<none>',
    ]),
  ];
}

function line(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - columns(cell) + GAP));
  return cells.join('').trimEnd();
}

function orElse(text: string, fallback: string): string {
  return text === '' ? fallback : text;
}
