import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveCluster, type LiveCluster } from '../live.test.support.ts';

let cluster: LiveCluster;
beforeAll(async () => {
  cluster = await liveCluster();
});
afterAll(() => cluster.close());

describe('a live run', () => {
  it('tells with -v which kinds took the time, and with -vv every request', async () => {
    const { stderr } = await cluster.run(['diagnose', 'cluster', '-A', '-v', '--exit-zero']);
    expect(stderr).toMatch(/^kroot: time: collecting \S+ms, diagnosing \S+ms, printing \S+ms\n/);
    expect(stderr).toMatch(/^kroot: requests: \w+ \S+ms/m);
    expect(stderr).not.toContain('GET ');
    const loud = (await cluster.run(['diagnose', 'cluster', '-A', '-vv', '--exit-zero'])).stderr;
    const pods = loud.split('\n').find((line) => line.startsWith('kroot: GET /api/v1/pods'));
    expect(pods).toMatch(/^kroot: GET \/api\/v1\/pods\S* 200 \S+ms$/);
    expect(loud).not.toMatch(/bearer|authorization:|token=/i);
  });

  it('says in metrics how long it took; one from a file gives the same bytes each time', async () => {
    const args = ['diagnose', 'cluster', '-A', '-o', 'prometheus', '--exit-zero'];
    expect((await cluster.run(args)).stdout).toMatch(/^kroot_scan_duration_seconds \d+(?:\.\d+)?$/m);
  });
});
