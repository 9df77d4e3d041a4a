import { isObject, type JsonObject } from '../guards.ts';
import { TransportError } from './transport-error.ts';
import { type Answer } from './transport-types.ts';

/** The JSON object of an answer. The error never quotes it: V8's own message would. */
export function jsonObject({ body }: Answer, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
  } catch {
    throw new TransportError('bad-response', `${what}: the answer is no JSON`);
  }
  if (isObject(value) && value['kind'] !== 'Status') return value;
  throw new TransportError('bad-response', `${what}: the answer is something else`);
}
