import { type Scope } from '../assemble.ts';
import { type Parcel } from '../parcel.ts';
import { listKind, rootOf, type DumpFile, type DumpReading, type Layout } from './layout.ts';

const FILE = /^(?<ns>[^/]+)\/(?<name>[a-z-]+)\.(?:json|yaml)$/;
const CONTROLLERS = /(?:^|\/)[^/]+\/replication-controllers\.(?:json|yaml)$/;
const KINDS: ReadonlyMap<string, string> = new Map([
  ['daemonsets', 'DaemonSet'],
  ['deployments', 'Deployment'],
  ['events', 'Event'],
  ['pods', 'Pod'],
  ['replicasets', 'ReplicaSet'],
  ['replication-controllers', 'ReplicationController'],
  ['services', 'Service'],
]);

/** `kubectl cluster-info dump --output-directory`: nodes, and seven kinds of each namespace that was asked for. */
export const clusterInfoDump: Layout = {
  name: 'kubectl cluster-info dump',
  reasons: {
    kind: 'kubectl cluster-info dump does not collect this kind',
    namespace: 'the dump does not hold this namespace',
  },
  roots: (parcels) => {
    const roots = new Set<string>();
    for (const parcel of parcels) {
      if (listKind(parcel) !== 'ReplicationController') continue;
      const root = rootOf(parcel.path, CONTROLLERS);
      if (root !== undefined) roots.add(root);
    }
    for (const root of roots) if (!hasNodes(parcels, root)) roots.delete(root);
    return roots;
  },
  read,
};

function hasNodes(parcels: readonly Parcel[], root: string): boolean {
  const folder = root === '' ? '' : `${root}/`;
  return parcels.some(
    (parcel) =>
      (parcel.path === `${folder}nodes.json` || parcel.path === `${folder}nodes.yaml`) && listKind(parcel) === 'Node',
  );
}

function read(files: readonly DumpFile[]): DumpReading {
  const scopes = new Map<Parcel, Scope>();
  for (const { path, parcel } of files) {
    const kind = listKind(parcel);
    const { ns, name = '' } = FILE.exec(path)?.groups ?? {};
    if (ns !== undefined && kind !== undefined && KINDS.get(name) === kind) scopes.set(parcel, { kind, namespace: ns });
    else if (kind === 'Node' && /^nodes\.(?:json|yaml)$/.test(path)) scopes.set(parcel, { kind, namespace: '*' });
  }
  return { scopes, ignored: new Set(), whole: [], statements: [], objects: [] };
}
