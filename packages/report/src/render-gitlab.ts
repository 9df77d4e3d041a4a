import { formatRef, type Report, type ResourceRef, type Severity } from '@kroot/types';
import { cleanReport } from './clean-report.ts';
import { placeOf, type FileLocation, type Locate } from './locate.ts';
import { oneLine } from './one-line.ts';
import { printJson } from './render-json.ts';
import { sentence } from './words.ts';

/** How findings get their files. */
export interface GitlabOptions {
  readonly locate?: Locate;
}

const SEVERITIES_OF_GITLAB: Readonly<Record<Severity, string>> = {
  critical: 'critical',
  warning: 'major',
  info: 'info',
};

/**
 * Prints a report as GitLab's Code Quality report. What is in no file stands under the name of the object, which GitLab shows as
 * it shows a path. https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function renderGitlab(report: Report, { locate = () => undefined }: GitlabOptions = {}): string {
  const { diagnoses, unexplained } = cleanReport(report);
  const taken = new Set<string>();
  return printJson([
    ...diagnoses.map((diagnosis) => {
      const { cause, effect, id, message, rootCause, rule, severity } = diagnosis;
      const place = placeOf(diagnosis, locate);
      return {
        description: words([message, cause, effect]),
        check_name: rule,
        fingerprint: unique(id, taken),
        severity: SEVERITIES_OF_GITLAB[severity],
        location: locationOf(place?.location, rootCause),
      };
    }),
    ...unexplained.map(({ message, resource, rule, severity }) => ({
      description: words([message, 'No cause was found']),
      check_name: rule,
      fingerprint: unique(`${rule}:${formatRef(resource)}`, taken),
      severity: SEVERITIES_OF_GITLAB[severity],
      location: locationOf(locate(resource), resource),
    })),
  ]);
}

function words(parts: readonly string[]): string {
  const texts = parts.map((part) => oneLine(sentence(part)));
  return texts.filter((text, i) => text !== '' && texts.indexOf(text) === i).join(' ');
}

/** GitLab drops what has the fingerprint of something else. */
function unique(id: string, taken: Set<string>): string {
  let free = id;
  for (let i = 2; taken.has(free); i++) free = `${id}-${i}`;
  taken.add(free);
  return free;
}

function locationOf(location: FileLocation | undefined, target: ResourceRef): object {
  const { path, line } = location ?? { path: oneLine(formatRef(target)), line: 1 };
  return { path, lines: { begin: line } };
}
