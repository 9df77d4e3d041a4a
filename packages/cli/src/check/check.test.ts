import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kroot } from '../run.test.support.ts';

const root = join(import.meta.dirname, '../../../..');
const good = join(import.meta.dirname, '__fixtures__/good');
const read = (file: string): string => readFileSync(join(good, file), 'utf8');

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-check-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Writes files into a folder of their own. */
function files(contents: Readonly<Record<string, string>>): string {
  const at = mkdtempSync(join(folder, 'k8s-'));
  for (const [path, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  return at;
}

interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly location?: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly template?: string;
  };
}

interface Printed {
  readonly diagnoses: readonly Found[];
  readonly unexplained: readonly Found[];
  readonly notices: readonly string[];
  readonly manifests: number;
}

/** What is found in the manifests on standard input, as `severity rule line:column`. */
async function found(stdin: string, ...more: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await kroot(['check', '-q', '-f', '-', '-o', 'json', ...more], { stdin });
  const { diagnoses, unexplained } = JSON.parse(stdout) as Printed;
  return [...diagnoses, ...unexplained].map(
    ({ location, rule, severity }) => `${severity} ${rule} ${location?.line ?? '?'}:${location?.column ?? '?'}`,
  );
}

describe('good manifests', () => {
  it.each(readdirSync(good))('%s', async (file) => {
    expect(await found(read(file))).toEqual([]);
  });

  it('all of them together', async () => {
    const { code, stdout, stderr } = await kroot(['check', good], { cwd: root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('No problems found');
  });

  it('in a namespace of their own', async () => {
    expect(await found(read('guestbook.yaml'), '-n', 'guestbook')).toEqual([]);
  });
});

/** One slip in a good file. */
const slips: readonly (readonly [file: string, text: string, slip: string])[] = [
  ['platform.yaml', 'target: { name: shop-api-env }', 'target: { name: shop-api-envs }'],
  ['platform.yaml', '{ name: shop-stripe, key: token }', '{ name: shop-strip, key: token }'],
  ['platform.yaml', 'configMap: { name: kube-root-ca.crt }', 'configMap: { name: kube-root }'],
  ['platform.yaml', 'serviceAccountName: api', 'serviceAccountName: apis'],
  ['platform.yaml', '{ name: api, port: { name: http } }', '{ name: apis, port: { name: http } }'],
  ['platform.yaml', '{ name: api, port: { name: http } }', '{ name: api, port: { name: web } }'],
  ['platform.yaml', 'targetPort: http }', 'targetPort: htp }'],
  ['platform.yaml', 'kind: Deployment, name: api }', 'kind: Deployment, name: web }'],
  ['platform.yaml', '      labels: { app: api }', '      labels: { app: web }'],
  ['platform.yaml', '{ name: vault, mountPath: /vault }', '{ name: vaults, mountPath: /vault }'],
  ['platform.yaml', 'httpGet: { path: /ready, port: http }', 'httpGet: { path: /ready, port: htp }'],
  ['platform.yaml', 'apiVersion: batch/v1', 'apiVersion: batch/v1beta1'],
  ['platform.yaml', 'kind: StatefulSet', 'kind: StatefullSet'],
  ['platform.yaml', 'serviceName: cache', 'serviceName: caches'],
  ['platform.yaml', 'value: pricing }', 'value: apii }'],
  ['guestbook.yaml', 'selector: { app: guestbook, tier: frontend }', 'selector: { app: guestbok, tier: frontend }'],
  ['guestbook.yaml', '  name: redis-follower\nspec:\n  ports', '  name: redis-leader\nspec:\n  ports'],
  ['wordpress-kustomized.yaml', 'claimName: wp-pv-claim', 'claimName: wp-pvclaim'],
  ['wordpress-kustomized.yaml', 'key: password, name: mysql', 'key: pasword, name: mysql'],
  ['helm-release.yaml', 'key: postgres-password', 'key: postgresql-password'],
  ['ingress-nginx.yaml', '--secret-name=ingress-nginx-admission', '--secret-name=ingress-nginx-admissions'],
  ['metrics-server.yaml', 'kind: Deployment', 'kind: Deployment\n\tx: y'],
  ['operators.yaml', '{ selector: { app: canary }, ports', '{ selector: { app: canery }, ports'],
  [
    'operators.yaml',
    "'m:1', envFrom: [{ secretRef: { name: canary-env }",
    "'m:1', envFrom: [{ secretRef: { name: canary-envs }",
  ],
  ['operators.yaml', '{ name: logs-es-elastic-user,', '{ name: log-es-elastic-user,'],
  ['operators.yaml', '{ name: canary-stable, port: { number: 80 } }', '{ name: canary-stable, port: { number: 81 } }'],
  ['operators.yaml', '{ selector: { tier: search }', '{ selector: { tier: serch }'],
];

describe('one slip in good manifests', () => {
  it.each(slips)('%s: %s', async (file, text, slip) => {
    const original = read(file);
    expect(original).toContain(text);
    const lines = original.replace(text, slip);
    const seen = await found(lines);
    expect(seen).not.toEqual([]);
    // Beside each finding stands the line that it points to.
    const told = seen.map((each) => `${each} | ${(lines.split('\n')[lineOf(each) - 1] ?? '').trim()}`);
    expect(told).toMatchSnapshot();
  });
});

function lineOf(told: string): number {
  return Number(/ (?<line>\d+):\d+$/.exec(told)?.groups?.['line']);
}

/** A pod that takes all variables from Secret `made`, in namespace shop. */
const USER = `apiVersion: v1
kind: Pod
metadata: { name: user, namespace: shop }
spec:
  containers:
    - name: c
      image: registry.example.com/c:1
      envFrom: [{ secretRef: { name: made } }]
`;

const maker = (apiVersion: string, kind: string, name: string, rest = ''): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\n${rest}`;

describe('a pod that nothing makes is checked as templates are', () => {
  it.each([
    ['account', '  serviceAccountName: nobody', ['warning manifest-account-missing 9:3']],
    [
      'claim',
      '  volumes: [{ name: v, persistentVolumeClaim: { claimName: none } }]',
      ['warning manifest-claim-missing 9:49'],
    ],
    ['mount', '      volumeMounts: [{ name: v, mountPath: /v }]', ['critical manifest-refused 9:24']],
    ['probe', '      readinessProbe: { tcpSocket: { port: web } }', ['critical manifest-probe-port 9:38']],
  ])('%s', async (_, line, expected) => {
    expect(await found(`${USER.replace(/ +envFrom.*\n/, '')}${line}\n`.replace('spec:', '\nspec:'))).toEqual(expected);
  });
});

describe('a Secret that is made elsewhere is not missing', () => {
  it.each([
    [
      'ExternalSecret by target',
      maker('external-secrets.io/v1', 'ExternalSecret', 'x', 'spec: { target: { name: made } }'),
    ],
    ['ExternalSecret by its name', maker('external-secrets.io/v1beta1', 'ExternalSecret', 'made')],
    ['SealedSecret', maker('bitnami.com/v1alpha1', 'SealedSecret', 'made')],
    [
      'SealedSecret by template',
      maker('bitnami.com/v1alpha1', 'SealedSecret', 'x', 'spec: { template: { metadata: { name: made } } }'),
    ],
    ['Certificate', maker('cert-manager.io/v1', 'Certificate', 'x', 'spec: { secretName: made }')],
    [
      'VaultStaticSecret',
      maker('secrets.hashicorp.com/v1beta1', 'VaultStaticSecret', 'x', 'spec: { destination: { name: made } }'),
    ],
    [
      'SecretProviderClass',
      maker(
        'secrets-store.csi.x-k8s.io/v1',
        'SecretProviderClass',
        'x',
        'spec: { secretObjects: [{ secretName: made }] }',
      ),
    ],
    [
      'Crossplane',
      maker('database.example.org/v1', 'Instance', 'x', 'spec: { writeConnectionSecretToRef: { name: made } }'),
    ],
    [
      'Ingress with an issuer',
      maker('networking.k8s.io/v1', 'Ingress', 'x', 'spec: { tls: [{ secretName: made }] }').replace(
        'namespace: shop',
        'namespace: shop, annotations: { cert-manager.io/issuer: ca }',
      ),
    ],
    [
      'serving certificate',
      maker('v1', 'Service', 'x', 'spec: { ports: [{ port: 1 }] }').replace(
        'namespace: shop',
        'namespace: shop, annotations: { service.beta.openshift.io/serving-cert-secret-name: made }',
      ),
    ],
    [
      'ClusterExternalSecret',
      'apiVersion: external-secrets.io/v1\nkind: ClusterExternalSecret\nmetadata: { name: x }\nspec: { externalSecretName: made }\n',
    ],
    [
      'replicated from another namespace',
      maker('v1', 'Secret', 'made', 'stringData: { a: b }').replace(
        'namespace: shop',
        'namespace: vault, annotations: { replicator.v1.mittwald.de/replicate-to: shop }',
      ),
    ],
    [
      'hook that names it',
      maker(
        'batch/v1',
        'Job',
        'x',
        'spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: i:1, args: [--secret-name=made] }] } } }',
      ),
    ],
    [
      'generator of kustomize',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator: [{ name: made }]\n',
    ],
    ['shell that others fill', maker('v1', 'Secret', 'made')],
  ])('%s', async (_, text) => {
    expect(await found(`${USER}---\n${text}`)).toEqual([]);
  });

  it.each([
    ['nobody', ''],
    ['another name', `---\n${maker('bitnami.com/v1alpha1', 'SealedSecret', 'other')}`],
    ['another namespace', `---\n${maker('bitnami.com/v1alpha1', 'SealedSecret', 'made').replace('shop', 'bank')}`],
    [
      'a Job that only reads it',
      `---\n${maker('batch/v1', 'Job', 'x', 'spec: { suspend: true, template: { spec: { restartPolicy: Never, containers: [{ name: c, image: i:1, envFrom: [{ secretRef: { name: made } }] }] } } }')}`,
    ],
  ])('but it is when it is made by %s', async (_, text) => {
    expect(await found(USER + text)).toEqual(['warning secret-missing-env 8:19']);
  });
});

describe('text that is no manifest', () => {
  const broken = 'apiVersion: v1\nkind: Service\nmetadata: { name: s\n';
  const fine = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: fine }\ndata: { a: b }\n';
  it.each<[string, string, readonly string[], number]>([
    [
      'broken between two good ones',
      `${fine}---\n${broken}---\n${fine.replace('fine', 'too')}`,
      ['critical manifest-unreadable 9:1'],
      2,
    ],
    ['tabs', `${fine}---\nkind: Pod\n\tmetadata: x\n`, ['critical manifest-unreadable 7:1'], 1],
    [
      'an unrendered template',
      `${fine}---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n`,
      ['critical manifest-unreadable 9:3'],
      1,
    ],
    [
      'a template with an action',
      'kind: Pod\nmetadata:\n  {{- include "x" . }}\n',
      ['critical manifest-unreadable'],
      0,
    ],
    ['a bomb of aliases', `${fine}---\n${bomb()}`, ['critical manifest-unreadable 5:1'], 1],
    ['brackets without end', `${fine}---\nkind: ${'['.repeat(20_000)}`, ['critical manifest-unreadable 5:1'], 1],
    ['an alias of itself', `${fine}---\na: &a { b: *a }\n`, ['critical manifest-unreadable 5:1'], 1],
    [
      'odd shapes',
      `${fine}---\n42\n---\n- 1\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\nspec: { template: { spec: { containers: { a: b } } } }\n`,
      [],
      2,
    ],
    ['windows line ends and a mark of order', `\uFEFF${fine.replaceAll('\n', '\r\n')}`, [], 1],
    [
      'JSON objects in a row',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}',
      [],
      2,
    ],
    [
      'a List with what a cluster adds',
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [owner, owned] }),
      [],
      1,
    ],
  ])('%s', async (_, stdin, expected, count) => {
    const seen = await found(stdin);
    expect(seen).toEqual(expected.map((each) => expect.stringContaining(each) as string));
    const { stdout } = await kroot(['check', '-q', '-o', 'json', '-'], { stdin });
    expect((JSON.parse(stdout) as Printed).manifests).toBe(count);
  });

  it('shows no value of a Secret, whole or broken', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: hunter2 }\n';
    const stdin = `${secret}---\n${secret}---\n${secret}  x: [hunter2\n`;
    for (const format of ['text', 'json', 'sarif', 'markdown', 'junit']) {
      // oxlint-disable-next-line no-await-in-loop -- one format after the other
      const { stdout, stderr } = await kroot(['check', '-f', '-', '-o', format], { stdin });
      expect(stdout + stderr).not.toContain('hunter2');
    }
  });
});

const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'c:1' }] } };
const owner = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'x', namespace: 'shop' },
  spec: { selector: { matchLabels: { app: 'x' } }, template },
  status: { replicas: 1, unavailableReplicas: 1 },
};
const owned = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'x-1', namespace: 'shop', ownerReferences: [{ kind: 'Deployment', name: 'x', controller: true }] },
};

function bomb(): string {
  const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);
  return `l0: &l0 [x]\n${levels.join('\n')}\n`;
}

describe('a folder', () => {
  const deployment = (name: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec:\n  selector: { matchLabels: { app: ${name} } }\n  template:\n    metadata: { labels: { app: ${name} } }\n    spec: { containers: [{ name: c, image: i:1 }] }\n`;

  it('with patches, charts, values and other YAML is read for its manifests', async () => {
    const at = files({
      'base/web.yaml': deployment('web'),
      'base/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [web.yaml]\n',
      'prod/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\npatches: [{ path: more.yaml }]\n',
      'prod/more.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 9 }\n',
      'chart/Chart.yaml': 'apiVersion: v2\nname: chart\n',
      'chart/values.yaml': 'kind: x\n',
      'chart/templates/web.yaml': 'kind: Deployment\n{{- with .x }}\n',
      'stack.yaml': 'Resources:\n  A: !Ref [\n',
      'node_modules/x/pod.yaml': 'kind: Pod\n  x\n',
      'package.json': '{"name": "x", // no\n}',
    });
    const { stdout } = await kroot(['check', at, '-o', 'json']);
    const { diagnoses, manifests, notices } = JSON.parse(stdout) as Printed;
    expect({ diagnoses, manifests }).toEqual({ diagnoses: [], manifests: 1 });
    expect(notices.map((notice) => notice.replaceAll(at, ''))).toEqual([
      '/chart: Helm is not run: pipe `helm template` into kroot check -f -',
      '/base/kustomization.yaml and 1 more: kustomize is not run, so patches and prefixes do not count: pipe `kubectl kustomize` into kroot check -f -',
    ]);
  });

  it('a broken manifest in it is one finding, the rest is checked', async () => {
    const at = files({ 'a.yaml': deployment('web'), 'b.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {\n' });
    const { code, stdout } = await kroot(['check', '-q', at, '-o', 'json']);
    const { diagnoses, manifests } = JSON.parse(stdout) as Printed;
    expect({ code, manifests }).toEqual({ code: 1, manifests: 1 });
    expect(diagnoses.map(({ location, rule }) => `${rule} ${location?.file}`)).toEqual([
      `manifest-unreadable ${join(at, 'b.yaml')}`,
    ]);
  });

  it('is told once, and what the API server names is no duplicate', async () => {
    const job = (metadata: string, image: string): string =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: { ${metadata} }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: m, image: "m:${image}" }] } } }\n---\n`;
    const two = async (metadata: string): Promise<Printed> => {
      const { stdout } = await kroot(['check', '-q', '-f', '-', '-o', 'json'], {
        stdin: job(metadata, '1') + job(metadata, '2'),
      });
      return JSON.parse(stdout) as Printed;
    };
    const same = await two('name: migrate');
    expect([same.manifests, same.notices, same.diagnoses.map(({ rule }) => rule)]).toEqual([
      2,
      [],
      ['manifest-duplicate'],
    ]);
    const made = await two('generateName: migrate-');
    expect([made.manifests, made.notices, made.diagnoses]).toEqual([2, [], []]);
  });

  it('the same name for two environments is no duplicate', async () => {
    const at = files({ 'dev/web.yaml': deployment('web'), 'prod/web.yaml': deployment('web') });
    expect((await kroot(['check', at])).stdout).toContain('No problems found');
  });
});

describe('what is no manifest at all is one line', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', '<stdin>: the file is empty; check what was to write it, or name files with kind and apiVersion'],
    [
      'xz',
      Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0),
      '<stdin>: the file is an xz archive; unpack it and name the folder',
    ],
    ['zip', Buffer.from('PK\x03\x04\x14\0\0\0'), '<stdin>: the file is a zip archive; unpack it and name the folder'],
  ])('%s', async (_, stdin, line) => {
    expect(await kroot(['check', '-f', '-'], { stdin })).toEqual({ code: 2, stdout: '', stderr: `kroot: ${line}\n` });
  });
});
