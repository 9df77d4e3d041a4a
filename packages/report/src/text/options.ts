import { type Report, type ResourceRef, type SourceLocation, formatRef, kindKey } from '@kroot/types';
import { GLYPHS, type Glyphs } from './glyphs.ts';

/** How a report is printed as text. */
export interface TextOptions {
  /** No line is wider, unless a single name is. Default 80. */
  readonly width: number;
  readonly color: boolean;
  /** Whether box drawing, ticks and dots may be used; else ASCII. */
  readonly unicode: boolean;
  /** Adds the sections with every trace, score and list, and caps nothing. */
  readonly details: boolean;
  readonly showFixes: boolean;
  readonly showCommands: boolean;
  /** Lists what is suppressed, and why; it is counted in any case. Default false. */
  readonly showSuppressed?: boolean;
  /** Diagnoses beyond this number are printed as one line each. Default 5. */
  readonly maxCards?: number;
  /** Links are not printed today. */
  readonly hyperlinks?: false;
  /** Context that commands must name because it is not the current one. */
  readonly context?: string;
}

/** What every part of the text renderer needs. */
export interface View {
  readonly report: Report;
  readonly options: TextOptions;
  readonly width: number;
  readonly glyphs: Glyphs;
  /** The report is on manifests: on what is to be, not on what is. */
  readonly isWritten: boolean;
}

/** Below this nothing can be laid out. */
const MIN_WIDTH = 40;

/** Prepares a view of a report. */
export function viewOf(report: Report, options: TextOptions): View {
  return {
    report,
    options,
    width: Math.max(MIN_WIDTH, Math.floor(options.width) || 80),
    glyphs: options.unicode ? GLYPHS.unicode : GLYPHS.ascii,
    isWritten: report.manifests !== undefined,
  };
}

/** A place in a file, as editors and terminals open it. */
export function formatPlace({ file, line, column }: SourceLocation): string {
  return `${file}:${line}:${column}`;
}

/** A reference, without its namespace where that is `home` and goes without saying. */
export function shortRef(target: ResourceRef, home: string | undefined): string {
  if (target.namespace === undefined || target.namespace !== home) return formatRef(target);
  return `${kindKey(target.group, target.kind)}/${target.name}`;
}
