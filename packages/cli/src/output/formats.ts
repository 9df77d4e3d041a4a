import type * as report from '@kroot/report';
import type { Locate, TextOptions } from '@kroot/report';
import type { Report } from '@kroot/types';

/** What a format may need besides the report. */
export interface RenderContext {
  readonly text: TextOptions;
  readonly locate: Locate;
  /** Only of runs that asked a cluster. */
  readonly durationSeconds: number | undefined;
}

/** The renderers; loaded when there is a report. */
type Renderers = typeof report;

/** A format of a report. */
export interface Format {
  /** For whom, in the documentation. */
  readonly about: string;
  readonly render: (renderers: Renderers, report: Report, context: RenderContext) => string;
  /** Whether files of a repository are of use to it. */
  readonly usesFiles?: true;
  /** Has no place for what could not be seen. */
  readonly isBlind?: true;
  /** What is to be said on standard error, one line each: what the format cannot hold. */
  readonly notices?: (renderers: Renderers, report: Report, context: RenderContext) => readonly string[];
}

/** Every format, in the order of the documentation. */
const TABLE: Readonly<Record<string, Format>> = {
  text: { about: 'for people', render: ({ renderText }, report, { text }) => renderText(report, text) },
  wide: {
    about: 'a table as kubectl prints it',
    isBlind: true,
    render: ({ renderWide }, report) => renderWide(report),
    notices: (_, { coverage, diagnoses, unexplained }) => {
      if (diagnoses.length + unexplained.length > 0) return [];
      return [coverage.complete ? 'no problems found' : 'no problems found in what could be seen'];
    },
  },
  name: {
    about: 'root causes as kubectl names objects',
    isBlind: true,
    render: ({ renderNames }, report) => renderNames(report),
    notices: ({ unsafeNames }, report) => leftOut(unsafeNames(report).length, 'has a name that no API server takes'),
  },
  agent: {
    about: 'for programs that read text',
    render: ({ renderAgent }, report, { text }) => renderAgent(report, { showFixes: text.showFixes }),
  },
  json: { about: 'one document with a published schema', render: ({ renderJson }, report) => renderJson(report) },
  jsonl: { about: 'a record a line', render: ({ renderJsonl }, report) => renderJsonl(report) },
  sarif: {
    about: 'SARIF 2.1.0',
    usesFiles: true,
    render: ({ renderSarif }, report, { locate }) => renderSarif(report, { locate }),
  },
  'sarif:github': {
    about: 'SARIF that GitHub code scanning accepts',
    isBlind: true,
    usesFiles: true,
    render: ({ renderSarif }, report, { locate }) => renderSarif(report, { locate, github: true }),
    notices: ({ hiddenCount, withoutFile }, report, { locate }) => [
      ...leftOut(withoutFile(report, locate), 'belongs to no file (--source-root says where the manifests are)'),
      ...leftOut(hiddenCount(report), 'is suppressed, since GitHub would show it'),
    ],
  },
  markdown: {
    about: 'for job summaries, issues and merge requests',
    render: ({ renderMarkdown }, report) => renderMarkdown(report),
  },
  html: {
    about: 'one page with pictures that needs nothing else',
    render: ({ renderHtml }, report, { text }) =>
      renderHtml(report, text.context === undefined ? {} : { context: text.context }),
  },
  mermaid: {
    about: 'what stops what, as a Mermaid flowchart',
    isBlind: true,
    render: ({ renderMermaid }, report) => renderMermaid(report),
  },
  dot: { about: 'the same for Graphviz', isBlind: true, render: ({ renderDot }, report) => renderDot(report) },
  junit: { about: 'JUnit XML: a case for each workload', render: ({ renderJunit }, report) => renderJunit(report) },
  gitlab: {
    about: 'the Code Quality report of GitLab',
    isBlind: true,
    usesFiles: true,
    render: ({ renderGitlab }, report, { locate }) => renderGitlab(report, { locate }),
  },
  github: {
    about: 'annotations of GitHub Actions',
    isBlind: true,
    usesFiles: true,
    render: ({ renderAnnotations }, report, { locate }) => renderAnnotations(report, { locate }),
  },
  prometheus: {
    about: 'OpenMetrics text',
    render: ({ renderOpenMetrics }, report, { durationSeconds }) =>
      renderOpenMetrics(report, durationSeconds === undefined ? {} : { durationSeconds }),
  },
};

/** Formats by name, in that order. */
export const FORMATS: ReadonlyMap<string, Format> = new Map(Object.entries(TABLE));

/** Their names. */
export const FORMAT_NAMES: readonly string[] = [...FORMATS.keys()];

function leftOut(count: number, why: string): readonly string[] {
  return count === 0 ? [] : [`left out what ${why}: ${count === 1 ? '1 finding' : `${count} findings`}`];
}
