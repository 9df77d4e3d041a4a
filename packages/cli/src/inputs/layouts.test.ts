import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readSnapshot } from '@kroot/cluster';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kroot } from '../run.test.support.ts';
import { folder, tar, zip } from './archives.test.support.ts';
import {
  clusterInfoDump,
  dumpText,
  inspect,
  kwokSnapshot,
  mustGather,
  sonobuoy,
  supportBundle,
  velero,
  type Files,
  type World,
} from './dump-shapes.test.support.ts';
import { CANARY, healthy, restarted, world } from './world.test.support.ts';

let temporary = '';
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'kroot-inputs-'));
});
afterAll(() => {
  rmSync(temporary, { recursive: true });
});

let count = 0;
function input(content: Files | string | Uint8Array): string {
  count += 1;
  const at = join(temporary, `in-${count}`);
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) return folder(at, content);
  writeFileSync(at, content);
  return at;
}

async function roots(at: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await kroot(['diagnose', 'cluster', '-A', '-q', '-f', at, '-o', 'json', ...args]);
  expect(stdout).not.toContain(CANARY);
  expect(stdout).not.toContain(Buffer.from(CANARY).toString('base64'));
  const { diagnoses } = JSON.parse(stdout) as {
    readonly diagnoses: readonly { readonly rule: string; readonly root_cause_resource: string }[];
  };
  return diagnoses.map(({ rule, root_cause_resource: root }) => `${rule} ${root}`).toSorted();
}

const CRASHES = [
  'crashloop-app-exit Deployment/shop/api',
  'crashloop-app-exit Deployment/shop/mail',
  'secret-missing-env Secret/shop/db-admin',
];
/** With the last words of the programs. */
const EXPLAINED = [CRASHES[1], CRASHES[2]];
const PROBED = { 'shop/db-admin': 'not found', 'shop/quiet': 'exists', 'shop/other': 'forbidden' } as const;

interface Layout {
  /** As the report calls it. */
  readonly name: string | undefined;
  readonly write: (from: World) => Files | string;
  /** Without logs in it, `--logs` changes nothing. */
  readonly logs: 'current' | 'previous' | 'none';
  /** What the input says of kinds: `Kind namespace state`, `*` for everywhere. */
  readonly coverage: readonly string[];
}

