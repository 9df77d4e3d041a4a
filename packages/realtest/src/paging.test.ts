import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane } from './control-plane.ts';
import { everythingBut } from './grants.ts';
import { makeReader, type Reader } from './identities.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type Proxy, startProxy } from './proxy.ts';
import { reportOf } from './read-json.test.support.ts';
import { NO_CONTROL_PLANE, real } from './real.test.support.ts';
import { kroot } from './run-kroot.ts';
import { makeNamespace, object } from './world.ts';

const NAMESPACE = 'paged';
/** Three pages of 500. */
const CONFIG_MAPS = 1100;

describe.skipIf(NO_CONTROL_PLANE)('lists in pages', () => {
  let reader: Reader;

  beforeAll(async () => {
    const { plane, api } = real();
    await makeNamespace(api, NAMESPACE);
    reader = await makeReader(api, plane, 'paging', everythingBut());
    const names = Array.from({ length: CONFIG_MAPS }, (_, i) => `config-${i}`);
    for (let i = 0; i < names.length; i += 16) {
      await Promise.all(
        names.slice(i, i + 16).map(async (name) => api.create(object('v1', 'ConfigMap', NAMESPACE, name, {}))),
      );
    }
  });

  it('asks for no more pages than there are', async () => {
    const { run, pages } = await throughProxy(reader, async () => undefined);
    expect(pages).toHaveLength(3);
    expect(reportOf(run).coverage.gaps).toStrictEqual([]);
  });

  it('starts over when etcd is compacted between two pages', async () => {
    let compactions = 0;
    const { run, pages, pods } = await throughProxy(reader, async (url, plane) => {
      if (!isLaterPage(url) || compactions > 0) return;
      compactions += 1;
      await compact(plane);
    });
    expect(compactions).toBe(1);
    // One page, one that had expired, and then all three.
    expect(pages).toHaveLength(5);
    expect(pods).toHaveLength(1);
    const { coverage } = reportOf(run);
    expect(coverage.gaps).toStrictEqual([]);
  });

  it('says that a list is no single moment when pages go on expiring, and takes nothing for missing', async () => {
    const { run } = await throughProxy(reader, async (url, plane) => {
      if (isLaterPage(url)) await compact(plane);
    });
    const { coverage, diagnoses } = reportOf(run);
    expect(coverage.gaps).toMatchObject([{ resource: 'configmaps', state: 'partial' }]);
    expect(diagnoses).toStrictEqual([]);
  });
});

interface Proxied {
  readonly run: Awaited<ReturnType<typeof kroot>>;
  readonly pages: readonly string[];
  readonly pods: readonly string[];
}

async function throughProxy(
  reader: Reader,
  before: (url: URL, plane: ControlPlane) => Promise<void>,
): Promise<Proxied> {
  const { plane } = real();
  const proxy: Proxy = await startProxy(plane, async (url) => before(url, plane));
  try {
    const target = { server: proxy.url, ca: plane.ca };
    const kubeconfig = writeKubeconfig(join(plane.folder, 'paging-proxy.kubeconfig'), target, { token: reader.token });
    const run = await kroot(['diagnose', 'cluster', '-n', NAMESPACE, '-o', 'json', '--kubeconfig', kubeconfig]);
    const requests = (resource: string): readonly string[] =>
      proxy.requests.filter((line) => line.startsWith(`GET /api/v1/namespaces/${NAMESPACE}/${resource}?`));
    return { run, pages: requests('configmaps'), pods: requests('pods') };
  } finally {
    await proxy.close();
  }
}

function isLaterPage(url: URL): boolean {
  return url.pathname.endsWith('/configmaps') && url.searchParams.has('continue');
}

/** Forgets all revisions but the last, by etcd's JSON gateway; lists that began before it can no longer go on. */
async function compact({ etcd }: ControlPlane): Promise<void> {
  const { api } = real();
  // A new revision, so that the one of the list is not the last.
  await api.patch(object('v1', 'Namespace', '', NAMESPACE, {}), 'merge-patch', {
    metadata: { annotations: { 'realtest/compacted': String(performance.now()) } },
  });
  const { header } = (await post(`${etcd}/v3/kv/range`, { key: 'Lw==', limit: 1 })) as {
    readonly header: { readonly revision: string };
  };
  await post(`${etcd}/v3/kv/compaction`, { revision: header.revision, physical: true });
}

async function post(url: string, body: object): Promise<unknown> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
