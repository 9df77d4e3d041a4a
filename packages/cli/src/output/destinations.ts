import { nearNames } from '@kroot/graph';
import { UsageError } from '../errors.ts';
import { FORMATS, FORMAT_NAMES, type Format } from './formats.ts';

/** A format and where it goes. */
export interface Destination {
  /** Name of the format. */
  readonly name: string;
  readonly format: Format;
  /** Absent: standard output. */
  readonly file?: string;
}

/**
 * Reads the values of `-o`: formats, each with `=FILE` or for standard output, which carries one at most. Without any the
 * default goes there.
 */
export function parseDestinations(values: readonly string[] | undefined, byDefault: string): readonly Destination[] {
  const destinations = [...new Set(values ?? [byDefault])].map(parse);
  const [first, second] = destinations.filter(({ file }) => file === undefined);
  if (first !== undefined && second !== undefined) {
    throw new UsageError(
      `standard output takes one format, not ${first.name} and ${second.name}; write one to a file: -o ${second.name}=FILE`,
    );
  }
  return destinations;
}

function parse(value: string): Destination {
  const [name, file] = splitOnce(value);
  const format = FORMATS.get(name);
  if (format === undefined) throw new UsageError(unknownFormat(name));
  if (file === '') throw new UsageError(`-o ${name}= needs the name of a file`);
  return file === undefined || file === '-' ? { name, format } : { name, format, file };
}

function splitOnce(value: string): readonly [string, string | undefined] {
  const at = value.indexOf('=');
  return at === -1 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)];
}

function unknownFormat(word: string): string {
  const [near] = nearNames(word, FORMAT_NAMES, 1);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `--output takes ${FORMAT_NAMES.join(', ')}, not "${word}"${hint}`;
}
