import { artifactFor, type Release } from './table.ts';

/** bucket/kroot.json for a bucket of Scoop. The archive has a .cmd for each command, which Scoop makes shims of. */
export function scoopManifest(release: Release): string {
  const { url, sha256, folder } = artifactFor(release, 'windows');
  const { description, homepage, license, bin } = release.about;
  const general = (text: string): string => text.replaceAll(release.version, '$version');
  const manifest = {
    version: release.version,
    description,
    homepage,
    license,
    depends: 'nodejs-lts',
    url,
    hash: sha256,
    extract_dir: folder,
    bin: Object.keys(bin).map((command) => `${command}.cmd`),
    checkver: { github: homepage },
    autoupdate: { url: general(url), extract_dir: general(folder) },
  };
  return `${JSON.stringify(manifest, undefined, 4)}\n`;
}
