import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { analyzerTester, object, pod, type ExpectedFinding } from '@kroot/testing';
import { formatRef, type Report } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { plugin } from './index.ts';
import { queueMissing } from './queue-missing.ts';

const fixture = (path: string): string => new URL(`../fixtures/${path}.yaml`, import.meta.url).pathname;

/** With the built-in analyzers, as the command line runs a plugin. */
async function run(path: string, plugins = [plugin]): Promise<Report> {
  return diagnose(await readSnapshot([fixture(path)]), { analyzers: builtinAnalyzers, plugins });
}

const EXPECTED: Readonly<Record<string, readonly ExpectedFinding[]>> = {
  'acme/queue-missing': [{ subject: 'Queue.acme.example/shop/orders', severity: 'warning', confidence: 0.95 }],
  'acme/queue-not-ready': [{ message: 'Queue shop/orders is not ready', severity: 'critical', confidence: 0.99 }],
};

// A fixture in which each rule fires, and a near twin in which it stays silent; the tester checks much more of each.
for (const analyzer of plugin.analyzers) {
  const { id } = analyzer.meta;
  const folder = id.replace('acme/', '');
  analyzerTester(analyzer, { describe, it }).run({
    silent: [{ name: 'stays silent on the twin', cluster: { file: fixture(`${folder}/silent`) } }],
    fires: [{ name: 'fires', cluster: { file: fixture(`${folder}/fires`) }, expect: EXPECTED[id] ?? [] }],
  });
}

analyzerTester(queueMissing, { describe, it }).run({
  silent: [
    {
      name: 'stays silent where queues could not be listed',
      cluster: [pod('worker').annotation('acme.example/queue', 'orders')],
    },
  ],
  fires: [
    {
      name: 'fires for a bare pod',
      cluster: [
        object('acme.example/v1', 'Queue', { name: 'invoices', namespace: 'shop' }),
        pod('worker').annotation('acme.example/queue', 'orders').crashLooping('no such queue'),
      ],
      expect: [{ subject: 'Queue.acme.example/shop/orders', affects: ['Pod/shop/worker'] }],
    },
  ],
});

describe('the causes', () => {
  it('without the plugin the crash stands alone', async () => {
    const report = await run('queue-not-ready/fires', []);
    expect(report.diagnoses.map(({ rule }) => rule)).toEqual(['crashloop-app-exit']);
  });

  it('the broken queue explains what the built-in rules see', async () => {
    const report = await run('queue-not-ready/fires');
    expect(report.diagnoses.map(({ rule, rootCause }) => [rule, formatRef(rootCause)])).toEqual([
      ['acme/queue-not-ready', 'Queue.acme.example/shop/orders'],
    ]);
    expect(report.unexplained).toEqual([]);
    const [incident] = report.diagnoses;
    expect(incident?.symptoms.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['crashloop-app-exit', 'deploy-unavailable']),
    );
    expect(incident?.impact.pods).toHaveLength(2);
    const chain = incident?.traces[0]?.chain.map((ref) => formatRef(ref));
    expect([chain?.[0], chain?.at(-1)]).toEqual(['Deployment/shop/order-worker', 'Queue.acme.example/shop/orders']);
  });

  it('a queue that works explains nothing', async () => {
    const report = await run('queue-not-ready/silent');
    expect(report.diagnoses.map(({ rule }) => rule)).toEqual(['crashloop-app-exit']);
  });

  it('the report names the plugin', async () => {
    expect((await run('queue-not-ready/fires')).tool.plugins).toEqual(['kroot-plugin-queue 0.1.0']);
  });
});
