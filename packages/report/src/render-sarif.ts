import { type Report } from '@kroot/types';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { cleanText } from './clean-text.ts';
import { placeOf, type Locate } from './locate.ts';
import { printJson } from './render-json.ts';
import { type FileMapping } from './sarif/locations.ts';
import { toNotifications } from './sarif/notifications.ts';
import { toResult, toUnexplainedResult } from './sarif/results.ts';
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
export function withoutFile(report: Report, locate: Locate = nowhere): number {
  const open = report.unexplained.filter(({ resource }) => locate(resource) === undefined);
  return report.diagnoses.filter((diagnosis) => placeOf(diagnosis, locate) === undefined).length + open.length;
}

function nowhere(): undefined {
  return undefined;
}

function toLog(report: Report, { locate = nowhere, github = false }: SarifOptions): Log {
  const { failures, now, tool } = report;
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
        properties: { now, plugins: [...tool.plugins], complete: report.coverage.complete },
      },
    ],
  };
}

/** All rules that ran; for GitHub those that found something, since it lists every rule as if it could be looked into. */
function rulesOf(
  { diagnoses, rules, suppressed, unexplained }: Report,
  onlyUsed: boolean,
): readonly ReportingDescriptor[] {
  const known = new Set(rules.map(({ id }) => id));
  const used = new Set([...diagnoses, ...suppressed, ...unexplained].map(({ rule }) => rule));
  const others = [...used].filter((id) => !known.has(id));
  const listed = onlyUsed ? rules.filter(({ id }) => used.has(id)) : rules;
  return [...listed.map(toRule), ...others.map(unknownRule)];
}

function resultsOf(
  { diagnoses, suppressed, unexplained }: Report,
  rules: readonly ReportingDescriptor[],
  mapping: FileMapping,
): readonly Result[] {
  const index = new Map(rules.map(({ id }, position) => [id, position]));
  const at = (rule: string): number => index.get(rule) ?? -1;
  const results = [
    ...diagnoses.map((diagnosis) => toResult(diagnosis, at(diagnosis.rule), mapping)),
    ...suppressed.map((diagnosis) => muted(toResult(diagnosis, at(diagnosis.rule), mapping))),
    ...unexplained.map((symptom) => toUnexplainedResult(symptom, at(symptom.rule), mapping)),
  ];
  return results.filter((result) => result !== undefined);
}

function muted(result: Result | undefined): Result | undefined {
  return result === undefined ? undefined : { ...result, suppressions: [{ kind: 'external' }] };
}

/** Tells runs on different clusters and scopes apart; uploads with equal ids replace each other. */
function automationId({ scope, source, tool }: Report): string {
  const parts = [tool.name, source.name, scope.namespace ?? scope.target?.namespace];
  return `${parts
    .map((part) => cleanText(part ?? '').replaceAll('/', '_'))
    .filter((part) => part !== '')
    .join('/')}/`;
}
