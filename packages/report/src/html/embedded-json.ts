import { type Report } from '@kroot/types';
import { cleanJson } from '../clean-text.ts';
import { toDocument } from '../document/to-document.ts';

/**
 * The report as the published JSON document, so that it can stand in a script element: nothing in it ends the element or
 * opens a comment, and parsing it gives what `--output json` prints.
 */
export function embeddedJson(report: Report): string {
  return cleanJson(JSON.stringify(toDocument(report), wellFormed))
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('>', String.raw`\u003e`)
    .replaceAll('&', String.raw`\u0026`);
}

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\p{Surrogate}/gu, '\ufffd') : value;
}
