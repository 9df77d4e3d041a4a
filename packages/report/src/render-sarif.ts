import { type Report } from '@kroot/types';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { cleanText } from './clean-text.ts';
import { printJson } from './render-json.ts';
import { toNotifications } from './sarif/notifications.ts';
import { toResult, toUnexplainedResult } from './sarif/results.ts';
import { toRule, unknownRule } from './sarif/rules.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** Prints a report as SARIF 2.1.0: one result per root cause and per unexplained symptom, in fix order. */
export function renderSarif(report: Report): string {
  return printJson(toLog(report));
}

function toLog(report: Report): Log {
  const { failures, now, tool } = report;
  const rules = rulesOf(report);
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
        results: [...resultsOf(report, rules)],
        properties: { now, plugins: [...tool.plugins], complete: report.coverage.complete },
      },
    ],
  };
}

function rulesOf({ diagnoses, rules, suppressed, unexplained }: Report): readonly ReportingDescriptor[] {
  const known = new Set(rules.map(({ id }) => id));
  const used = [...diagnoses, ...suppressed, ...unexplained].map(({ rule }) => rule);
  const others = [...new Set(used)].filter((id) => !known.has(id));
  return [...rules.map(toRule), ...others.map(unknownRule)];
}

function resultsOf(
  { diagnoses, suppressed, unexplained }: Report,
  rules: readonly ReportingDescriptor[],
): readonly Result[] {
  const index = new Map(rules.map(({ id }, position) => [id, position]));
  const at = (rule: string): number => index.get(rule) ?? -1;
  return [
    ...diagnoses.map((diagnosis) => toResult(diagnosis, at(diagnosis.rule))),
    ...suppressed.map((diagnosis): Result => ({
      ...toResult(diagnosis, at(diagnosis.rule)),
      suppressions: [{ kind: 'external' }],
    })),
    ...unexplained.map((symptom) => toUnexplainedResult(symptom, at(symptom.rule))),
  ];
}

/** Tells runs on different clusters and scopes apart; uploads with equal ids replace each other. */
function automationId({ scope, source, tool }: Report): string {
  const parts = [tool.name, source.name, scope.namespace ?? scope.target?.namespace];
  return `${parts
    .map((part) => cleanText(part ?? '').replaceAll('/', '_'))
    .filter((part) => part !== '')
    .join('/')}/`;
}
