import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient, type ApiClient } from './api-client.ts';
import { auditPolicy } from './audit.ts';
import { createAuthority, createKeyPair, type Credential, issue } from './certificates.ts';
import { freePort } from './free-port.ts';
import { certificateUser, writeKubeconfig } from './kubeconfig.ts';
import { kwokStages } from './kwok-stages.ts';
import { supervise, type Supervised } from './supervised.ts';

/** Where a control plane is; plain data, so that it can be handed to other processes. */
export interface ControlPlane {
  /** Holds certificates, kubeconfigs and logs; removed at the end. */
  readonly folder: string;
  readonly server: string;
  readonly etcd: string;
  readonly ca: string;
  /** The certificate of the harness itself, which the audit log leaves out. */
  readonly harness: Credential;
  /** The certificate of the server, for a proxy in front of it. */
  readonly serving: Credential;
  /** The kubeconfig of an administrator. */
  readonly admin: string;
  readonly auditLog: string;
}

/** A control plane whose processes this process owns. */
export interface RunningControlPlane {
  readonly place: ControlPlane;
  readonly api: ApiClient;
  /** Adds controllers, scheduler and kwok, the kubelet of nodes with the annotation `kwok.x-k8s.io/node: fake`. */
  startControllers(): Promise<void>;
  /** Ends them, so that nothing changes any more. */
  stopControllers(): Promise<void>;
  stop(): Promise<void>;
}

const READY_WITHIN = 120_000;
const SERVICE_NAMES = ['DNS:localhost', 'DNS:kubernetes', 'DNS:kubernetes.default', 'IP:127.0.0.1', 'IP:10.96.0.1'];

