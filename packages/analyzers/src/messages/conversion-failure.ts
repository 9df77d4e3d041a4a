import { clip } from './clip.ts';

/** The words of an API server whose conversion webhook fails. */
export interface ConversionFailure {
  readonly group: string;
  readonly kind: string;
  readonly error: string;
}

// https://github.com/kubernetes/apiextensions-apiserver/blob/master/pkg/apiserver/conversion/webhook_converter.go
const FAILED = /\bconversion webhook for ([a-z0-9.-]{1,253})\/v[a-z0-9]{1,20}, Kind=([A-Za-z0-9]{1,63}) failed: (.*)$/;

/** Reads whose conversion failed, and why, out of any text that quotes the API server. */
export function parseConversionFailure(message: string): ConversionFailure | undefined {
  const [, group, kind, error] = FAILED.exec(clip(message).replaceAll('\n', ' ')) ?? [];
  if (group === undefined || kind === undefined || error === undefined) return undefined;
  // Lists of a kind are converted as a whole.
  return { group, kind: kind.replace(/(?<=.)List$/, ''), error };
}
