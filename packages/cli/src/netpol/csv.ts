import { cleanText } from '@kroot/report';

/**
 * One row of comma-separated values (RFC 4180). Spreadsheets take cells that begin with an operator for formulas: these get an
 * apostrophe in front.
 */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => csvCell(cleanText(cell))).join(',')}\n`;
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
