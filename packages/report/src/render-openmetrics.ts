import { refKey, SEVERITIES, type Report, type ResourceRef, type Severity } from '@kroot/types';
import { cleanText } from './clean-text.ts';
import { oneLine } from './one-line.ts';

/** What only the run knows. */
export interface OpenMetricsOptions {
  /** How long the run took; left out where nothing was collected. */
  readonly durationSeconds?: number;
}

/** A time series for each root cause is cheap, one for each of thousands is not; those of the highest rank are told. */
const MAX_ROOTS = 500;
const MAX_LABEL = 200;

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
}

/**
 * Prints the counts of a report in the OpenMetrics text format, which Prometheus, the textfile collector of node_exporter and
 * the Pushgateway read. Labels name root causes and never pods.
 */
export function renderOpenMetrics(report: Report, { durationSeconds }: OpenMetricsOptions = {}): string {
  const families = [...rootFamilies(report), ...runFamilies(report, durationSeconds)];
  return `${families.flatMap(familyLines).join('\n')}\n# EOF\n`;
}

function rootFamilies(report: Report): readonly Family[] {
  const roots = rootsOf(report);
  const shown = roots.slice(0, MAX_ROOTS);
  return [
    {
      name: 'kroot_incidents',
      help: 'Root causes that explain what fails now.',
      samples: shown.map(({ labels, count }) => ({ labels, value: count })),
    },
    {
      name: 'kroot_affected_pods',
      help: 'Pods that fail because of the root cause.',
      samples: shown.map(({ labels, pods }) => ({ labels, value: pods.size })),
    },
    {
      name: 'kroot_incidents_not_listed',
      help: 'Root causes beyond the first 500, which have no series of their own.',
      samples: [{ labels: {}, value: roots.slice(MAX_ROOTS).reduce((sum, { count }) => sum + count, 0) }],
    },
    {
      name: 'kroot_incidents_by_severity',
      help: 'Root causes of each severity.',
      samples: bySeverity(report.diagnoses),
    },
    {
      name: 'kroot_unexplained',
      help: 'Symptoms of each severity for which no cause was found.',
      samples: bySeverity(report.unexplained),
    },
    {
      name: 'kroot_suppressed',
      help: 'Root causes that are suppressed.',
      samples: [{ labels: {}, value: report.suppressed.length }],
    },
  ];
}

function runFamilies(report: Report, durationSeconds: number | undefined): readonly Family[] {
  const { counts, coverage, failures, now } = report;
  const time = Date.parse(now) / 1000;
  return [
    one('kroot_scan_complete', 'Whether everything that the rules read could be seen.', coverage.complete ? 1 : 0),
    one('kroot_scan_objects', 'Objects that were looked at.', counts.objects),
    one('kroot_scan_failed_rules', 'Rules that failed and were left out.', failures.length),
    ...(durationSeconds === undefined
      ? []
      : [one('kroot_scan_duration_seconds', 'How long the run took.', Math.round(durationSeconds * 1000) / 1000)]),
    ...(Number.isNaN(time) || time <= 0
      ? []
      : [one('kroot_last_scan_timestamp_seconds', 'The moment that the report speaks of.', time)]),
  ];
}

function one(name: string, help: string, value: number): Family {
  return { name, help, samples: [{ labels: {}, value }] };
}

interface Root {
  readonly labels: Labels;
  count: number;
  readonly pods: Set<string>;
}

/** Two containers can lack two keys of one Secret: the series of their labels is one. */
function rootsOf({ diagnoses }: Report): readonly Root[] {
  const roots = new Map<string, Root>();
  for (const { impact, rootCause, rule, severity } of diagnoses) {
    const labels = labelsOf(rule, severity, rootCause);
    const key = JSON.stringify(labels);
    const root = roots.get(key) ?? { labels, count: 0, pods: new Set<string>() };
    roots.set(key, root);
    root.count++;
    for (const pod of impact.pods) root.pods.add(refKey(pod));
  }
  return [...roots.values()];
}

function labelsOf(rule: string, severity: Severity, { group, kind, namespace = '', name }: ResourceRef): Labels {
  return { rule, severity, group, kind, namespace, name };
}

function bySeverity(all: readonly { readonly severity: Severity }[]): Family['samples'] {
  return SEVERITIES.map((severity) => ({
    labels: { severity },
    value: all.filter((each) => each.severity === severity).length,
  }));
}

function familyLines({ name, help, samples }: Family): readonly string[] {
  return [
    `# TYPE ${name} gauge`,
    `# HELP ${name} ${help}`,
    ...samples.map(({ labels, value }) => `${name}${printLabels(labels)} ${value}`),
  ];
}

function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  const text = Array.from(oneLine(cleanText(value)))
    .slice(0, MAX_LABEL)
    .join('');
  return text.replaceAll(/["\\]/g, String.raw`\$&`);
}
