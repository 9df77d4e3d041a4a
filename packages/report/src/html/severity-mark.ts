import { type Severity } from '@kroot/types';
import { markup, type Markup } from './markup.ts';

const WORDS: Readonly<Record<Severity, string>> = { critical: 'Critical', warning: 'Warning', info: 'Info' };

/** A severity as a word on its colour. */
export function severityMark(severity: Severity): Markup {
  return markup`<span class="sev ${severity}">${WORDS[severity]}</span>`;
}
