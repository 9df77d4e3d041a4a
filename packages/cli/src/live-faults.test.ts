import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Fault } from '@kroot/faultd';
import { describe, expect, it } from 'vitest';
import { liveCluster, type LiveCluster } from './live.test.support.ts';
import { type Run, type RunOptions } from './run.test.support.ts';

async function withFaults(faults: readonly Fault[], use: (cluster: LiveCluster) => Promise<void>): Promise<void> {
  const cluster = await liveCluster({ faults });
  try {
    await use(cluster);
  } finally {
    await cluster.close();
  }
}

/** Back to the beginning of the line, and clear it. */
const CLEAR = '\r\u001b[K';

const STALL: readonly Fault[] = [{ kind: 'stall', at: 'events' }];

describe('a list that fails', () => {
  it('is a blind spot, and the rest is diagnosed', async () => {
    await withFaults(
      [
        { kind: 'forbidden', at: 'secrets' },
        { kind: 'html', at: 'nodes' },
      ],
      async (cluster) => {
        const { code, stdout } = await cluster.run(['diagnose', 'cluster', '-A']);
        expect(code).toBe(1);
        expect(stdout).toContain('(incomplete: 2 blind spots)');
        expect(stdout).toMatch(/forbidden {6}Secret\n/);
        expect(stdout).toMatch(/ {2}\S[^\n]* {2}Node\n/);
      },
    );
  });

  it('of every kind is no report', async () => {
    await withFaults([{ kind: 'html', at: '*' }], async (cluster) => {
      const { code, stdout, stderr } = await cluster.run(['diagnose', 'cluster']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^kroot: [^\n]+\n$/);
    });
  });
});

describe('a run that is ended early', () => {
  const interrupted = async (cluster: LiveCluster, args: readonly string[], options: RunOptions = {}): Promise<Run> => {
    // Once everything but the last list has been read.
    const press = (listener: () => void): void => {
      const timer = setInterval(() => {
        if (!cluster.server.requests.some(({ path }) => path.includes('/events'))) return;
        clearInterval(timer);
        listener();
      }, 20);
    };
    return cluster.run(args, { ...options, onReady: press });
  };

  it('by Ctrl-C reports what was read, and never passes for health', async () => {
    await withFaults(STALL, async (cluster) => {
      const sick = await interrupted(cluster, ['diagnose', 'cluster', '-A']);
      expect(sick.code).toBe(1);
      expect(sick.stdout).toContain('Secret shop/payments-db-credential does not');
      expect(sick.stderr).toBe('kroot: stopped; looking at what was read so far (press Ctrl-C again to quit)\n');
      expect((await interrupted(cluster, ['diagnose', 'cluster', '-n', 'kube-system'])).code).toBe(130);
    });
  });

  it.each([
    [1, { code: 1, signal: null }],
    [2, { code: null, signal: 'SIGINT' }],
  ])('by Ctrl-C, pressed %i times, as a real process', async (presses, expected) => {
    await withFaults(STALL, async (cluster) => {
      const bin = join(import.meta.dirname, 'bin.ts');
      const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
      const child = spawn(process.execPath, ['-C', '@kroot/source', bin, 'diagnose', 'cluster', '-A'], { env });
      const ended = new Promise((resolve) => {
        child.on('close', (code, signal) => {
          resolve({ code, signal });
        });
      });
      child.stderr.once('data', () => presses === 2 && child.kill('SIGINT'));
      await expect
        .poll(() => cluster.server.requests.some(({ path }) => path.includes('/events')), { timeout: 20_000 })
        .toBe(true);
      child.kill('SIGINT');
      expect(await ended).toEqual(expected);
    });
  });

  it('by --timeout as well', async () => {
    await withFaults(STALL, async (cluster) => {
      const start = performance.now();
      const { code, stdout } = await cluster.run(['diagnose', 'cluster', '-A', '--timeout', '2']);
      expect(performance.now() - start).toBeLessThan(15_000);
      expect(code).toBe(1);
      expect(stdout).toContain('Secret shop/payments-db-credential does not');
    });
  });
});

describe('progress', () => {
  it('is one line on a terminal, and gone at the end', async () => {
    await withFaults([], async (cluster) => {
      const args = ['diagnose', 'cluster', '-A'];
      const { stderr } = await cluster.run(args, { watched: true });
      expect(stderr.startsWith(CLEAR)).toBe(true);
      expect(stderr.split(CLEAR)[1]).toMatch(/^\w+, \d+\/\d+ kinds, \d+ objects, \d+\.\ds$/);
      expect(stderr.endsWith(CLEAR)).toBe(true);
      expect(stderr).not.toContain('\n');
      for (const env of [{ CI: 'true' }, { AI_AGENT: '1' }, { TERM: 'dumb' }]) {
        // oxlint-disable-next-line no-await-in-loop -- each is a run of its own
        expect((await cluster.run(args, { watched: true, env })).stderr).toBe('');
      }
      expect((await cluster.run([...args, '-q'], { watched: true })).stderr).toBe('');
      expect((await cluster.run(args)).stderr).toBe('');
    });
  });
});
