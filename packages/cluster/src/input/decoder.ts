import { type ReadLimits } from '../limits.ts';

/** What a decoder needs to know about the bytes besides the bytes. */
export interface DecodeContext {
  /** For messages. */
  readonly file: string;
  readonly limits: ReadLimits;
}

/** One document of an input, decoded. */
export interface DecodedDocument {
  readonly value: unknown;
  /** 1-based number within the file. */
  readonly number: number;
}

/**
 * Turns the bytes of a file (UTF-8, decompressed) into documents. Everything to its right works on plain JSON values, so
 * that a faster decoder can take the place of JSON.parse. Throws `InputError` for bytes that it cannot decode.
 */
export interface Decoder {
  decode(bytes: Uint8Array, context: DecodeContext): Iterable<DecodedDocument>;
}
