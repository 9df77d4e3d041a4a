import { type JsonObject } from './guards.ts';
import { type CoverageStatement } from './snapshot/statement.ts';

/** What one entry of the original's context file says about single objects. */
export interface ContextFacts {
  readonly objects: readonly JsonObject[];
  readonly statements: readonly CoverageStatement[];
}
