import { builtinKind, compareStrings, type Report } from '@kroot/types';
import { counted } from '../words.ts';
import { BLANK, hang, item, listed } from './block.ts';
import { type View } from './options.ts';
import { span, type Line } from './span.ts';
import { wrap } from './wrap.ts';

type Gap = Report['coverage']['gaps'][number];

/** Gaps that differ in nothing but the kind. */
export interface GapGroup {
  readonly state: string;
  readonly place: string;
  readonly reason: string;
  readonly kinds: Set<string>;
  readonly rules: Set<string>;
}

const STATE_COLUMN = 17;

/** The gaps that matter: some rule reads the kind, and the cluster may have objects of it. */
export function blindSpots(report: Report): readonly Gap[] {
  return report.coverage.gaps.filter(({ rules, state }) => rules.length > 0 && state !== 'api-absent');
}

/** How many kinds could not be seen, or not whole. */
export function blindKinds(report: Report): number {
  return new Set(blindSpots(report).map(({ kind }) => kind)).size;
}

/** What could not be seen, why, and which rules may have missed something for it; like gaps are told once. */
export function blindSpotSection(view: View): readonly Line[] {
  const groups = blindGroups(view.report);
  if (groups.length === 0) return [];
  return [[span('Blind spots', 'strong')], ...groups.flatMap((group) => groupLines(group, view))];
}

/** The gaps that matter, like ones together. */
export function blindGroups(report: Report): readonly GapGroup[] {
  const groups = new Map<string, GapGroup>();
  for (const { kind, namespace, reason, rules, state } of blindSpots(report)) {
    const key = JSON.stringify([state, namespace, reason]);
    const place = namespace === '' || namespace === '*' ? '' : ` in ${namespace}`;
    const group = groups.get(key) ?? { state, place, reason, kinds: new Set(), rules: new Set() };
    groups.set(key, group);
    group.kinds.add(kind);
    for (const rule of rules) group.rules.add(rule);
  }
  return [...groups.values()];
}

function groupLines({ kinds, place, reason, rules, state }: GapGroup, view: View): readonly Line[] {
  const { glyphs, options, width } = view;
  const max = options.details ? Number.POSITIVE_INFINITY : 6;
  const names = [...kinds].toSorted(compareStrings);
  const head = [span(`  ${state.replaceAll('-', ' ')}`.padEnd(STATE_COLUMN), 'unsure')];
  const inner = width - STATE_COLUMN;
  return hang(head, [
    ...wrap(`${listed(names, max, glyphs.ellipsis)}${place}`, inner),
    ...(reason === '' ? [] : wrap(reason, inner)),
    ...(state === 'forbidden' ? wrap(permission(names, view), inner) : []),
    ...wrap([span(missedWords([...rules].toSorted(compareStrings), view), 'quiet')], inner),
  ]);
}

/** What would settle it, in the words of a role. */
export function permission(kinds: readonly string[], { glyphs, options }: View): string {
  const resources = kinds.flatMap((kind) => {
    const known = builtinKind(kind);
    return known === undefined ? [] : [known.group === '' ? known.resource : `${known.resource}.${known.group}`];
  });
  const max = options.details ? Number.POSITIVE_INFINITY : 6;
  const what = resources.length === 0 ? 'them' : listed(resources, max, glyphs.ellipsis);
  return `to see it, allow get and list of ${what} (kroot rbac prints the role)`;
}

const FEW = 3;

/** A few rules are named; many are counted unless all details are asked for. */
function missedWords(rules: readonly string[], { glyphs, options }: View): string {
  const words = `${counted(rules.length, 'rule')} may have missed something`;
  if (!options.details && rules.length > FEW) return words;
  return `${words}: ${listed(rules, Number.POSITIVE_INFINITY, glyphs.ellipsis)}`;
}

/** Analyzers that failed and what the reader found odd. */
export function troubleSection(view: View): readonly Line[] {
  const { failures, notices } = view.report;
  const max = view.options.details ? Number.POSITIVE_INFINITY : 5;
  const hidden = notices.length - max;
  return [
    ...section(
      'Rules that failed; the others went on',
      failures.map(({ rule, reason }) => `${rule}: ${reason}`),
      view,
    ),
    ...(failures.length > 0 && notices.length > 0 ? [BLANK] : []),
    ...section(
      'Notices',
      hidden <= 1 ? notices : [...notices.slice(0, max), `${view.glyphs.ellipsis} and ${hidden} more (--details)`],
      view,
    ),
  ];
}

function section(title: string, texts: readonly string[], { width }: View): readonly Line[] {
  if (texts.length === 0) return [];
  return [[span(title, 'strong')], ...texts.flatMap((text) => item('  ', text, width))];
}
