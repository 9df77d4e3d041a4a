import { basename } from 'node:path';

/** What to call the program in usage texts: as a plugin of kubectl it is reached through kubectl. */
export function programName(path: string | undefined): string {
  return path !== undefined && basename(path).startsWith('kubectl-') ? 'kubectl kroot' : 'kroot';
}
