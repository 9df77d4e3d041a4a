import { compareStrings, formatRef, type OtherDiagnosis, type Report } from '@kroot/types';
import { affectedWords } from './affected-words.ts';
import { cleanReport } from './clean-report.ts';
import { markdownCode, markdownText } from './markdown/escape.ts';
import { details, evidenceList, incidentSection, paragraphs } from './markdown/incident.ts';
import { formatAgeShort } from './moment.ts';
import { blindGroups, blindKinds } from './text/blind-spots.ts';
import { viewOf } from './text/options.ts';
import { circumstances, judged } from './text/verdict.ts';
import { baselineWords, suppressedByWords } from './suppression-words.ts';
import { counted } from './words.ts';

/** Bounds of the text. */
export interface MarkdownOptions {
  /** Bytes in UTF-8; GitHub refuses a job summary of more than 1 MiB as a whole. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 1024 * 1024;
const MAX_ROWS = 50;
const MAX_OPEN = 20;
const MAX_GAPS = 40;

/**
 * Prints a report as Markdown, for a job summary, an issue or a merge request: headings from the third level, a table of what to
 * fix in which order, then a section with a Mermaid graph for each root cause. What has no room is counted.
 */
export function renderMarkdown(report: Report, { maxBytes = MAX_BYTES }: MarkdownOptions = {}): string {
  const clean = cleanReport(report);
  const head = paragraphs([verdictPart(clean), tablePart(clean)]);
  const tail = paragraphs([
    deploymentPart(clean),
    openPart(clean),
    hiddenPart(clean),
    blindPart(clean),
    troublePart(clean),
  ]);
  const { diagnoses } = clean;
  // Room for the line that says how many were left out.
  let room = maxBytes - bytes(head) - bytes(tail) - 200;
  const sections: string[] = [];
  for (const diagnosis of diagnoses) {
    const section = incidentSection(diagnosis, clean);
    room -= bytes(section) + 2;
    if (room < 0) break;
    sections.push(section);
  }
  const hidden = diagnoses.length - sections.length;
  const text = paragraphs([
    head,
    ...sections,
    hidden === 0 ? '' : `… and ${counted(hidden, 'more root cause')}.`,
    tail,
  ]);
  // Only a bound that is smaller than any report gets here: then the verdict is all there is room for.
  return bytes(text) < maxBytes ? `${text}\n` : `${verdictPart(clean)}\n`;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function verdictPart(report: Report): string {
  const view = viewOf(report, {
    width: 80,
    color: false,
    unicode: true,
    details: false,
    showFixes: true,
    showCommands: true,
  });
  const { sign, text } = judged(view);
  const { baseline } = report;
  const holes = blindKinds(report);
  // Who reads no further than the first line has to know, too.
  const incomplete = holes === 0 ? '' : ` (incomplete: ${counted(holes, 'blind spot')})`;
  return paragraphs([
    `### ${sign.text} ${markdownText(text)}${incomplete}`,
    markdownText(circumstances(view)),
    baseline === undefined ? '' : `${markdownText(baselineWords(baseline))}.`,
  ]);
}

function tablePart(report: Report): string {
  const { diagnoses, now } = report;
  if (diagnoses.length === 0) return healthPart(report);
  const rows = diagnoses
    .slice(0, MAX_ROWS)
    .map(({ impact, rank, rootCause, rule, severity, since }) => [
      String(rank),
      severity,
      markdownCode(formatRef(rootCause), true),
      affectedWords(impact),
      formatAgeShort(since, now) ?? '',
      markdownCode(rule, true),
    ]);
  const hidden = diagnoses.length - rows.length;
  const head = ['#', 'Severity', 'Root cause', 'Affected', 'Age', 'Rule'];
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return paragraphs([table, hidden === 0 ? '' : `… and ${counted(hidden, 'more root cause')}.`]);
}

/** What applying manifests does besides what it breaks. */
function deploymentPart({ deployment }: Report): string {
  if (deployment === undefined) return '';
  const { created, heals, stays, updated } = deployment;
  return paragraphs([
    `Applying this creates ${counted(created, 'object')} and updates ${updated}.`,
    otherList('Heals', heals),
    otherList('Stays', stays),
  ]);
}

function otherList(title: string, all: readonly OtherDiagnosis[]): string {
  const lines = all.slice(0, MAX_OPEN).map(({ certain, message, rule, severity }) => {
    const doubt = certain ? '' : ' (shows only when it runs)';
    return `- ${markdownText(message)} (**${severity}** · ${markdownCode(rule)})${doubt}`;
  });
  const hidden = all.length > MAX_OPEN ? [`- … and ${all.length - MAX_OPEN} more`] : [];
  return lines.length === 0 ? '' : paragraphs([`#### ${title}`, [...lines, ...hidden].join('\n')]);
}

function healthPart({ counts, health, manifests, rules, unexplained }: Report): string {
  if (health.length > 0)
    return health
      .map(({ name, state, text }) => `- **${markdownText(name)}** (${state}): ${markdownText(text)}`)
      .join('\n');
  if (unexplained.length > 0) return '';
  const looked = manifests === undefined ? counted(counts.objects, 'object') : counted(manifests, 'manifest');
  return `Checked ${looked} with ${counted(rules.length, 'rule')}.`;
}

function openPart({ now, unexplained }: Report): string {
  if (unexplained.length === 0) return '';
  const sections = unexplained
    .slice(0, MAX_OPEN)
    .map(({ checked, count, evidence, message, notes = [], resource, rule, severity }) => {
      const alike = count > 1 ? [`${counted(count, 'object')} alike`] : [];
      const facts = [`**${severity}**`, markdownCode(rule), markdownCode(formatRef(resource)), ...alike];
      const looked = checked.slice(0, MAX_OPEN).map((each) => `- checked ${markdownText(each)}`);
      const body = paragraphs([looked.join('\n'), evidenceList(evidence, now)]);
      return paragraphs([
        `${markdownText(message)} (${facts.join(' · ')})`,
        details('What was looked for', body),
        ...notes.map((note) => `> ${markdownText(note)}`),
      ]);
    });
  const hidden = unexplained.length - sections.length;
  return paragraphs(['#### Unexplained', ...sections, hidden === 0 ? '' : `… and ${hidden} more.`]);
}

function blindPart(report: Report): string {
  const groups = blindGroups(report);
  if (groups.length === 0) return '';
  const lines = groups.slice(0, MAX_GAPS).map(({ kinds, place, reason, rules, state }) => {
    const names = [...kinds].toSorted(compareStrings);
    const why = reason === '' ? '' : `: ${markdownText(reason)}`;
    const more = names.length > MAX_GAPS ? ` and ${names.length - MAX_GAPS} more` : '';
    const listed = names.slice(0, MAX_GAPS).map((name) => markdownCode(name));
    const missed = `${counted(rules.size, 'rule')} may have missed something`;
    return `- ${state.replaceAll('-', ' ')}${place === '' ? '' : ` ${markdownText(place)}`}: ${listed.join(', ')}${more}${why} (${missed})`;
  });
  const hidden = groups.length > lines.length ? [`- … and ${groups.length - lines.length} more`] : [];
  return paragraphs(['#### Blind spots', [...lines, ...hidden].join('\n')]);
}

function hiddenPart({ suppressed, suppressedSymptoms = [] }: Report): string {
  const all = [...suppressed.map((each) => ({ ...each, resource: each.rootCause })), ...suppressedSymptoms];
  const lines = all.slice(0, MAX_GAPS).map(({ message, resource, rule, suppressedBy }) => {
    const facts = `${markdownCode(rule)}, ${markdownCode(formatRef(resource))}`;
    return `- ${markdownText(message)} (${facts}): ${markdownText(suppressedByWords(suppressedBy))}`;
  });
  const more = all.length > lines.length ? [`- … and ${all.length - lines.length} more`] : [];
  return details(`${counted(all.length, 'finding')} suppressed`, [...lines, ...more].join('\n'));
}

function troublePart({ failures, notices }: Report): string {
  const failed = failures.map(({ reason, rule }) => `- Rule ${markdownCode(rule)} failed: ${markdownText(reason)}`);
  const lines = [
    ...atMost(failed, 'failed rule'),
    ...atMost(
      notices.map((notice) => `- ${markdownText(notice)}`),
      'notice',
    ),
  ];
  return lines.length === 0 ? '' : paragraphs(['#### Notices', lines.join('\n')]);
}

function atMost(lines: readonly string[], name: string): readonly string[] {
  const more = lines.length - MAX_GAPS;
  return more <= 0 ? lines : [...lines.slice(0, MAX_GAPS), `- … and ${counted(more, `more ${name}`)}`];
}
