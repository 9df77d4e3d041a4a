import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../../..');

/** The fixtures of a rule on manifests, files and folders, with their paths from the root; the plain one first. */
export function manifestFixtures(rule: string, beginning: 'fires' | 'silent'): readonly string[] {
  const folder = `fixtures/check/${rule}`;
  return readdirSync(join(root, folder))
    .filter((name) => name.startsWith(beginning))
    .toSorted((a, b) => Number(b.startsWith(`${beginning}.`)) - Number(a.startsWith(`${beginning}.`)))
    .map((name) => `${folder}/${name}`);
}
