// Makes the manifests of package managers from the release table, deploy/release/release.json.
//   node scripts/release-files.ts --archives FOLDER [--out OUT]   fills in version and checksums from the archives, and writes all
//   node scripts/release-files.ts --check [--out OUT]             fails where a manifest is not what the table makes
// OUT is deploy/release if not given; a table in it goes first. Nothing is written without the checksums of archives that are there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { homebrewFormula } from './release/homebrew.ts';
import { inspectArchive } from './release/inspect-archive.ts';
import { krewManifest } from './release/krew.ts';
import { scoopManifest } from './release/scoop.ts';
import {
  fileOf,
  readAbout,
  readTable,
  releaseOf,
  ReleaseError,
  type About,
  type Release,
  type ReleaseTable,
} from './release/table.ts';

const root = join(import.meta.dirname, '..');
const TABLE = 'release.json';

/** The manifests and where they are in the repositories that they are for: an index of krew, a tap, a bucket. */
const FILES: ReadonlyMap<string, (release: Release) => string> = new Map([
  ['plugins/kroot.yaml', krewManifest],
  ['Formula/kroot.rb', homebrewFormula],
  ['bucket/kroot.json', scoopManifest],
]);

const { values } = parseArgs({
  options: {
    archives: { type: 'string' },
    out: { type: 'string', default: join(root, 'deploy/release') },
    check: { type: 'boolean', default: false },
  },
});

try {
  const about = readAbout(join(root, 'packages/cli/package.json'));
  if (values.check) check(values.out, about);
  else {
    const own = join(values.out, TABLE);
    const table = readTable(existsSync(own) ? own : join(root, 'deploy/release', TABLE));
    write(values.out, values.archives === undefined ? table : filled(table, values.archives, about), about);
  }
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error;
  process.stderr.write(`release-files: ${error.message}\n`);
  process.exitCode = 2;
}

/** The table of this version, with the checksums of what will be released. */
function filled(table: ReleaseTable, folder: string, about: About): ReleaseTable {
  const { version } = about;
  const artifacts = table.artifacts.map((row) => {
    return { ...row, sha256: inspectArchive(folder, fileOf(row.artifact, version), about) };
  });
  return { ...table, version, artifacts };
}

function write(out: string, table: ReleaseTable, about: About): void {
  const release = releaseOf(table, about);
  // All of them first: either everything is written or nothing.
  const texts = [...FILES].map(([name, make]) => [name, make(release)] as const);
  for (const [name, text] of [...texts, [TABLE, `${JSON.stringify(table, undefined, 2)}\n`] as const]) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), text);
  }
}

function check(out: string, about: About): void {
  const table = readTable(join(out, TABLE));
  const isReleased = table.version !== null || table.artifacts.some(({ sha256 }) => sha256 !== null);
  const release = isReleased ? releaseOf(table, about) : undefined;
  for (const [name, make] of FILES) {
    const file = join(out, name);
    const found = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    if (found !== (release && make(release)))
      throw new ReleaseError(
        release === undefined
          ? `${name} is there, but the table has no release`
          : `${name} is not what the table makes: run scripts/release-files.ts`,
      );
  }
}
