import { formatRef, type ResourceRef, type Severity, type SourceLocation, type SuppressedBy } from '@kroot/types';
import { suppressedByWords } from '../suppression-words.ts';
import { hang, INDENT, indent, withRightEdge } from './block.ts';
import { formatPlace, type View } from './options.ts';
import { severityHead } from './severity.ts';
import { span, type Line } from './span.ts';
import { wrap } from './wrap.ts';

interface Hidden {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly resource: ResourceRef;
  readonly location?: SourceLocation;
  readonly by: SuppressedBy | undefined;
}

/** What somebody does not want to be told of, and why, when it is asked for. */
export function suppressedSection(view: View): readonly Line[] {
  const { suppressed, suppressedSymptoms = [] } = view.report;
  const hidden: readonly Hidden[] = [
    ...suppressed.map((each) => ({ ...each, resource: each.rootCause, by: each.suppressedBy })),
    ...suppressedSymptoms.map((each) => ({ ...each, by: each.suppressedBy })),
  ];
  if (view.options.showSuppressed !== true || hidden.length === 0) return [];
  return [[span('Suppressed', 'strong')], ...hidden.flatMap((each) => lines(each, view))];
}

function lines({ by, location, message, resource, rule, severity }: Hidden, { glyphs, width }: View): readonly Line[] {
  const room = width - INDENT;
  return [
    ...hang(severityHead(glyphs.none, severity), withRightEdge([span(message)], span(rule, 'quiet'), room)),
    ...indent(wrap(location === undefined ? formatRef(resource) : formatPlace(location), room), INDENT),
    ...indent(wrap([span(suppressedByWords(by), 'quiet')], room), INDENT),
  ];
}
