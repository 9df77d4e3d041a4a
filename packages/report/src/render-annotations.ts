import { formatRef, type Report, type Severity } from '@kroot/types';
import { cleanReport } from './clean-report.ts';
import { placeOf, type FileLocation, type Locate } from './locate.ts';
import { oneLine } from './one-line.ts';
import { certainty, counted, sentence } from './words.ts';

/** How findings get their files. */
export interface AnnotationOptions {
  readonly locate?: Locate;
}

/** GitHub shows ten annotations of a kind for each step, and drops the others without a word. */
const MAX_ANNOTATIONS = 10;

const LEVELS: Readonly<Record<Severity, string>> = { critical: 'error', warning: 'warning', info: 'notice' };

interface Annotation {
  readonly level: string;
  readonly title: string;
  readonly text: string;
  readonly location: FileLocation | undefined;
}

/**
 * Prints a report as workflow commands of GitHub Actions, at most ten; the last one says how many there are besides.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function renderAnnotations(report: Report, { locate = () => undefined }: AnnotationOptions = {}): string {
  const all = annotations(cleanReport(report), locate);
  const hidden = all.length - MAX_ANNOTATIONS;
  const shown = hidden <= 0 ? all : [...all.slice(0, MAX_ANNOTATIONS - 1), rest(hidden + 1)];
  return shown.map((annotation) => `${command(annotation)}\n`).join('');
}

function annotations({ diagnoses, unexplained }: Report, locate: Locate): readonly Annotation[] {
  return [
    ...diagnoses.map((diagnosis): Annotation => {
      const { cause, confidence, effect, message, rule, severity } = diagnosis;
      const texts = [certainty(confidence) + message, cause, effect].map((part) => oneLine(sentence(part)));
      return {
        level: LEVELS[severity],
        title: `kroot: ${rule}`,
        text: texts.filter((text) => text !== '').join('\n'),
        location: placeOf(diagnosis, locate)?.location,
      };
    }),
    ...unexplained.map(({ message, resource, rule, severity }): Annotation => ({
      level: LEVELS[severity],
      title: `kroot: ${rule}`,
      text: `${oneLine(sentence(message))}\nNo cause was found for ${oneLine(formatRef(resource))}.`,
      location: locate(resource),
    })),
  ];
}

function rest(count: number): Annotation {
  const text = `${counted(count, 'more finding')}: see the report.`;
  return { level: 'notice', title: 'kroot', text, location: undefined };
}

function command({ level, title, text, location }: Annotation): string {
  const properties = [
    ...(location === undefined ? [] : [`file=${property(location.path)}`, `line=${location.line}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(text)}`;
}

/** As the toolkit of GitHub's actions escapes. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
