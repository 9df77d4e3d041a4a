import { type Options } from 'yargs';

/** An option as yargs takes it, and words that completion offers for values that are not just one of a few. */
export type Option = Options & { readonly suggestions?: readonly string[] };

/** Options by name. */
export type OptionTable = Readonly<Record<string, Option>>;

/** An option without a value. */
export function flag(describe: string): Options {
  return { type: 'boolean', describe, coerce: lastOf };
}

/** An option with one value. */
export function text(describe: string): Options {
  return { type: 'string', nargs: 1, describe, coerce: lastOf };
}

/** An option with a number; whether it is a good one is for the command to say. */
export function number(describe: string): Options {
  return {
    type: 'string',
    nargs: 1,
    describe,
    coerce: (value: unknown) => (value === undefined ? value : Number(lastOf(value))),
  };
}

/** An option with a value out of a few. */
export function choice(describe: string, choices: readonly string[], byDefault: string): Options {
  return { type: 'string', nargs: 1, describe, choices, default: byDefault, coerce: lastOf };
}

/** An option that may be given several times. No array for yargs, whose arrays take no `-`; what is given again becomes one in any case. */
export function many(describe: string): Options {
  return {
    type: 'string',
    nargs: 1,
    describe,
    coerce: (value: unknown): unknown => (Array.isArray(value) ? value : [value]),
  };
}

/** Of an option that is given again the last one counts, as in kubectl. */
export function lastOf(value: unknown): unknown {
  return Array.isArray(value) ? value.at(-1) : value;
}
