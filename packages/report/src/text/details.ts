import { formatRef, type Diagnosis } from '@kroot/types';
import { affected, impactLists, rounded } from '../impact.ts';
import { chainTexts, narrate, primaryChain } from '../narrative.ts';
import { trialWords } from '../trial-words.ts';
import { hang, indent, item } from './block.ts';
import { commandLines } from './command-lines.ts';
import { placementLines } from './placement-table.ts';
import { stepLines, summaryOf } from './fix-lines.ts';
import { type View } from './options.ts';
import { span, spans, type Line, type Text } from './span.ts';
import { wrap } from './wrap.ts';

/** What `--details` adds: every trace, list and score, section by section; an empty one says so. */
export function detailSections(view: View): readonly (readonly Line[])[] {
  const hidden = view.options.showFixes ? undefined : 'not shown, because of --show-fixes=false';
  return [
    section('Dependency Traces', view, traces, 'no dependency leads from one failing object to another'),
    section('Blast Radius', view, blastRadius, 'nothing is broken'),
    section('Incident Analysis', view, analysis, 'no incident'),
    ...scheduling(view),
    section('Recommended Fix Order', view, fixOrder, 'nothing to fix'),
    section('Suggested Fixes', view, hidden === undefined ? fixes : none, hidden ?? 'no fix is known'),
  ];
}

type Part = (diagnosis: Diagnosis, view: View) => readonly Line[];

function section(title: string, view: View, part: Part, empty: string): readonly Line[] {
  const body = view.report.diagnoses.flatMap((diagnosis) => part(diagnosis, view));
  return [
    [span(`${title}:`, 'strong')],
    ...(body.length === 0 ? item('  ', [span(`none: ${empty}`, 'quiet')], view.width) : body),
  ];
}

function none(): readonly Line[] {
  return [];
}

function traces(diagnosis: Diagnosis, { width }: View): readonly Line[] {
  return diagnosis.traces.flatMap(({ chain, confidence }) =>
    item(`[${rounded(confidence).toFixed(2)}] `, chainTexts(diagnosis, chain).join(' -> '), width),
  );
}

function blastRadius(diagnosis: Diagnosis, { width }: View): readonly Line[] {
  const lists = impactLists(diagnosis.impact);
  const counts = lists.map(({ name, resources }) => `${name.replace(' ', '')}=${resources.length}`).join(' ');
  return [
    ...item(`[#${diagnosis.rank} ${scores(diagnosis)}] `, [span(formatRef(diagnosis.rootCause), 'strong')], width),
    ...item('  ', counts, width),
    ...lists.flatMap(({ name, resources }) => named(`impacted ${name}`, resources.join(', '), width)),
  ];
}

function analysis(diagnosis: Diagnosis, { width }: View): readonly Line[] {
  return [
    ...item(`[#${diagnosis.rank} ${scores(diagnosis)}] `, [span(formatRef(diagnosis.rootCause), 'strong')], width),
    ...item('  ', narrate(diagnosis), width),
    ...named('Detail', diagnosis.cause, width),
    ...named('Chain', primaryChain(diagnosis).join(' -> '), width),
    ...named('Affected', affected(diagnosis.impact).join(', '), width),
  ];
}

/** Only where a pod has no node: for everything else there is nothing to say. */
function scheduling(view: View): readonly (readonly Line[])[] {
  const placed = view.report.diagnoses.flatMap(({ placement }) => placement ?? []);
  if (placed.length === 0) return [];
  const { width, glyphs } = view;
  return [
    [
      [span('Scheduling:', 'strong')],
      ...placed.flatMap((placement) => placementLines(placement, width, glyphs.ellipsis)),
    ],
  ];
}

function fixOrder(diagnosis: Diagnosis, view: View): readonly Line[] {
  const { width } = view;
  const [fix] = view.options.showFixes ? diagnosis.fixes : [];
  const name = [span(formatRef(diagnosis.rootCause), 'strong'), span(` [${scores(diagnosis)}]`)];
  return [
    ...item(`${diagnosis.rank}. `, name, width),
    ...named('Diagnosis', diagnosis.message, width),
    ...named('Summary', fix === undefined ? '' : summaryOf(fix), width),
    ...named('Restores', affected(diagnosis.impact).join(', '), width),
    ...(fix === undefined || fix.steps.length === 0
      ? []
      : [[span('  Steps:')], ...indent(stepLines(fix.steps, width - 2), 2)]),
  ];
}

function fixes(diagnosis: Diagnosis, view: View): readonly Line[] {
  const { width } = view;
  const { verification } = diagnosis;
  return diagnosis.fixes.flatMap((fix, index) => [
    ...wrap([span(diagnosis.message, 'strong'), span(` (${formatRef(diagnosis.resource)})`)], width),
    ...named('Summary', summaryOf(fix), width),
    ...(fix.steps.length === 0 ? [] : [[span('  Steps:')], ...indent(stepLines(fix.steps, width - 2), 2)]),
    ...commands(commandLines(fix, view, 4)),
    ...(index === verification?.fix ? named('Tried', trialWords(verification).join(' '), width) : []),
  ]);
}

function commands(lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [[span('  Commands:')], ...lines];
}

function named(name: string, text: Text, width: number): readonly Line[] {
  if (text === '') return [];
  return hang([span('  ')], wrap([span(`${name}: `, 'quiet'), ...spans(text)], width - 4), span('    '));
}

function scores({ confidence, impact }: Diagnosis): string {
  return `score=${rounded(impact.score).toFixed(2)} conf=${confidence.toFixed(2)}`;
}