const LAYOUTS: Readonly<Record<string, Layout>> = {
  'cluster-info dump, folder': {
    name: 'kubectl cluster-info dump',
    write: clusterInfoDump,
    logs: 'current',
    coverage: [
      'Pod shop complete',
      'Pod * partial',
      'Event kube-public complete',
      'Node * complete',
      'Secret shop not-collected',
      'StatefulSet shop not-collected',
      'ConfigMap * not-collected',
      'Namespace * not-collected',
    ],
  },
  'cluster-info dump of one namespace': {
    name: 'kubectl cluster-info dump',
    write: (from) => clusterInfoDump(from, ['shop']),
    logs: 'current',
    coverage: ['Pod shop complete', 'Pod default not-collected', 'Service * partial', 'Node * complete'],
  },
  'cluster-info dump, text': {
    name: 'kubectl cluster-info dump',
    write: (from) => dumpText(from),
    logs: 'current',
    // What lies in a namespace without any object cannot be told from the text.
    coverage: [
      'Pod shop complete',
      'Event shop complete',
      'Pod * partial',
      'Pod kube-public not-collected',
      'Secret shop not-collected',
    ],
  },
  'cluster-info dump, text in YAML': {
    name: 'kubectl cluster-info dump',
    write: (from) => dumpText(from, 'yaml'),
    logs: 'current',
    coverage: ['Pod shop complete', 'Event shop complete', 'Secret shop not-collected'],
  },
  'oc adm inspect': {
    name: 'OpenShift must-gather',
    write: (from) => inspect(from, ['shop']),
    logs: 'previous',
    coverage: [
      'Secret shop complete',
      'Secret default not-collected',
      'PersistentVolumeClaim shop complete',
      'ServiceAccount shop not-collected',
      'Ingress shop not-collected',
      'Node * partial',
      'Namespace * partial',
      'StorageClass * not-collected',
    ],
  },
  'must-gather of two images': {
    name: 'OpenShift must-gather',
    write: mustGather,
    logs: 'previous',
    coverage: [
      'Secret shop complete',
      'Pod kube-system complete',
      'Pod * partial',
      'Node * complete',
      'NetworkPolicy shop not-collected',
    ],
  },
  'support bundle, new': {
    name: 'Replicated support bundle',
    write: (from) => supportBundle(from, { generation: 'new', secrets: PROBED }),
    logs: 'previous',
    coverage: [
      'Pod * complete',
      'ConfigMap * complete',
      'Secret shop partial',
      'IngressClass * not-collected',
      'PersistentVolume * complete',
    ],
  },
  'support bundle, old': {
    name: 'Replicated support bundle',
    write: (from) => supportBundle(from, { generation: 'old' }),
    logs: 'previous',
    coverage: [
      'Pod * complete',
      'ConfigMap shop not-collected',
      'ServiceAccount shop not-collected',
      'ResourceQuota * complete',
      'Secret shop not-collected',
    ],
  },
  'support bundle of somebody who may not list all': {
    name: 'Replicated support bundle',
    write: (from) =>
      supportBundle(from, {
        generation: 'new',
        denied: ['configmaps', 'persistentvolumeclaims', 'horizontalpodautoscalers'],
      }),
    logs: 'previous',
    coverage: [
      'ConfigMap shop forbidden',
      'PersistentVolumeClaim shop forbidden',
      'Pod shop complete',
      'HorizontalPodAutoscaler shop not-collected',
    ],
  },
  Sonobuoy: {
    name: 'Sonobuoy results',
    write: (from) => sonobuoy(from),
    logs: 'current',
    coverage: [
      'Pod * complete',
      'ConfigMap kube-public complete',
      'Ingress * complete',
      'Secret shop not-collected',
      'CronJob shop not-collected',
      'StorageClass * complete',
    ],
  },
  'Sonobuoy that could not list all': {
    name: 'Sonobuoy results',
    write: (from) => sonobuoy(from, ['configmaps', 'storageclasses']),
    logs: 'current',
    coverage: ['Pod * complete', 'ConfigMap shop not-collected', 'StorageClass * not-collected'],
  },
  'Velero backup': {
    name: 'Velero backup',
    write: velero,
    logs: 'none',
    coverage: ['Pod shop partial', 'Secret shop partial', 'ResourceQuota shop not-collected'],
  },
  'kwok snapshot': {
    name: undefined,
    write: kwokSnapshot,
    logs: 'none',
    coverage: ['Pod shop partial', 'Secret shop partial', 'Job shop not-collected'],
  },
};

const WITH_PREVIOUS_LOGS = Object.entries(LAYOUTS).filter(([, { logs }]) => logs === 'previous');

it.each(WITH_PREVIOUS_LOGS)('%s gives the logs before the last start', async (_, { write }) => {
  expect(await roots(input(write(restarted)), '--logs')).toEqual(EXPLAINED);
});

describe.each(Object.entries(LAYOUTS))('%s', (_, { name, write, logs, coverage }) => {
  it('gives the root causes, and those that logs tell', async () => {
    const at = input(write(world));
    expect(await roots(at)).toEqual(CRASHES);
    expect(await roots(at, '--logs')).toEqual(logs === 'none' ? CRASHES : EXPLAINED);
  });

  it('calls nothing missing that it does not hold', async () => {
    const { stdout, code } = await kroot(['diagnose', 'cluster', '-A', '-f', input(write(healthy))]);
    expect(stdout).toContain('No problems found');
    expect(code).toBe(0);
  });

  it('says what it holds whole', async () => {
    const snapshot = await readSnapshot(input(write(world)));
    expect(snapshot.source.layout).toBe(name);
    const told = coverage.map((line) => {
      const [kind = '', namespace = ''] = line.split(' ');
      return `${kind} ${namespace} ${snapshot.coverage.state(kind, namespace === '*' ? undefined : namespace)}`;
    });
    expect(told).toEqual(coverage);
  });

  it('is the same as folder, tar, tar.gz and zip', async () => {
    const files = write(world);
    if (typeof files === 'string') return;
    const reports = await Promise.all(
      [files, tar(files), gzipSync(tar(files)), zip(files)].map(async (content) => {
        const at = input(content);
        const { stdout } = await kroot(['diagnose', 'cluster', '-A', '-q', '--logs', '-f', at, '-o', 'json']);
        return stdout.replaceAll(at, 'IN');
      }),
    );
    expect(new Set(reports).size).toBe(1);
  });
});
