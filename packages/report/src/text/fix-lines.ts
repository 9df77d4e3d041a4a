import { type Fix, type FixVerification } from '@kroot/types';
import { trialWords } from '../trial-words.ts';
import { INDENT, item, labelled } from './block.ts';
import { commandLines } from './command-lines.ts';
import { type View } from './options.ts';
import { span, type Line, type Text } from './span.ts';
import { wrap } from './wrap.ts';

const MAX_FIXES = 3;

/** Where the lasting change belongs; nothing for where the commands make it. */
export const PLACES: Readonly<Record<Fix['where'], string>> = {
  cluster: '',
  git: 'in Git',
  node: 'on the node',
  registry: 'in the registry',
  image: 'in the image',
};

/**
 * The fixes of a card, in their order, each with its steps and, when asked for, its commands; below the one that was tried
 * on the snapshot stands what came of it.
 */
export function fixLines(fixes: readonly Fix[], view: View, trial?: FixVerification): readonly Line[] {
  const most = Math.max(MAX_FIXES, (trial?.fix ?? 0) + 1);
  const hidden = fixes.length - most;
  const shown = view.options.details || hidden <= 1 ? fixes : fixes.slice(0, most);
  const width = view.width - INDENT;
  const lines = shown.flatMap((fix, index) => {
    const label = fix.effect === 'none' ? 'check' : 'fix';
    const previous = shown[index - 1];
    const isTried = trial !== undefined && index === trial.fix + 1;
    const same = !isTried && previous !== undefined && (previous.effect === 'none') === (fix.effect === 'none');
    const body = [...wrap(summaryOf(fix), width), ...stepLines(fix.steps, width)];
    const outcome = index === trial?.fix ? trialLines(trial, width) : [];
    return [...labelled(same ? '' : label, body), ...commandLines(fix, view, INDENT + 2), ...outcome];
  });
  if (shown.length === fixes.length) return lines;
  return [...lines, ...labelled('', [[span(`${view.glyphs.ellipsis} and ${hidden} more`, 'quiet')]])];
}

function trialLines(trial: FixVerification, width: number): readonly Line[] {
  return labelled(
    'tried',
    trialWords(trial).flatMap((text) => wrap(text, width)),
  );
}

/** What a fix does, where it belongs if that is not the cluster, and a warning when it destroys something. */
export function summaryOf(fix: Fix): Text {
  const place = PLACES[fix.where];
  const danger = fix.effect === 'destructive' ? [span('destructive: ', 'bad')] : [];
  if (place === '') return [...danger, span(fix.summary)];
  const stop = /[.:]$/.exec(fix.summary)?.[0] ?? '';
  const summary = fix.summary.slice(0, fix.summary.length - stop.length);
  return [...danger, span(summary), span(` (${place})`, 'quiet'), span(stop)];
}

/** The steps of a fix: numbered, if there are several. */
export function stepLines(steps: readonly string[], width: number): readonly Line[] {
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) return item('  ', only, width);
  return steps.flatMap((step, index) => item(`  ${index + 1}. `, step, width));
}
