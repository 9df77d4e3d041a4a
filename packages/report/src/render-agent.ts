import {
  compareStrings,
  formatRef,
  type Diagnosis,
  type Evidence,
  type Fix,
  type Report,
  type Unexplained,
} from '@kroot/types';
import { affectedWords } from './affected-words.ts';
import { cleanReport } from './clean-report.ts';
import { formatCommand } from './format-command.ts';
import { primaryChain } from './narrative.ts';
import { oneLine } from './one-line.ts';
import { blindGroups, blindSpots } from './text/blind-spots.ts';
import { PLACES } from './text/fix-lines.ts';
import { viewOf } from './text/options.ts';
import { judged } from './text/verdict.ts';
import { trialWords } from './trial-words.ts';
import { certainty, counted } from './words.ts';

/** What of a report agents get. */
export interface AgentOptions {
  readonly showFixes?: boolean;
}

/** Whoever reads more asks for one incident by its id, or for JSON. */
const MAX_EVIDENCE = 5;
const MAX_INCIDENTS = 20;
const MAX_NAMES = 12;

/**
 * Prints a report for programs that read text: one fact a line, full references, times in full, ids for what comes next, no
 * decoration. What the cluster says stands in quotes, so that it is taken for data.
 */
export function renderAgent(report: Report, { showFixes = true }: AgentOptions = {}): string {
  const clean = cleanReport(report);
  const { diagnoses, unexplained } = clean;
  const shown = diagnoses.slice(0, MAX_INCIDENTS);
  const lines = [
    ...headLines(clean),
    ...shown.flatMap((diagnosis) => incident(diagnosis, clean, showFixes)),
    ...(shown.length < diagnoses.length ? [`MORE ${diagnoses.length - shown.length} incidents: use -o json`] : []),
    ...unexplained.slice(0, MAX_INCIDENTS).flatMap(open),
    ...(unexplained.length > MAX_INCIDENTS
      ? [`MORE ${unexplained.length - MAX_INCIDENTS} unexplained: use -o json`]
      : []),
    ...clean.health.map(({ name, state, text }) => `HEALTH ${state} ${name}: ${text}`),
    ...blindLines(clean),
    ...clean.failures.map(({ reason, rule }) => `RULE-FAILED ${rule}: ${quoted(reason)}`),
    ...clean.notices.map((notice) => `NOTICE ${quoted(notice)}`),
  ];
  // Facts stand below what they belong to, by their indent.
  return lines.map((line) => `${/^ */.exec(line)?.[0] ?? ''}${oneLine(line)}\n`).join('');
}

function headLines(report: Report): readonly string[] {
  const { now, scope, source, tool } = report;
  const view = viewOf(report, {
    width: 80,
    color: false,
    unicode: false,
    details: false,
    showFixes: false,
    showCommands: false,
  });
  const blind = new Set(blindSpots(report).map(({ kind }) => kind)).size;
  const facts = [
    `source ${source.type}`,
    ...(scope.namespace === undefined ? [] : [`namespace ${scope.namespace}`]),
    ...(scope.target === undefined ? [] : [`target ${formatRef(scope.target)}`]),
    ...(Date.parse(now) > 0 ? [`as of ${seconds(now)}`] : []),
    blind === 0 ? 'complete' : `incomplete: ${counted(blind, 'kind')} not seen, see BLIND`,
    `${tool.name} ${tool.version}`,
  ];
  return [`VERDICT ${judged(view).text.replaceAll(view.glyphs.dot, ', ')}`, `CONTEXT ${facts.join('; ')}`];
}

