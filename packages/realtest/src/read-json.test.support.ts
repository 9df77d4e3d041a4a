import { type ReportDocument } from '@kroot/types';
import { type KrootRun } from './run-kroot.ts';

/** Reads a run's JSON report; a run that printed none fails with what it said. */
export function reportOf({ code, stdout, stderr }: KrootRun): ReportDocument {
  if (!stdout.startsWith('{')) throw new Error(`no report, exit code ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as ReportDocument;
}
