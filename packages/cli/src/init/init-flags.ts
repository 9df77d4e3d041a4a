import { choice, flag, type OptionTable } from '../option-kinds.ts';

const FORMATS = ['yaml', 'json', 'ts', 'mjs'] as const;

/** Values of the options of `kroot init`. */
export interface InitFlags {
  readonly format: (typeof FORMATS)[number];
  readonly force?: boolean | undefined;
}

/** The options of `kroot init`. */
export const INIT_OPTIONS: OptionTable = {
  format: { ...choice('Kind of the file', FORMATS, 'yaml'), group: 'Configuration:' },
  force: { ...flag('Replace the file if it is there'), group: 'Configuration:' },
};
