import { type Evidence, type ResourceRef } from '@kroot/types';
import { fromSpec } from './evidence.ts';

/** Somebody who needs a Service. */
export interface Needer {
  readonly ref: ResourceRef;
  /** Strong where a field can mean nothing else; weak where the name merely occurs. */
  readonly strength: 'strong' | 'weak';
  /** A clause, such as `Ingress prod/web routes to it`. */
  readonly words: string;
  readonly path?: string;
  readonly quote: string;
  /** Number or name of the port that is used, if that is told. */
  readonly port?: string;
}

/** The first needers as evidence. */
export function needEvidence(needers: readonly Needer[], max = 2): readonly Evidence[] {
  return needers.slice(0, max).map(({ ref, path, quote }) => fromSpec(ref, path ?? 'spec', quote));
}

/** `Ingress prod/web routes to it, and 2 others need it`; undefined when nobody is known to. */
export function needWords(needers: readonly Needer[]): string | undefined {
  const [first] = needers;
  if (first === undefined) return undefined;
  const others = new Set(needers.slice(1).map(({ words }) => words)).size;
  return others === 0
    ? first.words
    : `${first.words}, and ${others} ${others === 1 ? 'other needs' : 'others need'} it`;
}
