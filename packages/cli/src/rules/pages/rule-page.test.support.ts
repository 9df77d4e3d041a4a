import { readdirSync } from 'node:fs';
import { readSnapshot } from '@kroot/cluster';
import { buildGraph } from '@kroot/graph';
import { type Analyzer, type Finding } from '@kroot/types';
import { kroot } from '../../run.test.support.ts';
import { excerpt } from './excerpt.test.support.ts';
import { fixtureLinks, linkTo, pageText } from './page-text.test.support.ts';

/** One fixture of a rule, and what kroot prints about it. */
interface Example {
  readonly file: string;
  readonly excerpt: string;
  readonly command: string;
  readonly printed: string;
  /** The rule heads a card, or is told among the unexplained. */
  readonly isTold: boolean;
}

/** The page of a rule: what it says about itself, and its first telling fixture as kroot reports it. Paths are those from the root. */
export async function rulePageText(analyzer: Analyzer): Promise<string> {
  const folder = `fixtures/rules/${analyzer.meta.id}`;
  const files = fixtures(folder, 'fires').map((name) => `${folder}/${name}`);
  const example = await firstTelling(analyzer, files);
  const fixes = (await Promise.all(files.map(async (file) => findingsOf(analyzer, file))))
    .flat()
    .flatMap((finding) => finding.fixes);
  return pageText(analyzer.meta, { fixes, example: exampleText(example), fixtures: fixtureList(folder) });
}

/** The fixtures of a rule by name, the plain one first. */
function fixtures(folder: string, beginning: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith(beginning) && /^[^.]+\.(?:json|yaml)$/.test(file))
    .toSorted((a, b) => Number(b.startsWith(`${beginning}.`)) - Number(a.startsWith(`${beginning}.`)));
}

async function findingsOf(analyzer: Analyzer, file: string): Promise<readonly Finding[]> {
  const snapshot = await readSnapshot(file);
  return [...analyzer.analyze({ snapshot, graph: buildGraph(snapshot), now: snapshot.now.getTime() })];
}

async function firstTelling(analyzer: Analyzer, files: readonly string[]): Promise<Example> {
  let first: Example | undefined;
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop -- the first one that tells ends it
    const example = await run(analyzer, file);
    if (example.isTold) return example;
    first ??= example;
  }
  if (first === undefined) throw new Error(`${analyzer.meta.id} has no fixture that fires`);
  return first;
}

async function run(analyzer: Analyzer, file: string): Promise<Example> {
  const args = ['diagnose', 'cluster', '-f', file, '--show-commands'];
  const { stdout } = await kroot(args);
  const snapshot = await readSnapshot(file);
  const findings = await findingsOf(analyzer, file);
  const parts = stdout.trimEnd().split(/\n\n(?=\d+ [A-Z]+ {2}|[A-Z]\w+(?: \w+)*\n|\d+ (?:critical|warning|info))/);
  const isAbout = (part: string): boolean => part.includes(` ${analyzer.meta.id}\n`);
  const isTold = parts.some(isAbout);
  const kept = parts.filter((part, at) =>
    isTold ? isAbout(part) : at > 0 && !/^(?:Blind spots|\d+ [a-z])/.test(part),
  );
  return {
    file,
    excerpt: excerpt(snapshot, findings),
    command: `kroot ${args.join(' ')}`,
    printed: kept.join('\n\n'),
    isTold,
  };
}

function exampleText({ file, excerpt: objects, command, printed, isTold }: Example): string {
  const link = linkTo(file);
  return [
    objects === '' ? `The objects are in ${link}.` : `What it rests on, in ${link}:\n\n\`\`\`yaml\n${objects}\`\`\``,
    isTold
      ? 'What kroot makes of it, without the head of the report and what the file does not hold:'
      : 'What kroot makes of it, without the head of the report and what the file does not hold. Something else explains what this rule found, so that heads the card:',
    `\`\`\`console\n$ ${command}\n…\n${printed}\n…\n\`\`\``,
  ].join('\n\n');
}

function fixtureList(folder: string): string {
  const paths = (beginning: string): readonly string[] =>
    fixtures(folder, beginning).map((file) => `${folder}/${file}`);
  return fixtureLinks(paths('fires'), paths('silent'));
}
