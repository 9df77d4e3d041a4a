import { formatRef, type Diagnosis, type Evidence, type Fix, type Report } from '@kroot/types';
import { causalDrawing } from '../drawing/causal-drawing.ts';
import { drawingToMermaid } from '../drawing/render-mermaid.ts';
import { formatCommand } from '../format-command.ts';
import { formatAge, formatSince } from '../moment.ts';
import { PLACES } from '../text/fix-lines.ts';
import { trialWords } from '../trial-words.ts';
import { certainty, counted, formatCount, sentence } from '../words.ts';
import { markdownBlock, markdownCode, markdownText } from './escape.ts';

const MAX_EVIDENCE = 20;
/** A picture that one can take in at a glance; GitLab's limit was 5,000 characters for long. */
const MAX_BOXES = 40;

/** One root cause as a section of Markdown. */
export function incidentSection(diagnosis: Diagnosis, report: Report): string {
  const { cause, changed = '', confidence, evidence, message, notes, rank, remaining } = diagnosis;
  return paragraphs([
    `#### ${rank}. ${certainty(confidence)}${markdownText(message)}`,
    factLine(diagnosis, report),
    markdownText(sentence(cause)),
    markdownText(changed),
    picture(diagnosis),
    details(counted(evidence.length, 'piece of evidence', 'pieces of evidence'), evidenceList(evidence, report.now)),
    ...notes.map((note) => `> ${markdownText(note)}`),
    ...remaining.map((each) => `Remains: ${markdownText(each)}`),
    fixSection(diagnosis),
  ]);
}

/** What the cause stops; a cause that stops nothing needs no picture. */
function picture(diagnosis: Diagnosis): string {
  const { message, why } = diagnosis;
  if (why.children.length === 0) return '';
  return markdownBlock(drawingToMermaid(causalDrawing([diagnosis], `Why: ${message}`, MAX_BOXES)).trimEnd(), 'mermaid');
}

/** Text with empty parts left out and an empty line between the others. */
export function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What opens when it is clicked. */
export function details(summary: string, content: string): string {
  return content === '' ? '' : `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

function factLine({ effect, rule, severity, since }: Diagnosis, { now }: Report): string {
  const age = formatSince(since, now);
  const facts = [
    `**${severity}**`,
    markdownCode(rule),
    markdownText(effect),
    ...(age === undefined ? [] : [`since ${age}`]),
  ];
  return facts.filter((fact) => fact !== '').join(' · ');
}

/** A list of what a finding rests on. */
export function evidenceList(evidence: readonly Evidence[], now: string): string {
  const lines = evidence.slice(0, MAX_EVIDENCE).map((each) => `- ${evidenceLine(each, now)}`);
  const more = evidence.length - MAX_EVIDENCE;
  return [...lines, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n');
}

function evidenceLine({ count = 1, firstSeen, lastSeen, path, quote, ref, source }: Evidence, now: string): string {
  const age = formatAge(lastSeen ?? firstSeen, now);
  const times = count > 1 ? [`${formatCount(count)}×`] : [];
  const facts = [...(age === undefined ? [] : [age]), ...times];
  const after = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  if (source === 'computed') return `${markdownText(quote)}${after}`;
  const place = source === 'event' || source === 'log' ? `${source} on ` : '';
  const field = path === undefined ? '' : ` ${markdownCode(path)}`;
  return `${place}${markdownCode(formatRef(ref))}${field}: ${markdownCode(quote)}${after}`;
}

function fixSection({ fixes, verification }: Diagnosis): string {
  const [first, ...others] = fixes.map((fix, i) =>
    fixText(fix, verification?.fix === i ? trialWords(verification) : []),
  );
  if (first === undefined) return '';
  return paragraphs([first, details(counted(others.length, 'other way', 'other ways'), others.join('\n\n'))]);
}

function fixText({ commands, effect, steps, summary, where }: Fix, trial: readonly string[]): string {
  const place = PLACES[where] === '' ? '' : ` (${PLACES[where]})`;
  const texts = commands.flatMap((command) => formatCommand(command) ?? []);
  const warning = effect === 'destructive' ? ' Destructive: read it before you run it.' : '';
  return paragraphs([
    `**${effect === 'none' ? 'Check' : 'Fix'}:** ${markdownText(summary)}${place}${warning}`,
    steps.map((step, i) => `${i + 1}. ${markdownText(step)}`).join('\n'),
    texts.length === 0 ? '' : markdownBlock(texts.join('\n'), 'sh'),
    trial.length === 0 ? '' : `Tried: ${markdownText(trial.join(' '))}`,
  ]);
}
