import { builtinKind, type Coverage, type CoverageGap, type CoverageState } from '@kroot/types';
import { findDoubts, type Doubts } from './doubt.ts';
import { type ObjectTable } from './existence.ts';
import { type CoverageStatement } from './statement.ts';
import { isWholeCluster, wouldHold } from './whole-cluster.ts';

/** Everything, in every namespace. */
const ALL = '*';
const EVERYWHERE: ReadonlySet<string> = new Set([ALL]);

interface Answer {
  readonly state: CoverageState;
  readonly reason: string;
}

/**
 * Collects what inputs show about their own completeness. A kind that a list holds is taken as listed whole unless objects
 * contradict that (`findDoubts`); a kind that it does not hold was perhaps not asked for, unless the list is one of
 * everything (`isWholeCluster`).
 */
export interface CoverageBuilder {
  /** A list holds these kinds, each in these namespaces ('' for objects without one). */
  addList(kinds: ReadonlyMap<string, ReadonlySet<string>>): void;
  /** A list of this kind was empty. It may have been asked for in one namespace only, which other lists would show. */
  addEmpty(kind: string): void;
  /** There are objects of the kind, but not necessarily all. */
  addPart(kind: string, reason: string): void;
  /** An object of the kind was lost, so that nothing about the kind can be proved by absence. */
  addLoss(kind: string): void;
  /** The kind is there whole in the namespace, or everywhere (`*`), whether or not there is an object of it. */
  addScope(kind: string, namespace: string): void;
  /** What an input of known layout says about kinds and namespaces that it does not hold. */
  explain(reasons: CoverageReasons): void;
  add(statement: CoverageStatement): void;
  /** The objects are held against what was inferred. */
  build(objects: ObjectTable): Coverage;
}

/** Sentences on what is not in the input. */
export interface CoverageReasons {
  /** There is nothing of the kind. */
  readonly kind: string;
  /** The kind is there, but not in this namespace. */
  readonly namespace: string;
}

const REASONS: CoverageReasons = {
  kind: 'the input holds no object of this kind',
  namespace: 'the input holds this kind for other namespaces only',
};

/** Starts without any knowledge. */
export function coverageBuilder(): CoverageBuilder {
  const complete = new Map<string, Set<string>>();
  const parts = new Map<string, string>();
  const losses = new Set<string>();
  const empties = new Set<string>();
  const statements = new Map<string, Map<string, Answer>>();
  let everything = false;
  let reasons = REASONS;

  /** A kind without any object: shown by a list of its own, or by one of everything. */
  function isEmpty(kind: string): boolean {
    return !parts.has(kind) && (empties.has(kind) || (everything && wouldHold(kind)));
  }

  return {
    addList(kinds) {
      everything ||= isWholeCluster(kinds);
      for (const [kind, namespaces] of kinds) {
        const scopes = spansCluster(kind, namespaces) ? [ALL] : namespaces;
        const known = complete.get(kind) ?? new Set();
        complete.set(kind, known);
        for (const scope of scopes) known.add(scope);
      }
    },
    addEmpty(kind) {
      empties.add(kind);
    },
    addScope(kind, namespace) {
      complete.set(kind, (complete.get(kind) ?? new Set()).add(namespace === '' ? ALL : namespace));
    },
    explain(given) {
      reasons = given;
    },
    addPart(kind, reason) {
      if (!parts.has(kind)) parts.set(kind, reason);
    },
    addLoss(kind) {
      losses.add(kind);
    },
    add(statement) {
      if ('ref' in statement) return;
      const { kind, namespace = ALL, state, reason = 'the capture says so' } = statement;
      const known = statements.get(kind) ?? new Map<string, Answer>();
      statements.set(kind, known.set(namespace === '' ? ALL : namespace, { state, reason }));
    },
    build(objects) {
      const doubts = findDoubts(objects, (kind) => complete.has(kind) || isEmpty(kind));
      const answer = (kind: string, namespace: string | undefined): Answer => {
        const stated = statements.get(kind);
        const found = (namespace === undefined ? undefined : stated?.get(namespace)) ?? stated?.get(ALL);
        return (
          found ??
          inferred(kind, namespace, {
            complete: complete.get(kind) ?? (isEmpty(kind) ? EVERYWHERE : undefined),
            part: parts.get(kind),
            lost: losses.has(kind),
            doubts,
            reasons,
          })
        );
      };
      return toCoverage(answer);
    },
  };
}

/** The API server keeps the Service `kubernetes` in `default`, so a list of all namespaces holds it: pkg/controlplane/controller/kubernetesservice. */
const IN_DEFAULT: ReadonlySet<string> = new Set(['EndpointSlice', 'Endpoints', 'Service']);

/**
 * Whether a list is one of all namespaces. One namespace may be all that was asked for; objects in two or more show that
 * it was not, unless what must be in a third one is missing.
 */
function spansCluster(kind: string, namespaces: ReadonlySet<string>): boolean {
  if (namespaces.has('')) return true;
  return namespaces.size > 1 && (!IN_DEFAULT.has(kind) || namespaces.has('default'));
}

interface Knowledge {
  readonly complete: ReadonlySet<string> | undefined;
  readonly part: string | undefined;
  readonly lost: boolean;
  readonly doubts: Doubts;
  readonly reasons: CoverageReasons;
}

function inferred(kind: string, namespace: string | undefined, known: Knowledge): Answer {
  const { complete, part, lost, doubts, reasons } = known;
  const completeHere =
    complete !== undefined && (complete.has(ALL) || (namespace !== undefined && complete.has(namespace)));
  if (completeHere && lost)
    return { state: 'partial', reason: 'an object of this kind could not be used and was left out' };
  if (completeHere) {
    const scope = builtinKind(kind)?.namespaced === false ? '' : namespace;
    const doubt = doubts.reason(kind, scope);
    return doubt === undefined ? { state: 'complete', reason: '' } : { state: 'partial', reason: doubt };
  }
  if (part !== undefined) return { state: 'partial', reason: part };
  if (complete === undefined && !lost) return { state: 'not-collected', reason: reasons.kind };
  return namespace === undefined || complete === undefined
    ? { state: 'partial', reason: 'the input holds this kind for some namespaces only' }
    : { state: 'not-collected', reason: reasons.namespace };
}

function toCoverage(answer: (kind: string, namespace: string | undefined) => Answer): Coverage {
  const ask = (kind: string, namespace: string | undefined): Answer =>
    answer(kind, namespace === '' || builtinKind(kind)?.namespaced === false ? undefined : namespace);
  return {
    state: (kind, namespace) => ask(kind, namespace).state,
    gap(kind, namespace) {
      const { state, reason } = ask(kind, namespace);
      if (state === 'complete') return undefined;
      const scope =
        builtinKind(kind)?.namespaced === false ? '' : namespace === undefined || namespace === '' ? ALL : namespace;
      return { kind, namespace: scope, state, reason } satisfies CoverageGap;
    },
  };
}
