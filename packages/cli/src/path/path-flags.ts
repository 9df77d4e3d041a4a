import { type NetpolExplainFlags } from '../netpol/netpol-flags.ts';

/** Values of the options of `kroot path`. */
export type PathFlags = NetpolExplainFlags;

/** A request as the user wrote it. */
export interface AskedPath {
  readonly from: string;
  readonly to: string;
}
