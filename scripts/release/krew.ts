import { type Release } from './table.ts';

/** plugins/kroot.yaml for the index of krew. Windows is left out: krew wants an .exe there, and kroot is a script of Node.js. */
export function krewManifest({ version, artifacts, about }: Release): string {
  const platforms = artifacts.flatMap(({ folder, url, sha256, platforms: all }) =>
    all
      .filter(({ os }) => os !== 'windows')
      .flatMap(({ os, arch }) => [
        '    - selector:',
        '        matchLabels:',
        `          os: ${os}`,
        `          arch: ${arch}`,
        `      uri: ${url}`,
        `      sha256: ${sha256}`,
        `      bin: ${folder}/${(about.bin['kubectl-kroot'] ?? '').replace(/^\.\//, '')}`,
      ]),
  );
  return [
    'apiVersion: krew.googlecontainertools.github.com/v1alpha2',
    'kind: Plugin',
    'metadata:',
    '  name: kroot',
    'spec:',
    `  version: v${version}`,
    `  homepage: ${about.homepage}`,
    `  shortDescription: ${JSON.stringify(about.description)}`,
    '  description: |',
    '    Reads a cluster, or a capture of one, with get and list only, follows the',
    '    dependencies between its objects, and names root causes, what they break,',
    '    and how to repair them.',
    '  caveats: |',
    `    Needs Node.js ${about.node} or newer as "node" in the PATH.`,
    '  platforms:',
    ...platforms,
    '',
  ].join('\n');
}
