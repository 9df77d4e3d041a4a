import { compareStrings } from '@kroot/types';
import { type Parcel } from '../parcel.ts';
import { clusterInfoDump } from './cluster-info-dump.ts';
import { type DumpReading, type Layout } from './layout.ts';
import { mustGather } from './must-gather.ts';
import { sonobuoy } from './sonobuoy.ts';
import { supportBundle } from './support-bundle.ts';
import { velero } from './velero.ts';

const LAYOUTS: readonly Layout[] = [mustGather, supportBundle, sonobuoy, velero, clusterInfoDump];

/** One dump within an input. */
export interface Dump {
  readonly layout: Layout;
  readonly parcels: readonly Parcel[];
  readonly reading: DumpReading;
}

/** Finds the dumps in the files of a folder or an archive; files that belong to none are `others`. */
export function findDumps(parcels: readonly Parcel[]): {
  readonly dumps: readonly Dump[];
  readonly others: readonly Parcel[];
} {
  const roots = new Map<string, Layout>();
  for (const layout of LAYOUTS) {
    for (const root of layout.roots(parcels)) if (!roots.has(root)) roots.set(root, layout);
  }
  if (roots.size === 0) return { dumps: [], others: parcels };
  const members = new Map<string, Parcel[]>();
  const others: Parcel[] = [];
  for (const parcel of parcels) {
    const root = nearestRoot(parcel.path, roots);
    if (root === undefined) others.push(parcel);
    else push(members, root, parcel);
  }
  const dumps = [...roots]
    .toSorted(([a], [b]) => compareStrings(a, b))
    .map(([root, layout]) => {
      const own = members.get(root) ?? [];
      const start = root === '' ? 0 : root.length + 1;
      const files = own.map((parcel) => ({ path: parcel.path.slice(start), parcel }));
      return { layout, parcels: own, reading: layout.read(files) };
    });
  return { dumps, others };
}

/** The innermost root that a file is below. */
function nearestRoot(path: string, roots: ReadonlyMap<string, unknown>): string | undefined {
  for (let end = path.lastIndexOf('/'); end !== -1; end = path.lastIndexOf('/', end - 1)) {
    if (roots.has(path.slice(0, end))) return path.slice(0, end);
    if (end === 0) break;
  }
  return roots.has('') ? '' : undefined;
}

function push(members: Map<string, Parcel[]>, root: string, parcel: Parcel): void {
  const known = members.get(root);
  if (known === undefined) members.set(root, [parcel]);
  else known.push(parcel);
}
