import { groupBy } from '@kroot/graph';
import {
  compareRefs,
  compareStrings,
  formatRef,
  refKey,
  type Analyzer,
  type AnalyzerContext,
  type AnalyzerFailure,
  type AnalyzerMeta,
  type Finding,
} from '@kroot/types';

/** A finding with the meta of its rule and a number that stands for it. */
export interface FindingNode {
  readonly index: number;
  readonly finding: Finding;
  readonly meta: AnalyzerMeta;
}

/** What the analyzers found, in a total order, and which of them failed. */
export interface AnalysisResult {
  readonly nodes: readonly FindingNode[];
  readonly failures: readonly AnalyzerFailure[];
}

/**
 * Runs every analyzer. One that throws, or yields something that is no finding of its own rule, is reported as failed;
 * what it had found before is dropped, the others go on.
 */
export function runAnalyzers(context: AnalyzerContext, analyzers: readonly Analyzer[]): AnalysisResult {
  const failures: AnalyzerFailure[] = [];
  const found: { readonly finding: Finding; readonly meta: AnalyzerMeta }[] = [];
  for (const analyzer of analyzers.toSorted((a, b) => compareStrings(a.meta.id, b.meta.id))) {
    const { meta } = analyzer;
    try {
      const findings = [...analyzer.analyze(context)];
      for (const finding of findings) assertFinding(finding, meta);
      for (const finding of mergeTies(unique(findings))) found.push({ finding, meta });
    } catch (error) {
      failures.push({ rule: meta.id, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  found.sort(
    (a, b) =>
      compareRefs(a.finding.subject, b.finding.subject) ||
      compareStrings(a.finding.rule, b.finding.rule) ||
      compareStrings(a.finding.discriminator ?? '', b.finding.discriminator ?? ''),
  );
  return { nodes: found.map((entry, index) => ({ ...entry, index })), failures };
}

function assertFinding(finding: Finding, meta: AnalyzerMeta): void {
  const { rule, subject, message } = finding;
  if (rule !== meta.id) throw new Error(`yields a finding of another rule: ${rule}`);
  const sound = [subject.kind, subject.name, message].every((text) => typeof text === 'string' && text !== '');
  if (!sound) throw new Error('yields a finding without subject or message');
}

function unique(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ subject, discriminator = '' }) => {
    const key = `${refKey(subject)}\n${discriminator}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Of alternatives the one that most objects wait for is told, the first by reference among equals; it names the others. */
function mergeTies(findings: readonly Finding[]): readonly Finding[] {
  const tied = groupBy(findings, ({ tie }) => tie);
  const groups = [...tied.values()].map((group) =>
    group.toSorted((a, b) => (b.affects?.length ?? 0) - (a.affects?.length ?? 0) || compareRefs(a.subject, b.subject)),
  );
  const told = groups.flatMap(([first, ...others]) => (first === undefined ? [] : [withAlternatives(first, others)]));
  return [...findings.filter(({ tie }) => tie === undefined), ...told];
}

function withAlternatives(finding: Finding, others: readonly Finding[]): Finding {
  if (others.length === 0) return finding;
  const names = others.map(({ subject }) => formatRef(subject));
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  const verb = others.length === 1 ? 'is' : 'are';
  const note = `The same holds for ${shown.join(', ')}, which ${verb} told here as well: to repair any one of them is enough.`;
  return { ...finding, notes: [...(finding.notes ?? []), note] };
}