function incident(diagnosis: Diagnosis, report: Report, showFixes: boolean): readonly string[] {
  const { cause, changed, confidence, effect, evidence, id, impact, message, notes, rank } = diagnosis;
  const { remaining, rootCause, rule, severity, since, why } = diagnosis;
  const affects = affectedWords(impact).replaceAll(', ', '/');
  const head = [
    `INCIDENT ${rank} ${severity} ${rule} ${formatRef(rootCause)} ${why.state}`.trimEnd(),
    ...(affects === '' ? [] : [`affects ${affects}`]),
    ...(since === undefined ? [] : [`since ${seconds(since)}`]),
    `confidence ${confidence}`,
    `id ${id}`,
  ];
  const related = report.diagnoses.filter((other) => diagnosis.contributing.includes(other.id));
  return [
    head.join('; '),
    ...told('what', `${certainty(confidence)}${message}`),
    ...told('cause', cause),
    ...told('effect', effect),
    ...told('changed', changed ?? ''),
    ...told('why', primaryChain(diagnosis).join(' -> ')),
    ...told('affected', namesOf(impact)),
    ...evidence.slice(0, MAX_EVIDENCE).map((each) => `  evidence: ${evidenceText(each)}`),
    ...(evidence.length > MAX_EVIDENCE ? [`  evidence: ${evidence.length - MAX_EVIDENCE} more in -o json`] : []),
    ...notes.map((note) => `  note: ${note}`),
    ...remaining.map((each) => `  remains: ${each}`),
    ...related.map((other) => `  related: incident ${other.rank} is also in the way`),
    ...(showFixes ? diagnosis.fixes.flatMap((fix, i) => fixLines(fix, i, diagnosis)) : []),
  ];
}

function told(name: string, text: string): readonly string[] {
  return text === '' ? [] : [`  ${name}: ${text}`];
}

/** Pods are many, and known by what owns them. */
function namesOf({
  daemonSets,
  deployments,
  ingresses,
  jobs,
  pods,
  services,
  statefulSets,
}: Diagnosis['impact']): string {
  const workloads = [...deployments, ...statefulSets, ...daemonSets, ...jobs];
  const names = [...(workloads.length === 0 ? pods : workloads), ...services, ...ingresses].map(formatRef);
  const more = names.length - MAX_NAMES;
  return more > 0 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

function evidenceText({ count = 1, firstSeen, lastSeen, path, quote, ref, source }: Evidence): string {
  const time = lastSeen ?? firstSeen;
  const place = source === 'computed' ? '' : ` ${formatRef(ref)}${path === undefined ? '' : ` ${path}`}`;
  return `${source}${place}${count > 1 ? ` ${count}x` : ''}${time === undefined ? '' : ` at ${seconds(time)}`}: ${quoted(quote)}`;
}

const EFFECTS: Readonly<Record<Fix['effect'], string>> = {
  none: 'changes nothing',
  change: 'changes something',
  destructive: 'destroys or interrupts something',
};

function fixLines(fix: Fix, index: number, { verification }: Diagnosis): readonly string[] {
  const { commands, effect, steps, summary, where } = fix;
  const texts = commands.flatMap((command) => formatCommand(command) ?? []);
  return [
    `  ${effect === 'none' ? 'check' : 'fix'} (${EFFECTS[effect]}, ${PLACES[where] || 'in the cluster'}): ${summary}`,
    ...steps.map((step) => `    step: ${step}`),
    // A command with a file on standard input has lines of its own, which a line of this format cannot hold.
    ...texts.map((text) => `    command: ${text.includes('\n') ? quoted(text) : text}`),
    ...(verification?.fix === index ? [`    tried: ${trialWords(verification).join(' ')}`] : []),
  ];
}

function open({ checked, count, evidence, message, resource, rule, severity, since }: Unexplained): readonly string[] {
  const head = [
    `UNEXPLAINED ${severity} ${rule} ${formatRef(resource)}`,
    ...(count > 1 ? [`${count} alike`] : []),
    ...(since === undefined ? [] : [`since ${seconds(since)}`]),
  ];
  return [
    head.join('; '),
    `  what: ${message}`,
    ...checked.map((each) => `  checked: ${each}`),
    ...evidence.slice(0, MAX_EVIDENCE).map((each) => `  evidence: ${evidenceText(each)}`),
  ];
}

function blindLines(report: Report): readonly string[] {
  return blindGroups(report).map(({ kinds, place, reason, rules, state }) => {
    const names = [...kinds].toSorted(compareStrings).join(', ');
    const words = `${counted(rules.size, 'rule')} may have missed something`;
    return `BLIND ${state}${place}: ${names}; ${words}${reason === '' ? '' : `: ${quoted(reason)}`}`;
  });
}

/** Times in full, without fractions of seconds. */
function seconds(time: string): string {
  return time.replace(/\.\d+(?=Z$)/, '');
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
