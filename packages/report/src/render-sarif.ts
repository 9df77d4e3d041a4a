import { type Report, type SuppressedBy } from '@kroot/types';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { cleanText } from './clean-text.ts';
import { asWritten, placeOf, type Locate } from './locate.ts';
import { printJson } from './render-json.ts';
import { type FileMapping } from './sarif/locations.ts';
import { toNotifications } from './sarif/notifications.ts';
import { toResult, toUnexplainedResult } from './sarif/results.ts';
import { toSuppression } from './sarif/suppression.ts';
import { toRule, unknownRule } from './sarif/rules.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** How findings get their files, and for whom the log is. */
export interface SarifOptions {
  readonly locate?: Locate;
  /** Only what GitHub code scanning accepts and shows: findings with a file and a line, and the rules of these. */
  readonly github?: boolean;
}

/** GitHub keeps the first ones of a run; ours are in order of what to fix first. */
const MAX_GITHUB_RESULTS = 5000;

/** Prints a report as SARIF 2.1.0: one result per root cause and per unexplained symptom, in fix order. */
export function renderSarif(report: Report, options: SarifOptions = {}): string {
  return printJson(toLog(report, options));
}

/** How many findings `sarif:github` leaves out because they belong to no file. */
export function withoutFile(report: Report, locate: Locate = asWritten): number {
  const open = report.unexplained.filter(({ location, resource }) => locate(resource, location) === undefined);
  return report.diagnoses.filter((diagnosis) => placeOf(diagnosis, locate) === undefined).length + open.length;
}

function toLog(report: Report, { locate = asWritten, github = false }: SarifOptions): Log {
  const { baseline, failures, now, tool } = report;
  const rules = rulesOf(report, github);
  const results = resultsOf(report, rules, { locate, filesOnly: github });
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            version: tool.version,
            informationUri: 'https://github.com/kroot/kroot',
            rules: [...rules],
          },
        },
        automationDetails: { id: automationId(report) },
        invocations: [
          { executionSuccessful: failures.length === 0, toolExecutionNotifications: toNotifications(report) },
        ],
        results: github ? results.slice(0, MAX_GITHUB_RESULTS) : [...results],
        properties: {
          now,
          plugins: [...tool.plugins],
          complete: report.coverage.complete,
          ...(baseline === undefined ? {} : { baseline: { ...baseline } }),
        },
      },
    ],
  };
}

/** All rules that ran; for GitHub those that found something, since it lists every rule as if it could be looked into. */
function rulesOf(
  { diagnoses, rules, suppressed, suppressedSymptoms = [], unexplained }: Report,
  onlyUsed: boolean,
): readonly ReportingDescriptor[] {
  const known = new Set(rules.map(({ id }) => id));
  const hidden = onlyUsed ? [] : [...suppressed, ...suppressedSymptoms];
  const used = new Set([...diagnoses, ...unexplained, ...hidden].map(({ rule }) => rule));
  const others = [...used].filter((id) => !known.has(id));
  const listed = onlyUsed ? rules.filter(({ id }) => used.has(id)) : rules;
  return [...listed.map(toRule), ...others.map(unknownRule)];
}

function resultsOf(report: Report, rules: readonly ReportingDescriptor[], mapping: FileMapping): readonly Result[] {
  const { diagnoses, unexplained } = report;
  const index = new Map(rules.map(({ id }, position) => [id, position]));
  const at = (rule: string): number => index.get(rule) ?? -1;
  const results = [
    ...diagnoses.map((diagnosis) => toResult(diagnosis, at(diagnosis.rule), mapping)),
    ...unexplained.map((symptom) => toUnexplainedResult(symptom, at(symptom.rule), mapping)),
    // GitHub shows what is suppressed as if it were not.
    ...(mapping.filesOnly ? [] : hiddenResults(report, at, mapping)),
  ];
  return results.filter((result) => result !== undefined);
}

function hiddenResults(
  { suppressed, suppressedSymptoms = [] }: Report,
  at: (rule: string) => number,
  mapping: FileMapping,
): readonly (Result | undefined)[] {
  return [
    ...suppressed.map((each) => muted(toResult(each, at(each.rule), mapping), each.suppressedBy)),
    ...suppressedSymptoms.map((each) => muted(toUnexplainedResult(each, at(each.rule), mapping), each.suppressedBy)),
  ];
}

function muted(result: Result | undefined, by: SuppressedBy | undefined): Result | undefined {
  return result === undefined ? undefined : { ...result, suppressions: [toSuppression(by)] };
}

/** Tells runs on different clusters and scopes apart; uploads with equal ids replace each other. */
function automationId({ scope, source, tool }: Report): string {
  const parts = [tool.name, source.name, scope.namespace ?? scope.target?.namespace];
  return `${parts
    .map((part) => cleanText(part ?? '').replaceAll('/', '_'))
    .filter((part) => part !== '')
    .join('/')}/`;
}
