import { type Diagnosis } from '@kroot/types';
import { formatCommand } from '../format-command.ts';
import { counted, countSeverities, formatCount, joinAnd } from '../words.ts';
import { columns } from './columns.ts';
import { showsCommands } from './command-lines.ts';
import { type View } from './options.ts';
import { type Line } from './span.ts';
import { wrap } from './wrap.ts';

/** The last line: counts, what to do first and what that frees. */
export function footer(view: View): readonly Line[] {
  const { glyphs, options, report, width } = view;
  const { counts, diagnoses, suppressed, unexplained } = report;
  if (diagnoses.length === 0 && unexplained.length === 0) return [];
  const hiddenCommands =
    options.showFixes &&
    !showsCommands(view) &&
    diagnoses.some(({ fixes }) => fixes.some(({ commands }) => commands.some((command) => formatCommand(command))));
  const hints = [...(hiddenCommands ? ['--show-commands'] : []), ...(options.details ? [] : ['--details'])];
  const parts = [
    countSeverities(diagnoses.map(({ severity }) => severity)),
    unexplained.length === 0 ? '' : `${formatCount(unexplained.length)} unexplained`,
    suppressed.length === 0 ? '' : `${formatCount(suppressed.length)} suppressed`,
    counted(counts.objects, 'object'),
    firstFix(diagnoses),
    hints.join(' '),
  ];
  return flow(
    parts.filter((part) => part !== ''),
    glyphs.dot,
    width,
  );
}

/** Puts parts behind each other; a part that has no room begins a line. */
function flow(parts: readonly string[], dot: string, width: number): readonly Line[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = [...lines.slice(-1), part].join(dot);
    if (columns(joined) <= width) lines.splice(-1, 1, joined);
    else lines.push(part);
  }
  return lines.flatMap((line) => wrap(line, width));
}

/** What to repair first and what that frees; empty when there is nothing to choose. */
export function firstFix([first, ...others]: readonly Diagnosis[]): string {
  if (first === undefined) return '';
  const freed = frees(first);
  if (others.length === 0) return freed === '' ? '' : `fixing it frees ${freed}`;
  return freed === '' ? 'fix 1 first' : `fix 1 first, it frees ${freed}`;
}

/** Empty when something else would still stand in the way. */
function frees({ impact, remaining }: Diagnosis): string {
  if (remaining.length > 0) return '';
  const workloads = impact.deployments.length + impact.statefulSets.length + impact.daemonSets.length;
  const all = [
    { count: impact.pods.length, noun: 'pod' },
    { count: impact.pods.length === 0 ? workloads : 0, noun: 'workload' },
    { count: impact.services.length, noun: 'Service' },
    { count: impact.ingresses.length, noun: 'Ingress', many: 'Ingresses' },
  ];
  return joinAnd(all.filter(({ count }) => count > 0).map(({ count, many, noun }) => counted(count, noun, many)));
}
