import { InputError } from '../errors.ts';
import { type DecodeContext, type DecodedDocument } from './decoder.ts';
import { jsonDecoder } from './json-decoder.ts';

/** Decodes a file by what is in it: JSON if it begins like JSON, else YAML. The name of the file is never looked at. */
export async function decodeDocuments(bytes: Uint8Array, context: DecodeContext): Promise<readonly DecodedDocument[]> {
  if (!beginsLikeJson(bytes)) return decodeYaml(bytes, context);
  try {
    return [...jsonDecoder.decode(bytes, context)];
  } catch (error) {
    // A YAML stream may begin with a document in JSON or flow style; only document markers tell it from broken JSON.
    if (!(error instanceof InputError) || error.code !== 'KROOT_INPUT_SYNTAX' || !hasMarker(bytes)) throw error;
    return decodeYaml(bytes, context);
  }
}

/** The YAML parser takes a tenth of a second to load, which the many who have JSON need not wait for. */
async function decodeYaml(bytes: Uint8Array, context: DecodeContext): Promise<readonly DecodedDocument[]> {
  const { yamlDecoder } = await import('./yaml-decoder.ts');
  return [...yamlDecoder.decode(bytes, context)];
}

function beginsLikeJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  return first === 0x7b || first === 0x5b;
}

function hasMarker(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('\n---');
}
