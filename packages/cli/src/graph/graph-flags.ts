import { type ConnectionArguments } from '../connection-options.ts';
import { type ScopeFlags } from '../options.ts';

/** Formats of `kroot graph`. */
export const GRAPH_FORMATS = ['text', 'mermaid', 'dot', 'svg', 'json'] as const;

/** Which way `kroot graph` and `kroot tree` look from an object. */
export const SIDES = ['both', 'needs', 'needed-by'] as const;

/** What `kroot graph` and `kroot tree` have in common. */
interface ViewFlags extends ScopeFlags, ConnectionArguments {
  readonly contextFile?: readonly string[] | undefined;
  readonly plugin?: readonly string[] | undefined;
  readonly side: (typeof SIDES)[number];
  readonly depth?: number | undefined;
  readonly allRelations?: boolean | undefined;
  readonly ascii?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Values of the options of `kroot graph`. */
export interface GraphFlags extends ViewFlags {
  readonly output: (typeof GRAPH_FORMATS)[number];
}

/** Values of the options of `kroot tree`. */
export interface TreeFlags extends ViewFlags {
  readonly output: 'text' | 'json';
}
