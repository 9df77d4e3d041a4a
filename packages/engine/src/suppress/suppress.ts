import { type Diagnosis, type Snapshot, type Unexplained } from '@kroot/types';
import { expiredWords } from './expired-words.ts';
import { suppressibleDiagnosis, suppressibleSymptom } from './suppressible.ts';
import { judgeOf, type ConfiguredSuppression, type Judging, type SuppressionVerdict } from './verdict-of.ts';

/** What was found, before or after something of it was hidden. */
export interface Found {
  readonly diagnoses: readonly Diagnosis[];
  readonly unexplained: readonly Unexplained[];
}

/** What is told, what is hidden, and what is to be said about hiding it. */
export interface Sifted extends Found {
  readonly suppressed: readonly Diagnosis[];
  readonly suppressedSymptoms: readonly Unexplained[];
  readonly notices: readonly string[];
}

/** How to sift. */
export interface SuppressOptions extends Judging {
  /** Whether everything was looked at: only then something that fits nothing is of no use. */
  readonly everything: boolean;
}

/**
 * Hides what somebody decided not to be told of. Only what is found under the rule of a suppression: a hidden symptom leaves
 * its root cause where it is, with all that it explains.
 */
export function suppress(snapshot: Snapshot, found: Found, options: SuppressOptions): Sifted {
  const judge = judgeOf(snapshot, options);
  const diagnoses = found.diagnoses.map((diagnosis) => {
    const verdict = judge.judge(suppressibleDiagnosis(snapshot, diagnosis));
    return withVerdict(noted(diagnosis, verdict, options.today), verdict);
  });
  const symptoms = found.unexplained.map((symptom) => {
    const verdict = judge.judge(suppressibleSymptom(snapshot, symptom));
    return withVerdict(noted(symptom, verdict, options.today), verdict);
  });
  return {
    diagnoses: diagnoses.filter(({ suppressedBy }) => suppressedBy === undefined),
    suppressed: diagnoses.filter(({ suppressedBy }) => suppressedBy !== undefined),
    unexplained: symptoms.filter(({ suppressedBy }) => suppressedBy === undefined),
    suppressedSymptoms: symptoms.filter(({ suppressedBy }) => suppressedBy !== undefined),
    notices: [
      ...judge.problems(),
      ...(options.everything ? judge.unused().map((each) => unusedWords(each)) : []),
      ...timelessWords(options.today, [...diagnoses, ...symptoms]),
    ],
  };
}

function noted<T extends { readonly notes?: readonly string[] }>(
  found: T,
  { expired }: SuppressionVerdict,
  now: Date,
): T {
  return expired === undefined ? found : { ...found, notes: [expiredWords(expired, now), ...(found.notes ?? [])] };
}

function withVerdict<T extends object>(found: T, { by, expired }: SuppressionVerdict): T & SuppressedFields {
  return {
    ...found,
    ...(by === undefined ? {} : { suppressedBy: by }),
    ...(expired === undefined ? {} : { suppressionExpired: expired }),
  };
}

type SuppressedFields = Pick<Diagnosis, 'suppressedBy' | 'suppressionExpired'>;

function unusedWords({ rule, where }: ConfiguredSuppression): string {
  return `${where === undefined ? '' : `${where}: `}the suppression of ${rule} fits nothing that was found; remove it if it is not needed any more`;
}

/** Without any time in the input nothing ever ends. */
function timelessWords(today: Date, found: readonly SuppressedFields[]): readonly string[] {
  const bounded = found.some(({ suppressedBy }) => suppressedBy?.until !== undefined);
  return bounded && today.getTime() <= 0
    ? ['the input does not say when it was captured, so suppressions that end some day are taken to hold']
    : [];
}
