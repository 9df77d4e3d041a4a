import { basename, dirname, sep } from 'node:path';
import { leftOut } from '../input/entry.ts';
import { fileType } from '../input/files.ts';
import { folderEntries } from '../input/folder-entries.ts';
import { type ReadLimits } from '../limits.ts';

/** The files that a name stands for. */
export interface ManifestFiles {
  /** Whether they were found in a folder, where not everything need be a manifest. */
  readonly found: boolean;
  readonly files: readonly string[];
  readonly notices: readonly string[];
}

const MANIFEST_FILE = /\.(?:ya?ml|json)$/i;
const CHART = 'Chart.yaml';

/** Folders with the work of others. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'vendor']);

/** Finds the YAML and JSON files behind a name. Templates of Helm charts are no manifests until they are rendered. */
export async function manifestFiles(name: string, limits: ReadLimits): Promise<ManifestFiles> {
  if ((await fileType(name)) !== 'folder') return { found: false, files: [name], notices: [] };
  const files = (await folderEntries(name, limits, leftOut(), SKIPPED)).map(({ file }) => file);
  const all = files.filter((file) => MANIFEST_FILE.test(file));
  const charts = new Set(all.filter((file) => basename(file) === CHART).map((file) => dirname(file)));
  const notices = [...charts]
    .filter((chart) => chartAbove(dirname(chart), charts) === undefined)
    .map((chart) => `${chart}: Helm is not run: pipe \`helm template\` into kroot check -f -`);
  return { found: true, files: all.filter((file) => !isTemplate(file, charts)), notices };
}

function isTemplate(file: string, charts: ReadonlySet<string>): boolean {
  const chart = chartAbove(dirname(file), charts);
  return chart !== undefined && file.slice(chart.length + 1).startsWith(`templates${sep}`);
}

/** The chart that a folder belongs to. */
function chartAbove(folder: string, charts: ReadonlySet<string>): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (charts.has(at)) return at;
    if (at === dirname(at)) return undefined;
  }
}
