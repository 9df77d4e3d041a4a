import { BUILTIN_KINDS } from '@kroot/types';
import { toYaml } from './yaml.test.support.ts';

// Writes objects and logs as the tools lay them out: paths, list types and the fields that they leave out are those of real
// dumps.

/** An object as the API gives it. */
export interface Raw {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The log of a container. */
export interface RawLog {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly text: string;
  readonly previous?: string;
}

/** What is to be dumped. */
export interface World {
  readonly objects: readonly Raw[];
  readonly logs: readonly RawLog[];
}

/** Paths and contents of the files of a dump. */
export type Files = ReadonlyMap<string, string>;

const VERSION = { major: '1', minor: '34', gitVersion: 'v1.34.2' };

function namespacesOf({ objects }: World): readonly string[] {
  return objects.flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : []));
}

function select({ objects }: World, kind: string, namespace?: string): readonly Raw[] {
  return objects.filter((one) => one.kind === kind && one.metadata.namespace === namespace);
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A typed list, whose items name their type or not. */
function list(kind: string, items: readonly Raw[], named: boolean): object {
  return {
    kind: `${kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: '4711' },
    items: items.map(({ apiVersion, kind: own, ...rest }) => (named ? { kind: own, apiVersion, ...rest } : rest)),
  };
}

function apiVersionOf(kind: string): string {
  const { group = '' } = BUILTIN_KINDS.find((one) => one.kind === kind) ?? {};
  return group === '' ? 'v1' : `${group}/v1`;
}

const DUMPED = [
  ['events', 'Event'],
  ['replication-controllers', 'ReplicationController'],
  ['services', 'Service'],
  ['daemonsets', 'DaemonSet'],
  ['deployments', 'Deployment'],
  ['replicasets', 'ReplicaSet'],
  ['pods', 'Pod'],
] as const;

function marked({ container, pod, namespace, text }: RawLog): string {
  const of = `logs for container ${container} of pod ${namespace}/${pod}`;
  return `==== START ${of} ====\n${text}==== END ${of} ====\n`;
}

/** `kubectl cluster-info dump --output-directory`, of some namespaces. */
export function clusterInfoDump(world: World, namespaces: readonly string[] = namespacesOf(world)): Files {
  const files = new Map([['nodes.json', json(list('Node', select(world, 'Node'), false))]]);
  for (const ns of namespaces) {
    for (const [file, kind] of DUMPED)
      files.set(`${ns}/${file}.json`, json(list(kind, select(world, kind, ns), false)));
    for (const log of world.logs) {
      const path = `${ns}/${log.pod}/logs.txt`;
      if (log.namespace === ns) files.set(path, `${files.get(path) ?? ''}${marked(log)}`);
    }
  }
  return files;
}

/** `kubectl cluster-info dump` without a folder: all in one text. */
export function dumpText(world: World, output: 'json' | 'yaml' = 'json'): string {
  const namespaces = namespacesOf(world);
  let printed = 0;
  const print = (value: object): string => {
    if (output === 'json') return json(value);
    printed += 1;
    const { apiVersion, items, kind, metadata } = value as Readonly<Record<string, unknown>>;
    return `${printed === 1 ? '' : '---\n'}${toYaml({ apiVersion, items, kind, metadata })}`;
  };
  return [
    print(list('Node', select(world, 'Node'), false)),
    ...namespaces.flatMap((ns) => [
      ...DUMPED.map(([, kind]) => print(list(kind, select(world, kind, ns), false))),
      ...world.logs.filter((log) => log.namespace === ns).map((log) => marked(log)),
    ]),
  ].join('');
}

/** What `oc adm inspect ns/…` lists. */
const INSPECTED = [
  'Pod',
  'Event',
  'ConfigMap',
  'Secret',
  'Service',
  'Endpoints',
  'PersistentVolumeClaim',
  'ReplicationController',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'EndpointSlice',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
] as const;

/** `oc adm inspect`, of some namespaces: the values of Secrets are replaced by their lengths. */
export function inspect(world: World, namespaces: readonly string[] = namespacesOf(world)): Files {
  const files = new Map<string, string>();
  for (const node of select(world, 'Node')) {
    files.set(`cluster-scoped-resources/core/nodes/${node.metadata.name}.yaml`, `---\n${toYaml(node)}`);
  }
  for (const ns of namespaces) {
    for (const space of select(world, 'Namespace').filter(({ metadata }) => metadata.name === ns)) {
      files.set(`namespaces/${ns}/${ns}.yaml`, `---\n${toYaml(space)}`);
    }
    for (const kind of INSPECTED) {
      const { group = '', resource = '' } = BUILTIN_KINDS.find((one) => one.kind === kind) ?? {};
      const items = select(world, kind, ns).map((one) => (kind === 'Secret' ? elided(one) : one));
      const { apiVersion, metadata } = list(kind, [], true) as Readonly<Record<string, unknown>>;
      const path = `namespaces/${ns}/${group === '' ? 'core' : group}/${resource}.yaml`;
      files.set(path, `---\n${toYaml({ apiVersion, items, kind: `${kind}List`, metadata })}`);
    }
    for (const pod of select(world, 'Pod', ns)) {
      files.set(`namespaces/${ns}/pods/${pod.metadata.name}/${pod.metadata.name}.yaml`, `---\n${toYaml(pod)}`);
    }
  }
  for (const { namespace, pod, container, text, previous = '' } of world.logs) {
    const folder = `namespaces/${namespace}/pods/${pod}/${container}/${container}/logs`;
    files.set(`${folder}/current.log`, text);
    files.set(`${folder}/previous.log`, previous);
    files.set(`${folder}/previous.insecure.log`, '');
  }
  return files;
}

function elided(secret: Raw): Raw {
  const { data = {} } = secret as Raw & { readonly data?: Readonly<Record<string, string>> };
  return { ...secret, data: Object.fromEntries(Object.keys(data).map((key) => [key, 'OCAgYnl0ZXMgbG9uZw=='])) } as Raw;
}

/** `oc adm must-gather` with two images: a root for each, of which the second gathered one namespace. */
export function mustGather(world: World): Files {
  const images = [
    ['quay-io-openshift-release-sha256-1f2e', namespacesOf(world).filter((ns) => ns !== 'shop')],
    ['quay-io-shop-gather-sha256-9c8b', ['shop']],
  ] as const;
  const files = new Map([
    [
      'must-gather.local.42/timestamp',
      '2026-03-10 09:58:00 +0000 UTC m=+0.1\n2026-03-10 10:00:00 +0000 UTC m=+120.3\n',
    ],
    ['must-gather.local.42/event-filter.html', '<html></html>\n'],
    ['must-gather.local.42/must-gather.logs', '[must-gather      ] OUT Using must-gather plug-in image\n'],
  ]);
  for (const [image, namespaces] of images) {
    const root = `must-gather.local.42/${image}`;
    files.set(`${root}/version`, 'openshift/must-gather\n4.16.3\n');
    for (const [path, text] of inspect(world, namespaces)) {
      const isOther = path.includes('/pods/') && !namespaces.some((ns) => path.startsWith(`namespaces/${ns}/`));
      if (!isOther) files.set(`${root}/${path}`, text);
    }
  }
  return files;
}

const BUNDLED = [
  ['configmaps', 'ConfigMap'],
  ['cronjobs', 'CronJob'],
  ['daemonsets', 'DaemonSet'],
  ['deployments', 'Deployment'],
  ['endpoints', 'Endpoints'],
  ['endpointslices', 'EndpointSlice'],
  ['events', 'Event'],
  ['ingress', 'Ingress'],
  ['jobs', 'Job'],
  ['limitranges', 'LimitRange'],
  ['network-policy', 'NetworkPolicy'],
  ['pod-disruption-budgets', 'PodDisruptionBudget'],
  ['pods', 'Pod'],
  ['pvcs', 'PersistentVolumeClaim'],
  ['replicasets', 'ReplicaSet'],
  ['resource-quota', 'ResourceQuota'],
  ['rolebindings', 'RoleBinding'],
  ['roles', 'Role'],
  ['serviceaccounts', 'ServiceAccount'],
  ['services', 'Service'],
  ['statefulsets', 'StatefulSet'],
] as const;
const BUNDLED_CLUSTER = [
  ['clusterrolebindings', 'ClusterRoleBinding'],
  ['clusterroles', 'ClusterRole'],
  ['namespaces', 'Namespace'],
  ['nodes', 'Node'],
  ['priorityclasses', 'PriorityClass'],
  ['pvs', 'PersistentVolume'],
  ['storage-classes', 'StorageClass'],
] as const;
const NEWER: ReadonlySet<string> = new Set(['ConfigMap', 'Endpoints', 'EndpointSlice', 'ServiceAccount', 'DaemonSet']);

/** What a support bundle holds besides. */
export interface BundleOptions {
  readonly generation: 'old' | 'new';
  /** Secrets that were asked for by name, and what came of it. */
  readonly secrets?: Readonly<Record<string, 'exists' | 'not found' | 'forbidden'>>;
  /** Resources that the maker of the bundle may not list. */
  readonly denied?: readonly string[];
}

/** A Replicated support bundle. */
export function supportBundle(world: World, options: BundleOptions): Files {
  const root = options.generation === 'new' ? 'support-bundle-2026-03-10T10_00_00' : 'support-bundle';
  const version = { info: VERSION, string: VERSION.gitVersion };
  const files = [
    ['version.yaml', 'apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\nspec:\n  versionNumber: 0.123.14\n'],
    ['analysis.json', json([{ name: 'node.ready', labels: {}, insight: { primary: 'Nodes', detail: 'ready' } }])],
    ['cluster-info/cluster_version.json', json(version)],
    ['cluster-resources/resources.json', json([{ groupVersion: 'v1', resources: [{ name: 'pods', kind: 'Pod' }] }])],
    ...bundledLists(world, options),
    ...bundledRights(world, options),
    ...bundledProbes(options),
    ...world.logs.flatMap(({ namespace, pod, container, text, previous }) => {
      const start = `cluster-resources/pods/logs/${namespace}/${pod}/${container}`;
      return [
        [`${start}.log`, text] as const,
        ...(previous === undefined ? [] : [[`${start}-previous.log`, previous] as const]),
      ];
    }),
  ] as const;
  return new Map(files.map(([path, text]) => [`${root}/${path}`, text]));
}

type File = readonly [path: string, text: string];

function bundledLists(world: World, { denied = [], generation }: BundleOptions): readonly File[] {
  const isOld = generation === 'old';
  const file = (name: string, items: readonly Raw[], kind: string): File => [
    `cluster-resources/${isOld ? (OLD_NAMES.get(name) ?? name) : name}.json`,
    json(list(kind, items, true)),
  ];
  return [
    ...BUNDLED_CLUSTER.map(([name, kind]) => file(name, select(world, kind), kind)),
    ...BUNDLED.filter(([, kind]) => !(isOld && NEWER.has(kind)) && !denied.includes(resourceOf(kind))).flatMap(
      ([name, kind]) =>
        namespacesOf(world).map((ns) => {
          const folder = isOld ? (OLD_NAMES.get(name) ?? name) : name;
          return file(`${folder}/${ns}`, select(world, kind, ns), kind);
        }),
    ),
  ];
}

/** What the maker of the bundle may do, and the errors of what was tried in vain. */
function bundledRights(world: World, { denied = [] }: BundleOptions): readonly File[] {
  const resources = BUILTIN_KINDS.map(({ resource }) => resource).filter((one) => !denied.includes(one));
  const rule =
    denied.length === 0
      ? { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
      : { verbs: ['list'], apiGroups: ['*'], resources };
  const errors = BUNDLED.filter(([, kind]) => denied.includes(resourceOf(kind))).map(([name, kind]): File => {
    const said = `${resourceOf(kind)} is forbidden: User "u" cannot list resource "${resourceOf(kind)}" in API group ""`;
    return [
      `cluster-resources/${name}-errors.json`,
      json(Object.fromEntries(namespacesOf(world).map((ns) => [ns, `${said} in the namespace "${ns}"`]))),
    ];
  });
  return [
    ...namespacesOf(world).map((ns): File => [`cluster-resources/auth-cani-list/${ns}.json`, json([rule])]),
    ...errors,
  ];
}

function bundledProbes({ secrets = {} }: BundleOptions): readonly File[] {
  return Object.entries(secrets).flatMap(([path, answer]): readonly File[] => {
    const [namespace = '', name = ''] = path.split('/');
    const probe = { namespace, name, key: '', secretExists: answer === 'exists', keyExists: false };
    const why = answer === 'not found' ? `secrets "${name}" not found` : `secrets "${name}" is forbidden: cannot get`;
    const file: File = [`secrets/${path}.json`, json(probe)];
    return answer === 'exists' ? [file] : [file, [`secrets-errors/${path}.json`, json([why])]];
  });
}

function resourceOf(kind: string): string {
  return BUILTIN_KINDS.find((one) => one.kind === kind)?.resource ?? '';
}

const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['clusterrolebindings', 'clusterRoleBindings'],
  ['resource-quota', 'resource-quotas'],
]);

const ASKED = [
  'ConfigMap',
  'DaemonSet',
  'Deployment',
  'Endpoints',
  'Event',
  'Ingress',
  'Job',
  'PersistentVolumeClaim',
  'Pod',
  'ReplicaSet',
  'ResourceQuota',
  'Service',
  'ServiceAccount',
  'StatefulSet',
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
];

/** Sonobuoy results: no root folder, bare lists, only of what there is; `meta/query-time.json` tells what was asked for. */
export function sonobuoy(world: World, failed: readonly string[] = []): Files {
  const files = new Map<string, string>([
    ['meta/config.json', json({ Description: 'DEFAULT', Filters: { Namespaces: '.*', LabelSelector: '' } })],
    ['meta/run.log', 'level=info msg="Running cluster queries"\n'],
    ['serverversion.json', json(VERSION)],
    ['servergroups.json', json({ kind: 'APIGroupList', groups: [{ name: 'apps' }] })],
    ['hosts/worker-1/healthz.json', '{"status":200}'],
    ['hosts/worker-1/configz.json', json({ kubeletconfig: { kind: 'KubeletConfiguration' } })],
  ]);
  const queries: object[] = [];
  for (const kind of ASKED) {
    const { group = '', namespaced = true, resource = '' } = BUILTIN_KINDS.find((one) => one.kind === kind) ?? {};
    for (const ns of namespaced ? namespacesOf(world) : [undefined]) {
      const query = { queryobj: resource, ...(ns === undefined ? {} : { namespace: ns }), time: '2ms' };
      if (failed.includes(resource)) {
        queries.push({ ...query, error: `${resource} is forbidden` });
        continue;
      }
      queries.push(query);
      const items = select(world, kind, ns);
      const file = `${group === '' ? 'core' : group}_v1_${resource}.json`;
      if (items.length > 0) files.set(`resources/${ns === undefined ? 'cluster' : `ns/${ns}`}/${file}`, json(items));
    }
  }
  files.set('meta/query-time.json', JSON.stringify(queries));
  for (const { namespace, pod, container, text } of world.logs) {
    files.set(`podlogs/${namespace}/${pod}/logs/${container}.txt`, text);
  }
  return files;
}

/** A Velero backup: every object twice, Secrets in clear. */
export function velero({ objects }: World): Files {
  const files = new Map([['metadata/version', '1.1.0\n']]);
  for (const one of objects) {
    const { group = '', resource = '' } = BUILTIN_KINDS.find(({ kind }) => kind === one.kind) ?? {};
    const { name, namespace } = one.metadata;
    const folder = `resources/${resource}${group === '' ? '' : `.${group}`}`;
    const place = namespace === undefined ? 'cluster' : `namespaces/${namespace}`;
    for (const version of ['', 'v1-preferredversion/']) {
      files.set(`${folder}/${version}${place}/${name}.json`, JSON.stringify(one));
    }
  }
  return files;
}

/** `kwokctl snapshot save --format k8s`: documents one behind the other. */
export function kwokSnapshot({ objects }: World): string {
  return objects.map((one) => toYaml(one)).join('---\n');
}
