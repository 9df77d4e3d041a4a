import { type Argv } from 'yargs';
import { type OptionTable } from './command-table.ts';

/** Adds the options of a table to a command. */
export function optionsOf<T>(command: Argv, table: OptionTable): Argv<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- yargs checks the values; the tests run every option
  return command.options(table) as unknown as Argv<T>;
}
