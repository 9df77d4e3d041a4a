import { readFileSync } from 'node:fs';

/** deploy/release/release.json: what a release consists of. Without a release, version and checksums are null. */
export interface ReleaseTable {
  readonly version: string | null;
  /** With {version} and {artifact}. */
  readonly url: string;
  readonly artifacts: readonly TableRow[];
}

interface TableRow {
  /** A file name, with {version}. */
  readonly artifact: string;
  readonly platforms: readonly string[];
  readonly sha256: string | null;
}

/** A release that is there: everything in it is known. */
export interface Release {
  readonly version: string;
  readonly artifacts: readonly Artifact[];
  readonly about: About;
}

/** One file of a release. */
export interface Artifact {
  readonly file: string;
  /** The one folder in it. */
  readonly folder: string;
  readonly url: string;
  readonly sha256: string;
  readonly platforms: readonly Platform[];
}

/** As Go names them. */
interface Platform {
  readonly os: string;
  readonly arch: string;
}

/** What the package says of itself. */
export interface About {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly homepage: string;
  /** Commands and their scripts in the package. */
  readonly bin: Readonly<Record<string, string>>;
  /** The oldest Node.js, such as 22.19. */
  readonly node: string;
}

/** What cannot go on, in one line. */
export class ReleaseError extends Error {}

export function readTable(file: string): ReleaseTable {
  return JSON.parse(readFileSync(file, 'utf8')) as ReleaseTable;
}

/** From the package.json of the command line. */
export function readAbout(file: string): About {
  const json = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly version: string;
    readonly description: string;
    readonly license: string;
    readonly repository: { readonly url: string };
    readonly bin: Readonly<Record<string, string>>;
    readonly engines: { readonly node: string };
  };
  const { version, description, license, repository, bin, engines } = json;
  return {
    version,
    description,
    license,
    homepage: repository.url.replace(/^git\+/, '').replace(/\.git$/, ''),
    bin,
    node: engines.node.replace(/^>=/, '').replace(/\.0$/, ''),
  };
}

/** The release of a table; refuses one with something unknown or made up in it. */
export function releaseOf(table: ReleaseTable, about: About): Release {
  const { version } = table;
  if (version === null || !/^\d+\.\d+\.\d+(?:-[0-9a-z.-]+)?$/i.test(version))
    throw new ReleaseError('the table names no version: run with --archives FOLDER, which holds what is released');
  const artifacts = table.artifacts.map(({ artifact, platforms, sha256 }): Artifact => {
    const file = fileOf(artifact, version);
    if (sha256 === null || !isChecksum(sha256))
      throw new ReleaseError(`${file} has no real checksum: run with --archives FOLDER, which holds the file`);
    return {
      file,
      folder: file.replace(/\.tar\.gz$/, ''),
      url: table.url.replaceAll('{version}', version).replaceAll('{artifact}', file),
      sha256,
      platforms: platforms.map((platform) => {
        const [os = '', arch = ''] = platform.split('/');
        return { os, arch };
      }),
    };
  });
  return { version, artifacts, about };
}

export function fileOf(artifact: string, version: string): string {
  return artifact.replaceAll('{version}', version);
}

/** The only file for these systems; a formula and a manifest of Scoop name one. */
export function artifactFor({ artifacts }: Release, ...systems: readonly string[]): Artifact {
  const fitting = artifacts.filter(({ platforms }) => platforms.some(({ os }) => systems.includes(os)));
  const only = fitting.at(0);
  if (only === undefined || fitting.length > 1)
    throw new ReleaseError(`one artifact is needed for ${systems.join(' and ')}, and the table has ${fitting.length}`);
  return only;
}

/** SHA-256 in hexadecimal; what somebody typed to fill the place has few different digits. */
function isChecksum(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text) && new Set(text).size > 6;
}
