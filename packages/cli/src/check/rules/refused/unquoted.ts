import { type Manifest } from '@kroot/cluster';
import { formatRef, type Finding } from '@kroot/types';
import { refusal } from './refusal.ts';

/** Numbers and truth values where the API takes only text. */
export function* unquotedFaults({ ref, unquoted }: Manifest): Generator<Finding> {
  for (const { path, type } of unquoted) {
    yield refusal({
      ref,
      discriminator: `unquoted/${path}`,
      message: `${path} of ${formatRef(ref)} is a ${WORDS[type]} and has to be text`,
      cause: `The API server says "cannot unmarshal ${type} into Go struct field".`,
      path,
      quote: `a ${WORDS[type]}`,
      fix: 'Put the value in quotes.',
    });
  }
}

const WORDS = { number: 'number', bool: 'truth value' } as const;
