import { type Fix } from '@kroot/types';
import { INDENT, item, labelled } from './block.ts';
import { commandLines } from './command-lines.ts';
import { type View } from './options.ts';
import { span, type Line, type Text } from './span.ts';
import { wrap } from './wrap.ts';

const MAX_FIXES = 3;

const PLACES: Readonly<Record<Fix['where'], string>> = {
  cluster: '',
  git: 'in Git',
  node: 'on the node',
  registry: 'in the registry',
  image: 'in the image',
};

/** The fixes of a card, in their order, each with its steps and, when asked for, its commands. */
export function fixLines(fixes: readonly Fix[], view: View): readonly Line[] {
  const hidden = fixes.length - MAX_FIXES;
  const shown = view.options.details || hidden <= 1 ? fixes : fixes.slice(0, MAX_FIXES);
  const width = view.width - INDENT;
  const lines = shown.flatMap((fix, index) => {
    const label = fix.effect === 'none' ? 'check' : 'fix';
    const previous = shown[index - 1];
    const same = previous !== undefined && (previous.effect === 'none') === (fix.effect === 'none');
    const body = [...wrap(summaryOf(fix), width), ...stepLines(fix.steps, width)];
    return [...labelled(same ? '' : label, body), ...commandLines(fix, view, INDENT + 2)];
  });
  if (shown.length === fixes.length) return lines;
  return [...lines, ...labelled('', [[span(`${view.glyphs.ellipsis} and ${hidden} more`, 'quiet')]])];
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
