import { type Diagnosis } from '@kroot/types';
import { formatSince } from '../moment.ts';
import { certainty } from '../words.ts';
import { BLANK, INDENT, hang, indent, labelled, withRightEdge } from './block.ts';
import { evidenceLines } from './evidence-lines.ts';
import { fixLines } from './fix-lines.ts';
import { formatPlace, type View } from './options.ts';
import { severityHead } from './severity.ts';
import { span, type Line } from './span.ts';
import { whyTree } from './why-tree.ts';
import { wrap } from './wrap.ts';

/** One root cause with all that a reader needs to act on it. */
export function card(diagnosis: Diagnosis, view: View): readonly Line[] {
  const { evidence, notes, remaining, rootCause, why } = diagnosis;
  const width = view.width - INDENT;
  const home = rootCause.namespace ?? view.report.scope.namespace;
  const alone = why.children.length === 0 && why.state === '';
  return [
    ...headline(diagnosis, view),
    ...indent(placeLines(diagnosis, width), INDENT),
    ...indent(effectLines(diagnosis, view, width), INDENT),
    ...part('cause', diagnosis.cause === '' ? [] : wrap(diagnosis.cause, width)),
    ...part('changed', changedLines(diagnosis, width)),
    ...part('why', alone ? [] : whyTree(diagnosis, view, width)),
    ...part('evidence', evidenceLines(evidence, view, home, width)),
    ...part('note', paragraphs(notes, width)),
    ...part('remains', paragraphs(remaining, width)),
    ...part('related', paragraphs(relatedTo(diagnosis, view), width)),
    ...fixPart(diagnosis, view),
  ];
}

/** The first line of a card: rank, severity, what is wrong, and the rule at the right edge. */
export function headline({ confidence, message, rank, rule, severity }: Diagnosis, view: View): readonly Line[] {
  const text = [span(certainty(confidence), 'unsure'), span(message, 'strong')];
  const lines = withRightEdge(text, span(rule, 'quiet'), view.width - INDENT);
  return hang(severityHead(String(rank), severity), lines);
}

/** Where to repair it, for findings on manifests. */
function placeLines({ location }: Diagnosis, width: number): readonly Line[] {
  if (location === undefined) return [];
  const template = location.template === undefined ? [] : [span(` (${location.template})`, 'quiet')];
  return wrap([span(formatPlace(location)), ...template], width);
}

function effectLines({ effect, since }: Diagnosis, { report }: View, width: number): readonly Line[] {
  const age = formatSince(since, report.now);
  const time = age === undefined ? '' : `since ${age}`;
  if (effect === '' || time === '') return wrap(effect + time, width);
  const together = wrap(`${effect}, ${time}`, width);
  return together.length === 1 ? together : [...wrap(effect, width), ...wrap(time, width)];
}

/** An edit stands among the evidence already, with its time. */
function changedLines({ changed = '', evidence }: Diagnosis, width: number): readonly Line[] {
  const isTold = evidence.some(({ path }) => path === 'metadata.managedFields');
  return changed === '' || isTold ? [] : wrap(changed, width);
}

function part(label: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [BLANK, ...labelled(label, lines)];
}

function paragraphs(texts: readonly string[], width: number): readonly Line[] {
  return texts.flatMap((text) => wrap(text, width));
}

function relatedTo(diagnosis: Diagnosis, { report }: View): readonly string[] {
  return report.diagnoses
    .filter(({ id }) => diagnosis.contributing.includes(id))
    .map(({ rank, message }) => `${rank} is also in the way: ${message}`);
}

function fixPart({ fixes, verification }: Diagnosis, view: View): readonly Line[] {
  return view.options.showFixes && fixes.length > 0 ? [BLANK, ...fixLines(fixes, view, verification)] : [];
}
