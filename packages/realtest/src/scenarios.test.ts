import { setTimeout as sleep } from 'node:timers/promises';
import { type ReportDocument } from '@kroot/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, type Json, type Manifest } from './api-client.ts';
import { assetsWithControllers } from './assets.ts';
import { type RunningControlPlane, startControlPlane } from './control-plane.ts';
import { addNode } from './populate.ts';
import { reportOf } from './read-json.test.support.ts';
import { kroot } from './run-kroot.ts';
import { object } from './world.ts';

const assets = assetsWithControllers(process.env);
/** Rules give controllers time before they speak, up to a minute. */
const WITHIN = 110_000;

interface Scenario {
  readonly name: string;
  readonly objects: (namespace: string) => readonly Manifest[];
  /** Whether the pods run; absent: none will. */
  readonly runs?: true;
  /** Rules and root causes of all diagnoses. */
  readonly expected: (namespace: string) => readonly (readonly [rule: string, root: string])[];
}

/** What the controllers, the scheduler and admission themselves say, not what we write into statuses. */
const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a healthy workload',
    objects: (namespace) => [deployment(namespace, {}), service(namespace, 'web')],
    runs: true,
    expected: () => [],
  },
  {
    name: 'a quota that is used up',
    objects: (namespace) => [
      object('v1', 'ResourceQuota', namespace, 'small', { spec: { hard: { pods: '0' } } }),
      deployment(namespace, {}),
    ],
    expected: (namespace) => [['quota-object-count', `ResourceQuota/${namespace}/small`]],
  },
  {
    name: 'a node selector that no node has',
    objects: (namespace) => [deployment(namespace, { nodeSelector: { disk: 'ssd' } })],
    expected: (namespace) => [['sched-node-selector-mismatch', `Deployment/${namespace}/web`]],
  },
  {
    name: 'a storage class that does not exist',
    objects: (namespace) => [
      object('v1', 'PersistentVolumeClaim', namespace, 'data', {
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: `of-${namespace}`,
          resources: { requests: { storage: '1Gi' } },
        },
      }),
      deployment(namespace, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }),
    ],
    expected: (namespace) => [['storageclass-missing', `StorageClass/of-${namespace}`]],
  },
  {
    name: 'a Service that selects nothing',
    objects: (namespace) => [deployment(namespace, {}), service(namespace, 'wbe')],
    runs: true,
    expected: (namespace) => [['svc-selector-no-match', `Service/${namespace}/web`]],
  },
];

describe.skipIf('reason' in assets)('real controllers and a real scheduler', () => {
  let running: RunningControlPlane;

  beforeAll(async () => {
    if ('reason' in assets) return;
    running = await startControlPlane(assets.folder);
    await running.startControllers();
    await addNode(running.api, 'node-1');
    for (const [index, { objects }] of SCENARIOS.entries()) {
      const namespace = `scenario-${index}`;
      await running.api.create(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
        ...objects(namespace),
      );
    }
  });

  afterAll(async () => {
    await running.stop();
  });

  it.each(SCENARIOS.map((scenario, index) => [scenario.name, scenario, `scenario-${index}`] as const))(
    'explains %s',
    async (_name, { runs, expected }, namespace) => {
      const { api, place } = running;
      if (runs === true) await until(async () => areReady(api, namespace));
      const args = ['diagnose', 'cluster', '-n', namespace, '-o', 'json', '--kubeconfig', place.admin];
      const diagnose = async (): Promise<ReportDocument> => reportOf(await kroot(args));
      let report = await diagnose();
      if (expected(namespace).length > 0) {
        await until(async () => {
          report = await diagnose();
          return report.issue_count > 0;
        });
      }
      expect(report.diagnoses.map((one) => [one.rule, one.root_cause_resource])).toStrictEqual(expected(namespace));
      expect(report.unexplained).toStrictEqual([]);
      expect(report.coverage.complete).toBe(true);
    },
  );
});

function deployment(namespace: string, podSpec: Json): Manifest {
  const labels = { app: 'web' };
  const containers = [{ name: 'main', image: 'registry.example.com/team/web:1.0.0' }];
  const template = { metadata: { labels }, spec: { containers, ...podSpec } };
  return object('apps/v1', 'Deployment', namespace, 'web', {
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  });
}

function service(namespace: string, app: string): Manifest {
  return object('v1', 'Service', namespace, 'web', { spec: { selector: { app }, ports: [{ port: 80 }] } });
}

async function areReady(api: ApiClient, namespace: string): Promise<boolean> {
  const { body } = await api.send('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/web`);
  return (body['status'] as { readonly readyReplicas?: number }).readyReplicas === 2;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WITHIN;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('nothing has come of it');
    await sleep(1000);
  }
}
