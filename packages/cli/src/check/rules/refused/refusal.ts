import { manifestRule } from '@kroot/analyzers';
import { CONFIDENCE, type Finding, type ResourceRef } from '@kroot/types';

const { id } = manifestRule('manifest-refused');

/** Why the API server refuses an object. */
export interface Refusal {
  readonly ref: ResourceRef;
  /** Tells the reasons of one object apart, by names rather than positions. */
  readonly discriminator: string;
  readonly message: string;
  readonly cause: string;
  readonly path: string;
  readonly quote: string;
  /** What else shows it. */
  readonly also?: { readonly path: string; readonly quote: string };
  readonly fix: string;
}

/** A refusal as a finding: it is certain, and it is repaired where the manifest is. */
export function refusal({ ref, discriminator, message, cause, path, quote, also, fix }: Refusal): Finding {
  return {
    rule: id,
    subject: ref,
    discriminator,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message,
    cause,
    evidence: [
      { source: 'spec', ref, path, quote },
      ...(also === undefined ? [] : [{ source: 'spec' as const, ref, ...also }]),
    ],
    fixes: [{ summary: fix, steps: [], commands: [], effect: 'none', where: 'git' }],
  };
}
