import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ref, type ResourceRef } from '@kroot/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotFromObjects } from '../read-snapshot.ts';
import { locateManifests } from './locate-manifests.ts';
import { manifestPlaces } from './manifest-places.ts';

const FILES: Readonly<Record<string, string>> = {
  '.git/HEAD': '',
  'k8s/base/web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n---\n# two in one file\nkind: Service\nmetadata: {name: "web", namespace: shop}\n',
  'k8s/base/deploy.yaml': 'kind: Deployment\nmetadata:\n  name: api\n',
  'k8s/list.json': '{"kind":"List","items":[{"kind":"ConfigMap","metadata":{"namespace":"shop","name":"settings"}}]}',
  'k8s/twice/a.yaml': 'kind: ConfigMap\nmetadata:\n  name: open\n',
  'k8s/twice/b.yaml': 'kind: ConfigMap\nmetadata:\n  name: open\n',
  'k8s/twice/c.yaml': 'kind: ConfigMap\nmetadata:\n  name: open\n  namespace: prod\n',
  'k8s/chart/templates/x.yaml': 'kind: Deployment\nmetadata:\n  name: {{ include "x" . }}\n  {{- with .y }}\n',
  'k8s/broken.yaml': 'kind: [Secret\nmetadata: web\n',
  'k8s/deep.yaml': `web: ${'['.repeat(50_000)}\n`,
  'k8s/node_modules/skipped.yaml': 'kind: Secret\nmetadata:\n  name: hidden\n',
  'outside/secret.yaml': 'kind: Secret\nmetadata:\n  name: linked\n',
};

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-manifests-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(folder, 'outside'), join(folder, 'k8s/link'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const deployment = (name: string, origin: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop', annotations: { 'config.kubernetes.io/origin': origin } },
});
const snapshot = snapshotFromObjects([
  deployment('prod-api-v2', 'path: ../base/deploy.yaml\n'),
  deployment('away', 'path: base/web.yaml\nrepo: https://example.com/other\nref: v1\n'),
  deployment('escape', 'path: ../../../outside/secret.yaml\n'),
]);

describe('an object is found', () => {
  it.each<[string, ResourceRef, string | undefined]>([
    ['by kind and name', ref('Deployment', 'shop', 'web'), 'k8s/base/web.yaml:4:9-4:12'],
    ['in a file with several', ref('Service', 'shop', 'web'), 'k8s/base/web.yaml:8:18-8:23'],
    ['not in another namespace', ref('Service', 'prod', 'web'), undefined],
    ['in a List of JSON', ref('ConfigMap', 'shop', 'settings'), 'k8s/list.json:1:83-1:93'],
    ['by its namespace among equals', ref('ConfigMap', 'prod', 'open'), 'k8s/twice/c.yaml:3:9-3:13'],
    ['not when it could be one or the other', ref('ConfigMap', 'shop', 'open'), undefined],
    ['by what kustomize says', ref('Deployment', 'shop', 'prod-api-v2'), 'k8s/base/deploy.yaml:3:9-3:12'],
    ['not in another repository', ref('Deployment', 'shop', 'away'), undefined],
    ['not outside of the folder', ref('Deployment', 'shop', 'escape'), undefined],
    ['not through a link', ref('Secret', 'shop', 'linked'), undefined],
    ['not in what others wrote', ref('Secret', 'shop', 'hidden'), undefined],
    ['not in a file that is broken', ref('Secret', 'shop', 'web'), undefined],
  ])('%s', async (_, target, expected) => {
    const locate = await locateManifests(join(folder, 'k8s'), { targets: [target], snapshot });
    const at = locate(target);
    const place = at === undefined ? undefined : `${at.path}:${at.line}:${at.column}-${at.endLine}:${at.endColumn}`;
    expect(place).toBe(expected);
  });
});

it('a folder that is not there is one line', async () => {
  await expect(locateManifests(join(folder, 'nowhere'), { targets: [] })).rejects.toThrow(
    /nowhere: there is no such folder, or it cannot be read; name the folder/,
  );
});

it.each(['', '42', '- a', 'kind: Pod', 'metadata: {name: x}', 'kind: 1\nmetadata: {name: x}', 'a: *b', '\0'])(
  'nothing is found in %j',
  (text) => {
    expect(manifestPlaces(text)).toEqual([]);
  },
);
