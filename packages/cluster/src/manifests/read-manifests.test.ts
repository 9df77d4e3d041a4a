import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ref, type ResourceRef } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { readManifests, type ManifestSet } from './read-manifests.ts';

function read(text: string, namespace?: string): Promise<ManifestSet> {
  return readManifests(['-'], {
    stdin: Readable.from([Buffer.from(text)]),
    ...(namespace !== undefined && { namespace }),
  });
}

const DEPLOYMENT = `# Source: web/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: &labels
    app: web
    app.kubernetes.io/name: "web"
spec:
  selector: { matchLabels: *labels }
  template:
    metadata: { labels: { <<: *labels, tier: front } }
    spec:
      containers:
        - &main
          name: web
          image: 'web:1'
          env:
            - name: A
              value: |
                two
                lines
        - { <<: *main, name: side, command: [ "sleep" ] }
`;

const web = ref('Deployment', 'default', 'web');

describe('a field is found', () => {
  it.each<[string, string, string | undefined]>([
    ['in a block', 'metadata.name', '5:3-5:12'],
    ['by a key with dots', 'metadata.labels["app.kubernetes.io/name"]', '8:5-8:34'],
    ['in a flow', 'spec.selector.matchLabels', '10:15-10:35'],
    ['through an alias', 'spec.selector.matchLabels.app', '7:5-7:13'],
    ['in what is merged', 'spec.template.metadata.labels.app', '7:5-7:13'],
    ['beside what is merged', 'spec.template.metadata.labels.tier', '12:40-12:51'],
    ['in a list', 'spec.template.spec.containers[0].image', '17:11-17:25'],
    ['in a list by name', 'spec.template.spec.containers[side].command', '23:36-23:43'],
    ['in a list, merged', 'spec.template.spec.containers[1].image', '17:11-17:25'],
    ['where a block scalar begins', 'spec.template.spec.containers[0].env[0].value', '20:15'],
    ['at the nearest that there is', 'spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef', '19:15-19:19'],
    ['at the name for what is not in it at all', 'status.replicas', '5:3-5:12'],
  ])('%s', async (_, path, expected) => {
    const manifests = await read(DEPLOYMENT);
    const { file, template, line, column, endLine, endColumn } = manifests.locate(web, path) ?? {};
    expect({ file, template }).toEqual({ file: '<stdin>', template: 'web/templates/web.yaml' });
    const end = endLine === undefined ? '' : `-${endLine}:${endColumn ?? 0}`;
    expect(`${line}:${column}${end}`).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['after a marker on the same line', '--- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n', '1:44'],
    ['in the second document', 'a: b\n---\n\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n', '7:3'],
    [
      'in a List of JSON',
      '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}]}',
      '1:87',
    ],
    ['with windows line ends', 'apiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  name: a\r\n', '4:3'],
  ])('%s', async (_, text, expected) => {
    const place = (await read(text)).locate(ref('Pod', 'default', 'a'));
    expect(`${place?.line}:${place?.column}`).toBe(expected);
  });
});

it('what is not among the manifests has no place', async () => {
  const manifests = await read(DEPLOYMENT);
  expect(manifests.locate(ref('Secret', 'default', 'web'))).toBeUndefined();
});

describe('the namespace of what states none', () => {
  const object = (kind: string, apiVersion: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`;
  it.each<[string, string, string | undefined, ResourceRef]>([
    ['is default', object('Pod', 'v1'), undefined, ref('Pod', 'default', 'a')],
    ['is the one that is given', object('Pod', 'v1'), 'shop', ref('Pod', 'shop', 'a')],
    ['is none for a Node', object('Node', 'v1'), 'shop', ref('Node', undefined, 'a')],
    [
      'is given to custom kinds',
      object('Certificate', 'cert-manager.io/v1'),
      'shop',
      { group: 'cert-manager.io', kind: 'Certificate', namespace: 'shop', name: 'a' },
    ],
    [
      'is none for cluster-wide custom kinds',
      object('ClusterIssuer', 'cert-manager.io/v1'),
      'shop',
      { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'a' },
    ],
    [
      'is none where a definition says so',
      `${object('Thing', 'example.com/v1')}---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\nspec: { group: example.com, scope: Cluster, names: { kind: Thing } }\n`,
      'shop',
      { group: 'example.com', kind: 'Thing', name: 'a' },
    ],
    ['is that of today for old groups', object('Ingress', 'extensions/v1beta1'), 'shop', ref('Ingress', 'shop', 'a')],
  ])('%s', async (_, text, namespace, expected) => {
    expect((await read(text, namespace)).manifests[0]?.ref).toEqual(expected);
  });
});

it('coverage: what a namespace does not hold is absent, everything else unknown', async () => {
  const { snapshot } = await read(DEPLOYMENT);
  expect(snapshot.lookup(ref('Secret', 'default', 'x')).state).toBe('absent');
  expect(snapshot.lookup(ref('Secret', 'other', 'x')).state).toBe('unknown');
  expect(snapshot.lookup(ref('Node', undefined, 'x')).state).toBe('unknown');
  expect(snapshot.lookup(ref('StorageClass', undefined, 'x')).state).toBe('unknown');
});

it.each(['', '\n', 'a: b\n', '[]', '# nothing\n'])('without manifests it is an error: %j', async (text) => {
  await expect(read(text)).rejects.toThrow(/<stdin>: /);
});

describe('text that is no YAML is told in words, where it begins', () => {
  const fine = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: fine }\n---\n';
  it.each<[string, string, string, string]>([
    [
      'a merge conflict',
      `kind: Pod\n<<<<<<< HEAD\nreplicas: 1\n=======\nreplicas: 2\n>>>>>>> other\n`,
      '6:1',
      'not valid YAML: a merge conflict that is not resolved',
    ],
    ['a template', 'kind: Pod\nmetadata:\n  {{- include "x" . }}\n  b: c\n', '7:3', 'a Helm template, not a manifest'],
    [
      'an alert with its own templates',
      `kind: PrometheusRule\nsummary: "{{ $labels.pod }} is down"\n\tfor: 5m\n`,
      '7:1',
      'not valid YAML: a tab in the indentation, where only spaces may be',
    ],
    ['a line that is too far left', 'kind: Pod\nspec:\n    a: b\n  c: d\n', '8:1', 'not valid YAML: wrong indentation'],
  ])('%s', async (_, text, place, problem) => {
    const { manifests, problems } = await read(fine + text);
    expect(manifests).toHaveLength(1);
    expect(problems.map(({ location, ...rest }) => [`${location.line}:${location.column}`, rest.problem])).toEqual([
      [place, problem],
    ]);
  });
});

it('names that the API server completes are never the same', async () => {
  const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: load- }\n---\n';
  const { manifests } = await read(job + job);
  expect(manifests.map(({ ref: { name } }) => name)).toEqual(['load-generated', 'load-generated-2']);
});

it('policies that are no more have no namespace', async () => {
  const { manifests } = await read('apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: { name: a }\n');
  expect(manifests.map(({ ref: { namespace } }) => namespace)).toEqual([undefined]);
});

it('a file is read once, though it is named by its folder as well', async () => {
  const folder = join(import.meta.dirname, '../../../../fixtures/check/manifest-account-missing');
  const [all, again] = [await readManifests([folder]), await readManifests([folder, join(folder, 'fires.yaml')])];
  expect(all.manifests.length).toBeGreaterThan(4);
  expect(again.manifests).toEqual(all.manifests);
});
