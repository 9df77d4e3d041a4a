import { readFileSync } from 'node:fs';
import { readManifests } from '@kroot/cluster';
import { type AnalyzerMeta, type Fix } from '@kroot/types';
import { checkAlone } from '../../check/check-manifests.ts';
import { manifestFixtures } from '../../check/manifest-fixtures.test.support.ts';
import { kroot } from '../../run.test.support.ts';
import { fixtureLinks, linkTo, pageText } from './page-text.test.support.ts';

/** The page of a rule on manifests: what it says about itself, and its first fixture as `kroot check` reports it. */
export async function manifestPageText(meta: AnalyzerMeta): Promise<string> {
  const files = manifestFixtures(meta.id, 'fires');
  const [first = ''] = files;
  const fixes = (await Promise.all(files.map(fixesOf))).flat();
  const args = ['check', '-f', first, '--show-commands'];
  const { stdout } = await kroot(args);
  const example = [
    `The manifests, in ${linkTo(first)}:`,
    `\`\`\`yaml\n${readFileSync(first, 'utf8')}\`\`\``,
    'What kroot makes of them:',
    `\`\`\`console\n$ kroot ${args.join(' ')}\n${stdout}\`\`\``,
    'Only [`kroot check`](../check.md) has this rule.',
  ].join('\n\n');
  return pageText(meta, { fixes, example, fixtures: fixtureLinks(files, manifestFixtures(meta.id, 'silent')) });
}

async function fixesOf(file: string): Promise<readonly Fix[]> {
  const { report } = checkAlone(await readManifests([file]), { judgement: {}, plugins: [], today: new Date(0) });
  return report.diagnoses.flatMap((diagnosis) => diagnosis.fixes);
}
