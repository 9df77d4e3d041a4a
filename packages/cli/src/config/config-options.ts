import { lastOf, text, type Option, type OptionTable } from '../option-kinds.ts';

/** Values of the options that say which configuration counts. */
export interface ConfigFlags {
  /** False after `--no-config`. */
  readonly config?: string | false | undefined;
  readonly plugin?: readonly string[] | undefined;
}

const config: Option = {
  ...text('Configuration, instead of the nearest kroot.config.*; --no-config takes none'),
  coerce: lastOf,
};

/** Which configuration counts. */
export const CONFIG_OPTION: OptionTable = { config: { ...config, group: 'Rules:' } };
