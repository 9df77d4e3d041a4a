import { SEVERITIES, type Diagnosis } from '@kroot/types';

/** In order again, after severities have changed. */
export function ranked(diagnoses: readonly Diagnosis[]): readonly Diagnosis[] {
  return diagnoses
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .map((diagnosis, i) => ({ ...diagnosis, rank: i + 1 }));
}
