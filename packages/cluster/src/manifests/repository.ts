import { stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

/** The folder above that Git keeps, else the one that the program runs in, else the root itself. */
export async function repositoryOf(root: string): Promise<string> {
  const start = resolve(root);
  for (let folder = start; ; folder = dirname(folder)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, upwards
    const isRepository = await stat(join(folder, '.git')).then(
      () => true,
      () => false,
    );
    if (isRepository) return folder;
    if (folder === dirname(folder)) break;
  }
  const here = resolve('.');
  return start === here || start.startsWith(here + sep) ? here : start;
}
