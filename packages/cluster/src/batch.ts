import { type ReadItem } from './bytes/list-reader.ts';
import { type TypeHint } from './projection/project.ts';
import { type CoverageStatement } from './snapshot/statement.ts';

/** Objects that came together, and what their being together says. */
export interface Batch {
  readonly values: readonly unknown[];
  /** The objects of a list that was read from bytes; `values` is empty then. */
  readonly items?: readonly ReadItem[];
  /** For items that do not state their own type. */
  readonly hint?: TypeHint;
  /** A list of all there is, as far as it goes; false for single objects. */
  readonly complete: boolean;
  /** Whether it is a list without a type, which people write as well: then the objects have to show that a server has seen them. */
  readonly mayBeWritten?: true;
  /** Why objects are not all there is. */
  readonly reason?: string;
  /** The kind of a typed list that holds nothing: proof that there is nothing, unless other lists of the kind say otherwise. */
  readonly emptyKind?: string;
  readonly statements?: readonly CoverageStatement[];
  /** The list's own statement of when it was captured. */
  readonly capturedAt?: string;
  readonly notices?: readonly string[];
}
