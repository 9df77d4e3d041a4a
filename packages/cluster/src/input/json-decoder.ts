import { InputError } from '../errors.ts';
import { type DecodeContext, type DecodedDocument, type Decoder } from './decoder.ts';
import { findJsonFault, type JsonFault } from './json-error.ts';
import { scanJson, type JsonScanStop } from './json-scan.ts';
import { lineColumn } from './place.ts';

/** JSON: one document, or several one behind the other (JSON lines, `kubectl get -w`, files that were appended). */
export const jsonDecoder: Decoder = { decode };

function* decode(bytes: Uint8Array, context: DecodeContext): Generator<DecodedDocument> {
  const { spans, stop } = scanJson(bytes, context.limits.jsonDepth);
  if (stop !== undefined) throw scanError(bytes, stop, context);
  let number = 0;
  for (const { start, end } of spans) {
    number += 1;
    yield { value: parse(bytes, start, end, context), number };
  }
}

function parse(bytes: Uint8Array, start: number, end: number, context: DecodeContext): unknown {
  const source = decodeUtf8(bytes, start, end);
  try {
    return JSON.parse(source);
  } catch {
    // The error itself is dropped, not chained: its message quotes the input.
    throw syntaxError(bytes, start, source, context, findJsonFault(source));
  }
}

function scanError(bytes: Uint8Array, stop: JsonScanStop, context: DecodeContext): InputError {
  if (stop.reason === 'too-deep') {
    return new InputError({
      code: 'KROOT_INPUT_TOO_DEEP',
      file: context.file,
      place: lineColumn(decodeUtf8(bytes, 0, stop.at), Infinity),
      problem: `nested deeper than ${context.limits.jsonDepth} levels`,
      next: 'no Kubernetes object is; check where the file comes from',
    });
  }
  const source = decodeUtf8(bytes, stop.at, bytes.length);
  const stray = { at: 0, reason: 'text where a JSON object or list should begin' };
  return syntaxError(bytes, stop.at, source, context, stop.reason === 'not-json' ? stray : findJsonFault(source));
}

function syntaxError(
  bytes: Uint8Array,
  start: number,
  source: string,
  context: DecodeContext,
  fault: JsonFault,
): InputError {
  return new InputError({
    code: 'KROOT_INPUT_SYNTAX',
    file: context.file,
    place: lineColumn(decodeUtf8(bytes, 0, start) + source.slice(0, fault.at), Infinity),
    problem: `not valid JSON: ${fault.reason}`,
    next: 'capture it again, for example with kubectl get … -A -o json',
  });
}

function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
