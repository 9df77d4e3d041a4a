import { type Report } from '@kroot/types';
import { cleanJson } from './clean-text.ts';
import { toDocument } from './document/to-document.ts';

/** Prints a report as the published JSON document: stable order of keys, safe to print on a terminal, newline at the end. */
export function renderJson(report: Report): string {
  return printJson(toDocument(report));
}

/** Prints JSON in which control and invisible characters are escaped. */
export function printJson(value: object): string {
  return `${cleanJson(JSON.stringify(value, wellFormed, 2))}\n`;
}

/** Replaces surrogates that stand alone: many readers of JSON refuse or mangle them. */
export function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\p{Surrogate}/gu, '\ufffd') : value;
}
