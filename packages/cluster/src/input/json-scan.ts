/** A JSON document within a buffer: `[start, end)`. */
interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

/** Why a scan stopped early, and at which byte. */
export interface JsonScanStop {
  readonly reason: 'too-deep' | 'not-json' | 'cut-off';
  readonly at: number;
}

/** The documents of a buffer, up to where the scan had to stop. */
export interface JsonScan {
  readonly spans: readonly JsonSpan[];
  readonly stop: JsonScanStop | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Finds the JSON documents that stand one behind the other in a buffer (with or without line breaks or `---` between them)
 * and measures their depth, without recursion and before anything is parsed.
 */
export function scanJson(bytes: Uint8Array, maxDepth: number): JsonScan {
  const spans: JsonSpan[] = [];
  const length = bytes.length;
  let at = 0;
  while (at < length) {
    const start = skipSeparators(bytes, at);
    if (start >= length) break;
    if (!opens(bytes[start])) return { spans, stop: { reason: 'not-json', at: start } };
    const end = documentEnd(bytes, start, maxDepth);
    if (typeof end !== 'number') return { spans, stop: end };
    spans.push({ start, end });
    at = end;
  }
  return { spans, stop: undefined };
}

function documentEnd(bytes: Uint8Array, start: number, maxDepth: number): number | JsonScanStop {
  const length = bytes.length;
  let depth = 0;
  for (let at = start; at < length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return { reason: 'too-deep', at };
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return { reason: 'cut-off', at: start };
}

/** Index of the closing quote, or the buffer's length if there is none. */
function stringEnd(bytes: Uint8Array, open: number): number {
  const length = bytes.length;
  for (let at = open + 1; at < length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return length;
}

function opens(byte: number | undefined): boolean {
  return byte === 0x7b || byte === 0x5b;
}

function skipSeparators(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (isSpace(byte)) at += 1;
    else if (byte === 0x2d && bytes[at + 1] === 0x2d && bytes[at + 2] === 0x2d) at += 3;
    else return at;
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
