import { builtinKind, compareStrings, refKey, type ResourceRef } from '@kroot/types';
import { type CoverageStatement } from '../snapshot/statement.ts';
import { type ListOutcome } from './read-list.ts';

/** What is known about the completeness of what was read. It comes from answers of the server, never from the objects. */
export interface Ledger {
  /** For all namespaces, or for the namespaces that nothing else is said of. */
  setWhole(kind: string, outcome: ListOutcome): void;
  setNamespace(kind: string, namespace: string, outcome: ListOutcome): void;
  /** The object does not exist: the server said so. */
  setAbsent(target: ResourceRef): void;
  outcome(kind: string, namespace: string | undefined): ListOutcome | undefined;
  statements(): readonly CoverageStatement[];
}

/** Starts without any knowledge. */
export function ledger(): Ledger {
  const whole = new Map<string, ListOutcome>();
  const parts = new Map<string, Map<string, ListOutcome>>();
  const absent = new Map<string, ResourceRef>();
  return {
    setWhole(kind, outcome) {
      whole.set(kind, outcome);
    },
    setNamespace(kind, namespace, outcome) {
      parts.set(kind, (parts.get(kind) ?? new Map<string, ListOutcome>()).set(namespace, outcome));
    },
    setAbsent(target) {
      absent.set(refKey(target), target);
    },
    outcome(kind, namespace) {
      const part = namespace === undefined ? undefined : parts.get(kind)?.get(namespace);
      return part ?? whole.get(kind);
    },
    statements: () => [
      ...inOrder(whole).flatMap(([kind, outcome]) => [
        statement(kind, undefined, outcome),
        ...inOrder(parts.get(kind) ?? new Map<string, ListOutcome>())
          .filter(() => builtinKind(kind)?.namespaced !== false)
          .map(([namespace, part]) => statement(kind, namespace, part)),
      ]),
      ...inOrder(absent).map(([, target]): CoverageStatement => ({ ref: target, state: 'absent' })),
    ],
  };
}

function inOrder<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].toSorted(([a], [b]) => compareStrings(a, b));
}

function statement(kind: string, namespace: string | undefined, { state, reason }: ListOutcome): CoverageStatement {
  return {
    kind,
    ...(namespace !== undefined && { namespace }),
    state,
    ...(reason !== '' && { reason }),
  };
}
