import { type Parcel } from '../parcel.ts';
import { baseName, rootOf, singleNames, type DumpFile, type DumpReading, type Layout } from './layout.ts';

const FILE =
  /(?:^|\/)resources\/(?<resource>[a-z0-9.-]+)\/(?:(?<version>v[a-z0-9]+(?:-preferredversion)?)\/)?(?<place>cluster|namespaces\/[^/]+)\/(?<name>[^/]+)\.json$/;

/** A backup of Velero: a file for each object that was chosen, and the same again under the version that is preferred. */
export const velero: Layout = {
  name: 'Velero backup',
  reasons: {
    kind: 'the backup holds no object of this kind',
    namespace: 'the backup holds no object of this kind in this namespace',
  },
  roots: (parcels) => {
    const roots = new Set<string>();
    for (const parcel of parcels) {
      const root = singleNames(parcel).includes(baseName(parcel.path)) ? rootOf(parcel.path, FILE) : undefined;
      if (root !== undefined) roots.add(root);
    }
    return roots;
  },
  read,
};

function read(files: readonly DumpFile[]): DumpReading {
  const plain = new Set(
    files.flatMap(({ path }) => {
      const { resource = '', version, place = '', name = '' } = FILE.exec(path)?.groups ?? {};
      return resource !== '' && version === undefined ? [`${resource}/${place}/${name}`] : [];
    }),
  );
  const ignored = new Set<Parcel>();
  for (const { path, parcel } of files) {
    const { resource, version, place = '', name = '' } = FILE.exec(path)?.groups ?? {};
    const isTwin = version !== undefined && plain.has(`${resource ?? ''}/${place}/${name}`);
    // Without the twin, only the version that the API server prefers is taken.
    const isOther = version !== undefined && !version.endsWith('-preferredversion');
    if (resource === undefined || isTwin || isOther) ignored.add(parcel);
  }
  return { scopes: new Map(), ignored, whole: [], statements: [], objects: [] };
}
