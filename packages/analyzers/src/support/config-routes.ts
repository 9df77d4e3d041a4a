import { isFinished, memoize, podReferences, refOf, serviceNamed, topOwner } from '@kroot/graph';
import { refKey, type ConfigMap, type Pod, type ResourceRef, type Service, type Snapshot } from '@kroot/types';

/** An address in a file that a running program mounts, which leads nowhere in the cluster. */
export interface LostRoute {
  readonly config: ResourceRef;
  readonly key: string;
  /** The line as it stands in the file. */
  readonly line: string;
  readonly number: number;
  readonly service: ResourceRef;
  /** Set where the Service exists without this port. */
  readonly port?: number;
  readonly found?: Service;
  /** The workloads that mount the file. */
  readonly owners: readonly [ResourceRef, ...ResourceRef[]];
  /** Services that other addresses in the same ConfigMap lead to. */
  readonly others: readonly string[];
}

const MAX_LINES = 5000;
/** A route of a proxy or gateway: nginx, envoy, application gateways in YAML. */
const ADDRESS = /\b(?:https?|lb|grpcs?|h2c|wss?):\/\/([a-z0-9][a-z0-9.-]{0,252})(?::(\d{1,5}))?(?=[\s/;"',)\]}]|$)/g;
/** A template is filled in later, and a comment is not read. */
const SKIPPED = /^\s*(?:#|\/\/|;)|\{\{|\$\{|\$\(|<%/;
/** What tells a gateway from a program that names an outside address or two. */
const ROUTES = 2;

/** All of them, in order of ConfigMap, key and line; only from files that route to several Services that do exist. */
export const lostRoutes: (snapshot: Snapshot) => readonly LostRoute[] = memoize((snapshot) =>
  [...mounts(snapshot).values()].flatMap(({ config, owners }) => routesOf(snapshot, config, owners)),
);

interface Mounted {
  readonly config: ConfigMap;
  readonly owners: [ResourceRef, ...ResourceRef[]];
}

const mounts = memoize((snapshot: Snapshot) => {
  const configs = new Map(snapshot.list('ConfigMap').map((config) => [refKey(refOf(config)), config]));
  const found = new Map<string, Mounted>();
  for (const pod of snapshot.list('Pod')) {
    if (isFinished(pod) || pod.metadata.deletionTimestamp !== undefined) continue;
    const owner = topOwner(snapshot, pod);
    for (const key of mountedBy(pod)) {
      const config = configs.get(key);
      const known = found.get(key);
      if (config !== undefined && known === undefined) found.set(key, { config, owners: [owner] });
      else if (known?.owners.every((other) => refKey(other) !== refKey(owner)) === true) known.owners.push(owner);
    }
  }
  return found;
});

function mountedBy({ spec, metadata }: Pod): ReadonlySet<string> {
  const volumes = podReferences(spec, metadata.namespace).filter(
    ({ target, path }) => target.kind === 'ConfigMap' && path.startsWith('spec.volumes'),
  );
  return new Set(volumes.map(({ target }) => refKey(target)));
}

interface Address {
  readonly key: string;
  readonly line: string;
  readonly number: number;
  readonly host: string;
  readonly port?: number;
}

function addressesOf({ data = {} }: ConfigMap): readonly Address[] {
  return Object.entries(data).flatMap(([key, text]) =>
    text.split('\n', MAX_LINES).flatMap((line, i) =>
      SKIPPED.test(line)
        ? []
        : [...line.slice(0, 1000).matchAll(ADDRESS)].map(([, host = '', port]) => ({
            key,
            line: line.trim(),
            number: i + 1,
            host,
            ...(port === undefined ? {} : { port: Number(port) }),
          })),
    ),
  );
}

function routesOf(snapshot: Snapshot, config: ConfigMap, owners: Mounted['owners']): readonly LostRoute[] {
  const { namespace = '' } = config.metadata;
  const routes = addressesOf(config).flatMap((address) => {
    const meant = serviceNamed(snapshot, address.host, namespace);
    return meant === undefined || address.host === 'localhost' ? [] : [{ address, meant }];
  });
  const good = routes.filter(({ address, meant }) => meant.exists === 'present' && hasPort(meant.object, address.port));
  const others = [...new Set(good.map(({ meant }) => meant.service.name))];
  if (others.length < ROUTES) return [];
  return routes.flatMap(({ address, meant }): readonly LostRoute[] => {
    const lost = meant.exists === 'absent' || (meant.exists === 'present' && !hasPort(meant.object, address.port));
    if (!lost) return [];
    const { key, line, number, port } = address;
    const base = { config: refOf(config), key, line, number, service: meant.service, owners, others };
    return [meant.object === undefined || port === undefined ? base : { ...base, port, found: meant.object }];
  });
}

/** Headless Services are reached at any port of their pods. */
function hasPort(service: Service | undefined, port: number | undefined): boolean {
  const { clusterIP, type, ports = [] } = service?.spec ?? {};
  if (port === undefined || clusterIP === 'None' || type === 'ExternalName') return true;
  return ports.some((each) => each.port === port);
}
