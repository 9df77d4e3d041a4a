import { type DiagnoseFlags } from '../options.ts';

/** Values of the options of `kroot check`. */
export interface CheckFlags extends Omit<DiagnoseFlags, 'contextFile' | 'capture' | 'logs' | 'verifyFixes' | 'strict'> {
  /** Files, folders or `-`, as arguments. */
  readonly paths?: readonly string[] | undefined;
  readonly filename?: readonly string[] | undefined;
  readonly against?: string | undefined;
}
