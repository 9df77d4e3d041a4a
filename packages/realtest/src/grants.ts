import { builtinAnalyzers } from '@kroot/analyzers';
import { builtinKind } from '@kroot/types';
import { type Grant } from './identities.ts';

/** The kinds that the built-in analyzers look at, in order. */
export const READ_KINDS: readonly string[] = [
  ...new Set(builtinAnalyzers.flatMap(({ meta }) => meta.reads)),
].toSorted();

/** The right to read what the analyzers look at, but for some kinds. */
export function everythingBut(...withheld: readonly string[]): readonly Grant[] {
  return READ_KINDS.filter((kind) => !withheld.includes(kind)).flatMap((kind) => {
    const info = builtinKind(kind);
    return info === undefined ? [] : [{ apiGroups: [info.group], resources: [info.resource] }];
  });
}
