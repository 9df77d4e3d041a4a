import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Raw, type RawLog, type World } from './dump-shapes.test.support.ts';

const fixture = join(import.meta.dirname, '../../../../fixtures/logs/objects.json');
const { items } = JSON.parse(readFileSync(fixture, 'utf8')) as { readonly items: readonly Raw[] };

/** A credential that must never be seen again. */
export const CANARY = 'c4nary-s3cret-value';

const created = '2026-03-01T10:00:00Z';

function object(apiVersion: string, kind: string, path: string, body: object = {}): Raw {
  const [name = '', namespace] = path.split('/').toReversed();
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), creationTimestamp: created };
  return { apiVersion, kind, metadata: { ...metadata, uid: `uid-${kind}-${path}` }, ...body } as Raw;
}

const SYSTEM = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** A pod that is well, and everything that it needs. */
const QUIET: readonly Raw[] = [
  object('v1', 'ServiceAccount', 'shop/quiet', { imagePullSecrets: [{ name: 'quiet-registry' }] }),
  object('v1', 'Secret', 'shop/quiet-registry', {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(CANARY).toString('base64') },
  }),
  object('v1', 'Secret', 'shop/quiet', { type: 'Opaque', data: { key: Buffer.from(CANARY).toString('base64') } }),
  object('v1', 'ConfigMap', 'shop/quiet', { data: { 'note.txt': 'one\ntwo\n', on: 'yes' } }),
  object('v1', 'PersistentVolumeClaim', 'shop/quiet', {
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      volumeName: 'pv-1',
      resources: { requests: { storage: '1Gi' } },
    },
    status: { phase: 'Bound', capacity: { storage: '1Gi' } },
  }),
  object('v1', 'PersistentVolume', 'pv-1', {
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      storageClassName: 'fast',
      claimRef: {
        kind: 'PersistentVolumeClaim',
        namespace: 'shop',
        name: 'quiet',
        uid: 'uid-PersistentVolumeClaim-shop/quiet',
      },
      csi: { driver: 'disk.example.com', volumeHandle: 'x' },
    },
    status: { phase: 'Bound' },
  }),
  object('storage.k8s.io/v1', 'StorageClass', 'fast', { provisioner: 'disk.example.com' }),
  object('v1', 'Pod', 'shop/quiet', {
    spec: {
      serviceAccountName: 'quiet',
      nodeName: 'worker-1',
      imagePullSecrets: [{ name: 'quiet-registry' }],
      containers: [
        {
          name: 'quiet',
          image: 'registry.example.com/quiet:1.0.0',
          env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'quiet', key: 'key' } } }],
          envFrom: [{ configMapRef: { name: 'quiet' } }],
        },
      ],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'quiet' } }],
    },
    status: {
      phase: 'Running',
      startTime: created,
      conditions: ['Initialized', 'PodScheduled', 'ContainersReady', 'Ready'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: created,
      })),
      containerStatuses: [
        {
          name: 'quiet',
          ready: true,
          started: true,
          restartCount: 0,
          image: 'x',
          imageID: 'x',
          state: { running: { startedAt: created } },
        },
      ],
    },
  }),
];

/** Last words of the programs that crash: of one before its last start, of the other since. */
const LOGS: readonly RawLog[] = [
  {
    namespace: 'shop',
    pod: 'api-6f9c8d7b54-x7k2p',
    container: 'api',
    text: `2026-03-10T09:56:39Z INFO  starting api 2.4.1
2026-03-10T09:56:40Z INFO  connecting with postgres://api:${CANARY}@db:5432/orders
2026-03-10T09:56:40Z FATAL dial tcp: connect to db:5432: dial tcp db:5432: connect: connection refused
`,
  },
  {
    namespace: 'shop',
    pod: 'mail-6f9c8d7b54-x7k2p',
    container: 'mail',
    text: `smtp: 535 5.7.8 Authentication failed for user mailer password=${CANARY}\n`,
  },
];

/**
 * A database lacks its Secret and a client of it crashes; another program crashes because its credentials are refused. A pod
 * beside them is well.
 */
export const world: World = {
  objects: [
    ...SYSTEM.map((name) => object('v1', 'Namespace', name, { status: { phase: 'Active' } })),
    ...[...SYSTEM, 'shop'].map((ns) => object('v1', 'ServiceAccount', `${ns}/default`)),
    object('v1', 'Service', 'default/kubernetes', {
      spec: { type: 'ClusterIP', clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
    }),
    ...items,
    ...QUIET,
  ],
  logs: LOGS,
};

/** The same with the words that matter in the logs of the containers before their last start. */
export const restarted: World = {
  ...world,
  logs: LOGS.map((log) => ({ ...log, text: 'starting\n', previous: log.text })),
};

/** Only what is well. */
export const healthy: World = {
  objects: world.objects.filter(
    ({ kind, metadata }) =>
      ['Namespace', 'Node', 'ServiceAccount'].includes(kind) ||
      metadata.name === 'kubernetes' ||
      QUIET.some((one) => one.metadata === metadata),
  ),
  logs: [],
};