/** Starts etcd and kube-apiserver on loopback ports, with RBAC, priority and fairness, and an audit log. */
export async function startControlPlane(
  assets: string,
  serverFlags: readonly string[] = [],
): Promise<RunningControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'kroot-realtest-'));
  const running: Supervised[] = [];
  const controllers: Supervised[] = [];
  const stopControllers = async (): Promise<void> => {
    await Promise.all(controllers.splice(0).map(async (one) => one.stop()));
  };
  const stop = async (): Promise<void> => {
    await stopControllers();
    for (const one of running.splice(0).toReversed()) await one.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [place, extra] = await prepare(folder);
    running.push(
      supervise('etcd', etcdCommand(assets, place, await freePort()), join(folder, 'logs/etcd.log')),
      supervise('kube-apiserver', serverCommand(assets, place, serverFlags), join(folder, 'logs/kube-apiserver.log')),
    );
    const api = apiClient(place.server, place.ca, place.harness);
    await ready(api, running);
    return {
      place,
      api,
      stopControllers,
      startControllers: async () => {
        controllers.push(
          ...controllerCommands(assets, place, extra).map(([name, command]) =>
            supervise(name, command, join(folder, `logs/${name}.log`)),
          ),
        );
        const path = '/api/v1/namespaces/default/serviceaccounts/default';
        await eventually(async () => api.send('GET', path), controllers);
      },
      stop: async () => {
        api.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Extra = Readonly<Record<'controllers' | 'scheduler' | 'kwok', string>>;

async function prepare(folder: string): Promise<readonly [ControlPlane, Extra]> {
  for (const name of ['pki', 'logs', 'etcd']) mkdirSync(join(folder, name));
  const pki = join(folder, 'pki');
  const ca = await createAuthority(pki);
  await createKeyPair(pki, 'sa');
  const client = async (name: string, subject: string): Promise<Credential> =>
    issue(pki, name, subject, 'extendedKeyUsage=clientAuth');
  const names = `extendedKeyUsage=serverAuth\nsubjectAltName=${SERVICE_NAMES.join(',')}`;
  const serving = await issue(pki, 'apiserver', '/CN=kube-apiserver', names);
  const harness = await client('harness', '/O=system:masters/CN=harness');
  const server = `https://127.0.0.1:${await freePort()}`;
  const kubeconfig = async (name: string, subject: string): Promise<string> => {
    const user = certificateUser(await client(name, subject));
    return writeKubeconfig(join(folder, `${name}.kubeconfig`), { server, ca }, user);
  };
  writeFileSync(join(folder, 'audit-policy.json'), JSON.stringify(auditPolicy));
  writeFileSync(join(folder, 'kwok.yaml'), kwokStages());
  const place = {
    folder,
    server,
    etcd: `http://127.0.0.1:${await freePort()}`,
    ca,
    harness,
    serving,
    admin: await kubeconfig('admin', '/O=system:masters/CN=admin'),
    auditLog: join(folder, 'audit.log'),
  };
  return [
    place,
    {
      controllers: await kubeconfig('controllers', '/CN=system:kube-controller-manager'),
      scheduler: await kubeconfig('scheduler', '/CN=system:kube-scheduler'),
      kwok: await kubeconfig('kwok', '/O=system:masters/CN=kwok'),
    },
  ];
}

function etcdCommand(assets: string, { folder, etcd }: ControlPlane, peerPort: number): readonly string[] {
  const peer = `http://127.0.0.1:${peerPort}`;
  const client = [`--listen-client-urls=${etcd}`, `--advertise-client-urls=${etcd}`];
  const peers = [`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=e=${peer}`];
  const data = ['--name=e', `--data-dir=${join(folder, 'etcd')}`, '--unsafe-no-fsync', '--log-level=warn'];
  return [join(assets, 'etcd'), ...data, ...client, ...peers];
}

function serverCommand(assets: string, place: ControlPlane, flags: readonly string[]): readonly string[] {
  const pki = (name: string): string => join(place.folder, 'pki', name);
  return [
    join(assets, 'kube-apiserver'),
    `--etcd-servers=${place.etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${new URL(place.server).port}`,
    // Only written into the endpoints of Service "kubernetes"; nothing listens there.
    '--advertise-address=192.168.10.2',
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--cert-dir=${pki('')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki('sa.pub')}`,
    `--service-account-signing-key-file=${pki('sa.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--event-ttl=24h',
    `--audit-policy-file=${join(place.folder, 'audit-policy.json')}`,
    `--audit-log-path=${place.auditLog}`,
    ...flags,
  ];
}

type NamedCommand = readonly [name: string, command: readonly string[]];

function controllerCommands(assets: string, { folder }: ControlPlane, extra: Extra): readonly NamedCommand[] {
  const pki = (name: string): string => join(folder, 'pki', name);
  // The defaults, 20 and 50 requests a second, make a large cluster a matter of many minutes.
  const fast = ['--leader-elect=false', '--secure-port=0', '--kube-api-qps=500', '--kube-api-burst=1000'];
  const signing = [`--cluster-signing-cert-file=${pki('ca.crt')}`, `--cluster-signing-key-file=${pki('ca.key')}`];
  const accounts = [`--root-ca-file=${pki('ca.crt')}`, `--service-account-private-key-file=${pki('sa.key')}`];
  return [
    [
      'kube-controller-manager',
      [
        join(assets, 'kube-controller-manager'),
        `--kubeconfig=${extra.controllers}`,
        ...fast,
        ...accounts,
        ...signing,
        '--use-service-account-credentials=true',
        '--allocate-node-cidrs=true',
        '--cluster-cidr=10.244.0.0/16',
        '--concurrent-replicaset-syncs=20',
        '--concurrent-deployment-syncs=20',
      ],
    ],
    ['kube-scheduler', [join(assets, 'kube-scheduler'), `--kubeconfig=${extra.scheduler}`, ...fast]],
    [
      'kwok',
      [
        join(assets, 'kwok'),
        `--kubeconfig=${extra.kwok}`,
        `--config=${join(folder, 'kwok.yaml')}`,
        '--cidr=10.244.0.0/16',
        '--node-lease-duration-seconds=40',
        '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
      ],
    ],
  ];
}

async function ready(api: ApiClient, running: readonly Supervised[]): Promise<void> {
  await eventually(async () => api.send('GET', '/readyz'), running);
}

/** Tries until it succeeds, a process has ended, or the time is over. */
async function eventually(attempt: () => Promise<unknown>, running: readonly Supervised[]): Promise<void> {
  const until = Date.now() + READY_WITHIN;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      for (const one of running) one.check();
      if (Date.now() > until) throw error;
    }
    await sleep(200);
  }
}
