import { cleanText } from '@kroot/report';

/** Longer texts of a cluster tell an agent nothing more. */
const MAX_TEXT = 400;

/** Text of a cluster for an agent: one line, no control or invisible characters, not endless. */
export function cleanLine(text: string): string {
  const line = cleanText(text).replaceAll(/\s*\n\s*/g, ' ');
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT)}…`;
}

/** Words of the cluster itself, quoted: data, whatever they say. */
export function quoted(text: string): string {
  return JSON.stringify(cleanLine(text));
}

/** Half a command is another command: they come whole from `formatCommand`, which refuses what is not safe to print. */
const WHOLE: ReadonlySet<string> = new Set(['commands']);

/** A copy in which every string is clean; keys are ours. */
export function cleanValue<T>(value: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same shape with other strings
  return cleaned(value) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanLine(value);
  if (Array.isArray(value)) return value.map((each) => cleaned(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      each === undefined ? [] : [[key, WHOLE.has(key) ? each : cleaned(each)]],
    ),
  );
}
