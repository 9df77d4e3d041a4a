import { builtinAnalyzers } from '@kroot/analyzers';
import { collectSnapshot, TransportError, type Answer, type Connection } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { fakeApi, type User } from '@kroot/faultd';
import { formatRef, type Report } from '@kroot/types';
import { expect, it } from 'vitest';
import { BROKEN_CLUSTER, MAIN_KINDS, NOW } from './broken-cluster.test.support.ts';

const KINDS = [...MAIN_KINDS.map(([kind]) => kind), 'Node', 'PersistentVolume', 'Event', 'IngressClass'];

/** What may not be listed at the moment. */
let denied: ReadonlySet<string> = new Set();
const may: User['may'] = (_verb, resource) => !denied.has(resource);
const api = fakeApi({ objects: BROKEN_CLUSTER, users: { t: { name: 'jane', may } }, now: () => NOW });

async function get(path: string, accept = 'application/json'): Promise<Answer> {
  const { status, headers, body } = api.handle({ method: 'GET', path, headers: { accept, authorization: 'Bearer t' } });
  if (status === 200) return { status, headers: new Map(Object.entries(headers)), body };
  const { message } = JSON.parse(body.toString()) as { readonly message: string };
  throw new TransportError(status === 403 ? 'denied' : 'absent-api', message, { status, statusMessage: message });
}

/** Collects as a user who may list what the bits of a number allow. */
async function reportFor(mask: number): Promise<Report> {
  denied = new Set(MAIN_KINDS.flatMap(([, resource], bit) => ((mask >> bit) & 1 ? [] : [resource])));
  const connection: Connection = {
    context: 'fake',
    cluster: 'fake',
    server: 'https://fake',
    namespace: 'shop',
    user: 'jane',
    transport: {
      get: async (path, options) => get(path, options?.accept),
      review: () => Promise.reject(new Error('not needed')),
      requests: 0,
      serverTime: () => new Date(NOW),
      close: () => Promise.resolve(),
    },
  };
  const { snapshot } = await collectSnapshot(connection, { kinds: KINDS });
  return diagnose(snapshot, { analyzers: builtinAnalyzers });
}

function claims({ diagnoses }: Report): readonly string[] {
  return diagnoses.map(({ rule, rootCause }) => `${rule} ${formatRef(rootCause)}`);
}

it('with all permissions each fault is found', async () => {
  expect(claims(await reportFor(4095))).toMatchInlineSnapshot(`
    [
      "sched-pvc-missing PersistentVolumeClaim/shop/queue-data",
      "configmap-missing-env ConfigMap/shop/mail-config",
      "secret-missing-env Secret/shop/api-token",
      "secret-key-missing-env Secret/shop/web-token",
      "storageclass-missing StorageClass/fats",
      "ingress-backend-service-missing Service/shop/wbe",
      "ingress-tls-secret-missing Secret/shop/bad-tls",
      "svc-selector-no-match Service/shop/lonely",
    ]
  `);
});

it(
  'whatever permissions are taken away, nothing more is missing: all 4,096 combinations',
  { timeout: 120_000 },
  async () => {
    const truth = new Set(claims(await reportFor(4095)));
    const wrong = new Map<string, number>();
    let found = 0;
    for (let mask = 0; mask < 4096; mask += 1) {
      for (const claim of claims(await reportFor(mask))) {
        if (truth.has(claim)) found += 1;
        else wrong.set(claim, (wrong.get(claim) ?? 0) + 1);
      }
    }
    expect([...wrong]).toEqual([]);
    // What can be seen is still said.
    expect(found).toBeGreaterThan(4096);
  },
);
