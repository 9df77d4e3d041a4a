import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { ReleaseError, type About } from './table.ts';

/** Gives the checksum of an archive that has what the manifests say of it; krew takes files and folders only, and needs the license. */
export function inspectArchive(folder: string, file: string, about: About): string {
  const path = join(folder, file);
  const content = read(path);
  const top = basename(file, '.tar.gz');
  const entries = list(path);
  const problems = entries.flatMap(({ mode, name }) => [
    ...(/^[-d]/.test(mode) ? [] : [`${name} is neither a file nor a folder`]),
    ...(name === `${top}/` || (name.startsWith(`${top}/`) && posix.normalize(name) === name)
      ? []
      : [`${name} is outside of ${top}/`]),
  ]);
  const modes = new Map(entries.map(({ mode, name }) => [name, mode]));
  const needed = ['LICENSE', ...Object.keys(about.bin).map((command) => `${command}.cmd`)];
  for (const name of needed) if (!modes.has(`${top}/${name}`)) problems.push(`${name} is missing`);
  for (const script of Object.values(about.bin)) {
    const mode = modes.get(posix.join(top, script));
    if (mode?.startsWith('-rwxr-xr-x') !== true) problems.push(`${script} is missing or cannot be executed`);
  }
  const problem = problems.at(0);
  if (problem !== undefined) throw new ReleaseError(`${file} cannot be released: ${problem}`);
  return createHash('sha256').update(content).digest('hex');
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new ReleaseError(`${path} cannot be read: make it with scripts/release-archive.ts`);
  }
}

function list(path: string): readonly { readonly mode: string; readonly name: string }[] {
  const { status, stdout, stderr } = spawnSync('tar', ['--numeric-owner', '-tvzf', path], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  });
  if (status !== 0) throw new ReleaseError(`${path} is no archive: ${stderr.split('\n')[0] ?? ''}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { mode = '', name = line } = /^(?<mode>\S+) +\S+ +\d+ \S+ \S+ (?<name>.*)$/.exec(line)?.groups ?? {};
      return { mode, name };
    });
}
