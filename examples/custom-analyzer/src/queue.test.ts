import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { formatRef, type Report } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { plugin } from './index.ts';

const fixture = (path: string): string => new URL(`../fixtures/${path}.yaml`, import.meta.url).pathname;

/** With the built-in analyzers, as the command line runs a plugin. */
async function run(path: string, plugins = [plugin]): Promise<Report> {
  return diagnose(await readSnapshot([fixture(path)]), { analyzers: builtinAnalyzers, plugins });
}

describe('each rule', () => {
  it.each(plugin.analyzers.map(({ meta }) => meta.id))(
    '%s fires on its fixture and stays silent on the twin',
    async (id) => {
      const folder = id.replace('acme/', '');
      const [fires, silent] = [await run(`${folder}/fires`), await run(`${folder}/silent`)];
      expect(fires.diagnoses.map(({ rule }) => rule)).toContain(id);
      expect(silent.diagnoses.map(({ rule }) => rule)).not.toContain(id);
      expect([...fires.failures, ...silent.failures]).toEqual([]);
    },
  );
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
