import { formatRef, type Unexplained } from '@kroot/types';
import { formatSince } from '../moment.ts';
import { formatCount } from '../words.ts';
import { BLANK, INDENT, hang, indent, labelled, withRightEdge } from './block.ts';
import { evidenceLines } from './evidence-lines.ts';
import { formatPlace, type View } from './options.ts';
import { severityHead } from './severity.ts';
import { span, type Line } from './span.ts';
import { wrap } from './wrap.ts';

const MAX_UNEXPLAINED = 5;

/** Symptoms for which no cause was found, with what was looked for. */
export function unexplainedSection(view: View): readonly Line[] {
  const { unexplained } = view.report;
  if (unexplained.length === 0) return [];
  const hidden = unexplained.length - MAX_UNEXPLAINED;
  const shown = view.options.details || hidden <= 1 ? unexplained : unexplained.slice(0, MAX_UNEXPLAINED);
  return [
    [span('Unexplained', 'strong'), span(' (no cause found)')],
    ...shown.flatMap((each) => [BLANK, ...symptom(each, view)]),
    ...(shown.length === unexplained.length
      ? []
      : [BLANK, [span(`  ${view.glyphs.ellipsis} and ${hidden} more (--details)`, 'quiet')]]),
  ];
}

function symptom(symptomOf: Unexplained, view: View): readonly Line[] {
  const { checked, count, evidence, message, notes = [], resource, rule, severity } = symptomOf;
  const width = view.width - INDENT;
  const since = formatSince(symptomOf.since, view.report.now);
  const facts = [
    ...(symptomOf.location === undefined ? [] : [formatPlace(symptomOf.location)]),
    formatRef(resource),
    ...(count > 1 ? [`${formatCount(count)} alike`] : []),
    ...(since === undefined ? [] : [`since ${since}`]),
  ];
  return [
    ...hang(
      severityHead(view.glyphs.unsure, severity),
      withRightEdge([span(message, 'strong')], span(rule, 'quiet'), width),
    ),
    ...indent(wrap(facts.join(', '), width), INDENT),
    ...labelled('evidence', evidenceLines(evidence, view, resource.namespace, width)),
    ...labelled(
      'checked',
      checked.flatMap((each) => wrap(each, width)),
    ),
    ...labelled(
      'note',
      notes.flatMap((each) => wrap(each, width)),
    ),
  ];
}
