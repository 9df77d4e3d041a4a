import { type Report } from '@kroot/types';
import { cleanReport } from './clean-report.ts';
import { baselineWords } from './suppression-words.ts';
import { BLANK, item } from './text/block.ts';
import { blindSpotSection, troubleSection } from './text/blind-spots.ts';
import { card, headline } from './text/card.ts';
import { deploymentSection } from './text/deployment-lines.ts';
import { detailSections } from './text/details.ts';
import { footer } from './text/footer.ts';
import { viewOf, type TextOptions, type View } from './text/options.ts';
import { paint } from './text/paint.ts';
import { proof } from './text/proof.ts';
import { type Line } from './text/span.ts';
import { suppressedSection } from './text/suppressed-lines.ts';
import { unexplainedSection } from './text/unexplained-lines.ts';
import { verdict } from './text/verdict.ts';

const MAX_CARDS = 5;

/** Prints a report for people: verdict, one card per root cause, what stays unexplained or unseen, and what to do first. */
export function renderText(report: Report, options: TextOptions): string {
  const view = viewOf(cleanReport(report), options);
  const parts = [
    verdict(view),
    baselineLines(view),
    proof(view),
    ...cards(view),
    unexplainedSection(view),
    deploymentSection(view),
    ...(options.details ? detailSections(view) : []),
    suppressedSection(view),
    blindSpotSection(view),
    troubleSection(view),
    footer(view),
  ];
  const lines = parts.filter((part) => part.length > 0).flatMap((part) => [BLANK].concat(part));
  return paint(lines.slice(1), options.color);
}

/** How it compares with what was known before. */
function baselineLines({ report: { baseline }, width }: View): readonly Line[] {
  return baseline === undefined ? [] : item('  ', `${baselineWords(baseline)}.`, width);
}

/** A card for each of the first problems, a line for each of the rest; remarks are lines unless all details are asked for. */
function cards(view: View): readonly (readonly Line[])[] {
  const { details, maxCards = MAX_CARDS } = view.options;
  const { diagnoses } = view.report;
  const carded = details ? diagnoses : diagnoses.filter(({ severity }) => severity !== 'info').slice(0, maxCards);
  const rest = diagnoses.filter((diagnosis) => !carded.includes(diagnosis));
  return [...carded.map((diagnosis) => card(diagnosis, view)), rest.flatMap((diagnosis) => headline(diagnosis, view))];
}
