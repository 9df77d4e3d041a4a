import { type ConnectionArguments } from '../connection-options.ts';
import { type ScopeFlags } from '../options.ts';

/** Formats of lists of connections. */
export const LIST_FORMATS = ['text', 'json', 'csv'] as const;

/** Values of the options of `kroot netpol list`. */
export interface NetpolFlags extends ScopeFlags, ConnectionArguments {
  readonly contextFile?: readonly string[] | undefined;
  readonly output: (typeof LIST_FORMATS)[number];
  readonly quiet?: boolean | undefined;
}

/** Values of the options of `kroot netpol explain`. */
export interface NetpolExplainFlags extends Omit<NetpolFlags, 'output'> {
  readonly output: 'text' | 'json';
}

/** Values of the options of `kroot netpol diff`. */
export type NetpolDiffFlags = Pick<NetpolFlags, 'output' | 'namespace' | 'quiet'>;
