import { type Json } from './plan.ts';

/** How the bytes of an answer go wrong on their way. */
export type WireFault =
  | { readonly kind: 'reset' | 'stall' }
  /** Ends or stops after so many bytes of the body. */
  | { readonly kind: 'cut' | 'stop'; readonly after: number }
  /** A byte at a time, for ever. */
  | { readonly kind: 'drip' };

/** An answer before it goes on the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly wire?: WireFault | undefined;
}

export function json(code: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status: code,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  };
}

export function plain(code: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: code, headers: { 'content-type': type, ...headers }, body: Buffer.from(body) };
}

/** The answer as JSON, to be bent. */
export function valueOf(reply: Reply): Json {
  return JSON.parse(reply.body.toString()) as Json;
}
