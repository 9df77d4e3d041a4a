import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { formatRef, type Diagnosis } from '@kroot/types';

/** One line per root cause, in the order in which to fix them: what a pager has room for. */
export async function summarize(files: readonly string[]): Promise<readonly string[]> {
  const report = diagnose(await readSnapshot(files), { analyzers: builtinAnalyzers });
  return report.diagnoses.map((diagnosis) => line(diagnosis));
}

function line({ rank, severity, rootCause, message, impact }: Diagnosis): string {
  const pods = impact.pods.length === 1 ? '1 pod' : `${impact.pods.length} pods`;
  return `${rank}. [${severity}] ${message} (${formatRef(rootCause)}, ${pods} affected)`;
}
