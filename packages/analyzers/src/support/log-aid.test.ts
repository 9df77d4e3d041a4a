import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSnapshot } from '@kroot/cluster';
import { buildGraph } from '@kroot/graph';
import { formatRef, type Finding } from '@kroot/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import { builtinAnalyzers } from '../index.ts';

const fixtures = join(import.meta.dirname, '../../../../fixtures/rules');

interface Logs {
  readonly current?: readonly string[];
  readonly previous?: readonly string[];
}

/** What a rule says about one of its fixtures when logs of the container are there too, as must-gather lays them out. */
async function withLogs(rule: string, fixture: string, container: string, logs: Logs): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), 'kroot-log-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  // A program that says its last words to the kubelet needs no log.
  const objects = readFileSync(join(fixtures, rule, `${fixture}.yaml`), 'utf8').replaceAll(
    /^ +message: 'panic: .*\n/gm,
    '',
  );
  writeFileSync(join(folder, 'objects.yaml'), objects);
  const place = join(folder, 'namespaces/shop/pods/api-7d9f-x2x9k', container, container, 'logs');
  mkdirSync(place, { recursive: true });
  for (const [name, lines] of Object.entries<readonly string[]>({ ...logs }))
    writeFileSync(join(place, `${name}.log`), `${lines.join('\n')}\n`);
  const snapshot = await readSnapshot(folder, { logs: true });
  const analyzer = builtinAnalyzers.find(({ meta }) => meta.id === rule);
  const [finding] = analyzer?.analyze({ snapshot, graph: buildGraph(snapshot), now: snapshot.now.getTime() }) ?? [];
  if (finding === undefined) throw new Error(`${rule} finds nothing`);
  return finding;
}

const REFUSED = 'dial tcp orders-db:5432: connect: connection refused, retrying';

describe('the log of a container that a probe reports', () => {
  test.each([
    ['readiness-conn-refused', 'fires-right-port', 'api'],
    ['liveness-kill-loop', 'fires-hang', 'api'],
    ['init-container-hang', 'fires', 'wait-for-db'],
    ['startup-probe-exhausted', 'fires', 'api'],
    ['readiness-http-status', 'fires-503', 'api'],
  ])('%s: leads to the peer that the program cannot reach', async (rule, fixture, container) => {
    const { notes, because, evidence, fixes } = await withLogs(rule, fixture, container, {
      current: ['starting', REFUSED],
    });
    expect(notes?.[0]).toBe(`The end of the log of container "${container}" says why: it cannot reach orders-db:5432.`);
    expect(because?.map(({ ref }) => formatRef(ref))).toContain('Service/shop/orders-db');
    expect(evidence.find(({ source }) => source === 'log')?.quote).toBe(`starting | ${REFUSED}`);
    expect(fixes[0]?.summary).toBe('Repair Service shop/orders-db, which the program needs');
  });

  test('says nothing where its words say nothing', async () => {
    const { notes, because, evidence } = await withLogs('readiness-conn-refused', 'fires-right-port', 'api', {
      current: ['up'],
    });
    expect(JSON.stringify(notes ?? [])).not.toContain('log');
    expect(because).toBeUndefined();
    expect(evidence.filter(({ source }) => source === 'log')).toEqual([]);
  });

  test('an address of the pod itself is no peer', async () => {
    const { notes, because } = await withLogs('readiness-conn-refused', 'fires-right-port', 'api', {
      current: ['connect ECONNREFUSED 127.0.0.1:5432'],
    });
    expect(notes?.[0]).toContain('it cannot reach 127.0.0.1:5432, which is its own pod.');
    expect(notes?.[1]).toContain('127.0.0.1:5432 is the pod itself');
    expect(because).toBeUndefined();
  });
});

describe('the log before the last restart', () => {
  test.each(['readiness-conn-refused', 'readiness-http-status', 'readiness-timeout'])(
    '%s: says nothing about a program that runs',
    async (rule) => {
      const fixture = { 'readiness-conn-refused': 'fires-right-port', 'readiness-http-status': 'fires-503' }[rule];
      for (const logs of [{ previous: [REFUSED] }, { previous: [REFUSED], current: ['up'] }]) {
        // oxlint-disable-next-line no-await-in-loop -- each is a run of its own
        const { notes, because, evidence } = await withLogs(rule, fixture ?? 'fires', 'api', logs);
        expect(JSON.stringify(notes ?? [])).not.toContain('orders-db');
        expect(because).toBeUndefined();
        expect(evidence.filter(({ source }) => source === 'log')).toEqual([]);
      }
    },
  );

  test('is that of the program that a liveness probe killed', async () => {
    const { notes } = await withLogs('liveness-kill-loop', 'fires-hang', 'api', {
      previous: [REFUSED],
      current: ['up'],
    });
    expect(notes?.[0]).toContain('it cannot reach orders-db:5432.');
  });
});

describe('the log of a program that ends', () => {
  test.each<readonly [string, string, string]>([
    [
      'a certificate',
      'x509: certificate signed by unknown authority',
      'it does not trust the certificate of a server that it needs',
    ],
    ['a variable', "KeyError: 'DATABASE_URL'", 'it misses a variable (DATABASE_URL)'],
    // What looks like a setting is no credential where it says that there is none.
    ['a password', 'sh: DB_PASSWORD: parameter not set', 'it misses a variable (DB_PASSWORD)'],
    ['a password of a script', 'run.sh: line 3: DB_PASSWORD: unbound variable', 'it misses a variable (DB_PASSWORD)'],
    [
      'a file',
      "Error: ENOENT: no such file or directory, open '/etc/app/config.yaml'",
      'it misses a file (/etc/app/config.yaml)',
    ],
    ['a heap', 'java.lang.OutOfMemoryError: Java heap space', 'its own heap limit is used up'],
    ['a database', 'FATAL:  database "orders" does not exist', 'its database does not exist (orders)'],
  ])('%s', async (_, line, words) => {
    const { message } = await withLogs('crashloop-app-exit', 'fires', 'api', { previous: [line] });
    expect(message).toContain(words);
  });

  test('is quoted around the line that tells, not by the frames below it', async () => {
    const frames = Array.from({ length: 12 }, (_, at) => `\tat a.b.C(D.java:${at})`);
    const cause = 'Caused by: java.net.UnknownHostException: orders-db';
    const previous = ['starting', cause, ...frames, '\t... 12 more'];
    const finding = await withLogs('crashloop-app-exit', 'fires', 'api', { previous });
    expect(finding.message).toContain('cannot resolve the name orders-db');
    expect(finding.cause).toContain(`the end of its log says "${cause}"`);
    expect(finding.evidence.find(({ source }) => source === 'log')?.quote).toContain(`starting | ${cause} | `);
  });

  test('an error that the program got over is no cause', async () => {
    const previous = [REFUSED, 'connected to orders-db:5432', 'panic: runtime error: index out of range [3]'];
    const finding = await withLogs('crashloop-app-exit', 'fires', 'api', { previous });
    expect(finding.message).not.toContain('orders-db');
    expect(finding.because).toBeUndefined();
    expect(finding.cause).toContain('the last line of its log is "panic: runtime error');
  });
});
