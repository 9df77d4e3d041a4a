import { type Diagnosis, type Report } from '@kroot/types';
import { viewOf, type View } from '../text/options.ts';

/** How a page is made. */
export interface HtmlOptions {
  /** Context that commands must name because it is not the current one. */
  readonly context?: string;
}

/** What every part of the page needs. */
export interface Page {
  readonly report: Report;
  readonly options: HtmlOptions;
  /** For the sentences that the page has in common with the text. */
  readonly view: View;
  /** The diagnoses that have a card: the first in the order of repair. */
  readonly cards: readonly Diagnosis[];
  /** Anchor of each of them. */
  readonly anchors: ReadonlyMap<Diagnosis, string>;
  /** Anchor of each rule that the page explains. */
  readonly ruleAnchors: ReadonlyMap<string, string>;
}

/** Nobody reads further, and browsers get slow. */
const MAX_CARDS = 500;

/** Prepares a page; the report has to be clean. */
export function pageOf(report: Report, options: HtmlOptions): Page {
  const cards = report.diagnoses.slice(0, MAX_CARDS);
  const shown = new Set([...cards, ...report.unexplained].map(({ rule }) => rule));
  const rules = report.rules.map(({ id }) => id).filter((id) => shown.has(id));
  return {
    report,
    options,
    view: viewOf(report, {
      width: 80,
      color: false,
      unicode: true,
      details: true,
      showFixes: true,
      showCommands: true,
    }),
    cards,
    anchors: new Map(anchorsOf(cards.map((diagnosis) => [diagnosis, diagnosis.id]))),
    ruleAnchors: new Map(anchorsOf(rules.map((rule) => [rule, `rule-${rule}`]))),
  };
}

/** The fingerprint, which stays the same from run to run, so that links into a report do too; a number where it is no good. */
function anchorsOf<T>(all: readonly (readonly [T, string])[]): readonly (readonly [T, string])[] {
  const used = new Set<string>();
  return all.map(([value, wanted], at) => {
    const isGood = /^rule-[a-z][\w-]*$|^[0-9a-f]{8,}$/.test(wanted) && !used.has(wanted);
    const plain = wanted.startsWith('rule-') ? `rule-${at + 1}` : `cause-${at + 1}`;
    const anchor = isGood && !/^(?:rule|cause)-\d+$/.test(wanted) ? wanted : plain;
    used.add(anchor);
    return [value, anchor];
  });
}
