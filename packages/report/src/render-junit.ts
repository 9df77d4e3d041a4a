import { type Report } from '@kroot/types';
import { cleanReport } from './clean-report.ts';
import { element, xmlText } from './junit/xml.ts';
import { workloadCases, type TestCase } from './junit/workload-cases.ts';
import { blindSpots } from './text/blind-spots.ts';

/** The suite of what concerns the run and not the cluster. */
const RUN = 'kroot';

/**
 * Prints a report as JUnit XML: a suite for each namespace, a case for each workload, so that what is well passes. Rules that
 * failed are errors, kinds that could not be seen are skipped cases, both in a suite of their own.
 */
export function renderJunit(report: Report): string {
  const clean = cleanReport(report);
  const cases = [...workloadCases(clean), ...runCases(clean)];
  const suites = [...new Set(cases.map(({ suite }) => suite))];
  const name = clean.source.name === '' ? 'kroot' : `kroot ${clean.source.name}`;
  const content = suites.map((suite) => suiteOf(suite, cases, clean)).join('\n');
  const { skipped: _skipped, ...totals } = countsOf(cases);
  const all = element('testsuites', { name, ...totals }, content === '' ? '' : `\n${content}\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${all}\n`;
}

function runCases(report: Report): readonly TestCase[] {
  return [
    ...report.failures.map(({ reason, rule }): TestCase => ({
      suite: RUN,
      name: `rule ${rule}`,
      outcome: 'error',
      message: reason,
      type: rule,
      text: `The rule failed and was left out: ${reason}`,
    })),
    ...blindSpots(report).map(({ kind, namespace, reason, state }): TestCase => ({
      suite: RUN,
      name: `sees ${kind}${namespace === '' || namespace === '*' ? '' : ` in ${namespace}`}`,
      outcome: 'skipped',
      message: `${state.replaceAll('-', ' ')}${reason === '' ? '' : `: ${reason}`}`,
      type: '',
      text: '',
    })),
  ];
}

function suiteOf(suite: string, all: readonly TestCase[], { now }: Report): string {
  const cases = all.filter((each) => each.suite === suite);
  const time = Date.parse(now) > 0 ? { timestamp: now.replace(/(?:\.\d+)?Z$/, '') } : {};
  const content = cases.map((each) => `    ${caseElement(each)}`).join('\n');
  return `  ${element('testsuite', { name: suite, ...countsOf(cases), ...time }, `\n${content}\n  `)}`;
}

function countsOf(cases: readonly TestCase[]): {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
} {
  const count = (outcome: TestCase['outcome']): number => cases.filter((each) => each.outcome === outcome).length;
  return { tests: cases.length, failures: count('failed'), errors: count('error'), skipped: count('skipped') };
}

function caseElement({ suite, name, outcome, message, type, text }: TestCase): string {
  const attributes = { classname: suite, name };
  if (outcome === 'passed') return element('testcase', attributes);
  if (outcome === 'skipped') return element('testcase', attributes, element('skipped', { message }));
  const tag = outcome === 'failed' ? 'failure' : 'error';
  return element('testcase', attributes, element(tag, { message, type }, xmlText(text)));
}
