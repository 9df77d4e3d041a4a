import { McpError } from '../errors.ts';
import { fitting } from './budget.ts';
import { cleanLine } from './clean.ts';

/** Some of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

/**
 * The items after a cursor, which is the key of the last item that was seen, as it was told: it stays right when the list grows.
 * @throws McpError when there is no such item any more.
 */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<T> {
  const last = cursor === undefined ? -1 : all.findIndex((item) => cleanLine(keyOf(item)) === cursor);
  if (cursor !== undefined && last === -1)
    throw new McpError(`there is no "${cursor}" to go on after: the list has changed; start again without cursor`);
  const rest = all.slice(last + 1);
  const items = fitting(rest, limit);
  const end = items.at(-1);
  return {
    items,
    total: all.length,
    ...(end !== undefined && items.length < rest.length && { next: keyOf(end) }),
  };
}
