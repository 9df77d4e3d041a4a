import type { CodeFlow, Location, Log, ReportingDescriptor, Result } from 'sarif';

/** Limits of code scanning; what is beyond is refused or dropped. */
const LIMITS = { runs: 20, kept: 5000, rules: 25_000, locations: 100, steps: 1000, tags: 10, description: 1024 };

/**
 * Fails where GitHub code scanning would refuse a log, drop a part of it or show nothing. The schema alone does not find these.
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
 */
export function assertGitHubReady(log: Log): void {
  const problems = problemsOf(log);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function problemsOf(log: Log): readonly string[] {
  return [
    ...when(log.$schema === undefined || log.$schema === '', '$schema is missing'),
    ...when(log.runs.length > LIMITS.runs, 'too many runs'),
    ...log.runs.flatMap(({ automationDetails, results = [], tool }) => {
      const { name, rules = [] } = tool.driver;
      return [
        ...when(name === '', 'the driver has no name'),
        ...when(!(automationDetails?.id ?? '').endsWith('/'), 'the category does not end with a slash'),
        ...when(rules.length > LIMITS.rules, 'too many rules'),
        ...when(new Set(rules.map(({ id }) => id)).size < rules.length, 'a rule twice'),
        ...when(results.length > LIMITS.kept, 'results that GitHub would drop'),
        ...rules.flatMap(problemsOfRule),
        ...results.flatMap((result) => problemsOfResult(result, rules)),
      ];
    }),
  ];
}

function when(isProblem: boolean, words: string): readonly string[] {
  return isProblem ? [words] : [];
}

function problemsOfRule({
  id,
  fullDescription,
  help,
  properties = {},
  shortDescription,
}: ReportingDescriptor): readonly string[] {
  const texts = { short: shortDescription?.text, full: fullDescription?.text, help: help?.text };
  const {
    precision = 'high',
    tags = [],
    'security-severity': security,
  } = properties as Readonly<Record<string, string>>;
  return [
    ...when(id === '', 'a rule without an id'),
    ...Object.entries(texts).flatMap(([field, text = '']) => [
      ...when(text.trim() === '', `${id}: ${field} is empty`),
      ...when(field !== 'help' && text.length > LIMITS.description, `${id}: ${field} is too long`),
    ]),
    ...when(tags.length > LIMITS.tags, `${id}: too many tags`),
    ...when(security !== undefined, `${id}: reliability is not security`),
    ...when(!['very-high', 'high', 'medium', 'low'].includes(precision), `${id}: precision is unknown`),
  ];
}

function problemsOfResult(result: Result, rules: readonly ReportingDescriptor[]): readonly string[] {
  const { codeFlows = [], locations = [], message, relatedLocations = [], ruleId = '' } = result;
  const steps = codeFlows.flatMap(stepsOf);
  const fingerprint = result.partialFingerprints?.['primaryLocationLineHash'] ?? '';
  return [
    ...when(rules[result.ruleIndex ?? -1]?.id !== ruleId, `${ruleId}: its index is that of another rule`),
    ...when((message.text ?? '').trim() === '', `${ruleId}: no message`),
    ...when(locations.length === 0, `${ruleId}: no location`),
    ...when(locations.length > LIMITS.locations, `${ruleId}: too many locations`),
    ...when(steps.length > LIMITS.steps, `${ruleId}: too many steps`),
    ...[...locations, ...relatedLocations, ...steps].flatMap((location) => [...problemsOfLocation(ruleId, location)]),
    ...when(!/^[^]+:\d+$/.test(fingerprint), `${ruleId}: no fingerprint for GitHub`),
  ];
}

function stepsOf({ threadFlows }: CodeFlow): readonly Location[] {
  return threadFlows.flatMap(({ locations }) => locations.flatMap(({ location }) => location ?? []));
}

function* problemsOfLocation(rule: string, { physicalLocation }: Location): Generator<string> {
  const { artifactLocation, region } = physicalLocation ?? {};
  const uri = artifactLocation?.uri ?? '';
  if (uri === '' || /^(?:\/|[a-z][a-z\d+.-]*:|\.\.?\/)/i.test(uri))
    yield `${rule}: "${uri}" is not relative to the repository`;
  const { startLine = 0, startColumn = 0, endLine = 0, endColumn = 0 } = region ?? {};
  if (Math.min(startLine, startColumn, endLine, endColumn) < 1) yield `${rule}: the region lacks a number`;
  if (endLine < startLine || (endLine === startLine && endColumn <= startColumn)) yield `${rule}: the region is empty`;
}
