import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenShop, kroot } from '../run.test.support.ts';

const root = join(import.meta.dirname, '../../../..');

interface Told {
  readonly diagnoses: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly root_cause: string;
    readonly notes: readonly string[];
  }[];
  readonly unexplained: readonly object[];
  readonly blast_radius: readonly Readonly<Record<string, unknown>>[];
  readonly deployment: {
    readonly cluster: string;
    readonly created: number;
    readonly updated: number;
    readonly heals: readonly { readonly rule: string; readonly certain: boolean }[];
    readonly stays: readonly { readonly rule: string }[];
  };
}

/** What manifests on standard input do to the shop. */
async function against(stdin: string): Promise<Told & { readonly code: number }> {
  const { code, stdout } = await kroot(['check', '-q', '-f', '-', '--against', brokenShop, '-o', 'json'], { stdin });
  return { ...(JSON.parse(stdout) as Told), code };
}

const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: payments-db-credential, namespace: shop }
stringData: { username: x, password: y }
`;

const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: { name: feature-flags, namespace: shop }
data: { a: b }
`;

const storefront = (spec: string, more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: storefront, namespace: shop }
spec:
  replicas: 3
  ${more}
  selector: { matchLabels: { app: storefront } }
  template:
    metadata: { labels: { app: storefront } }
    spec:
      ${spec}
`;

const container = (rest: string): string =>
  `containers: [{ name: web, image: "web:2", ports: [{ name: http, containerPort: 8080 }], ${rest} }]`;

const WANTS_CONFIG = container('envFrom: [{ configMapRef: { name: nowhere } }]');

const SECRET_MISSING = 'secret-missing-env';
const NO_NODE = 'sched-node-selector-mismatch';

interface Case {
  readonly manifests: string;
  readonly breaks?: readonly string[];
  readonly heals?: readonly string[];
  readonly stays: readonly string[];
}

const cases: readonly (readonly [name: string, expected: Case])[] = [
  ['something new that is well', { manifests: CONFIG, stays: [SECRET_MISSING, NO_NODE] }],
  ['what was missing', { manifests: SECRET, heals: [SECRET_MISSING], stays: [NO_NODE] }],
  [
    'an operator that makes what was missing',
    {
      manifests:
        'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: payments-db-credential, namespace: shop }\n',
      heals: [SECRET_MISSING],
      stays: [NO_NODE],
    },
  ],
  [
    'what was missing, without a key',
    {
      manifests: SECRET.replace('username: x, ', ''),
      breaks: ['critical secret-key-missing-env'],
      heals: [SECRET_MISSING],
      stays: [NO_NODE],
    },
  ],
  [
    'new pods that cannot start',
    {
      manifests: storefront(WANTS_CONFIG),
      breaks: ['critical configmap-missing-env'],
      stays: [SECRET_MISSING, NO_NODE],
    },
  ],
  [
    'new pods that fit on no node',
    {
      manifests: storefront(`nodeSelector: { disktype: floppy }\n      ${container('')}`),
      breaks: [`critical ${NO_NODE}`],
      stays: [SECRET_MISSING, NO_NODE],
    },
  ],
  [
    'a Service of which the selector is wrong',
    {
      manifests:
        'apiVersion: v1\nkind: Service\nmetadata: { name: storefront, namespace: shop }\nspec: { selector: { app: storefrontt }, ports: [{ name: http, port: 80, targetPort: http }] }\n',
      breaks: ['critical svc-selector-no-match'],
      stays: [SECRET_MISSING, NO_NODE],
    },
  ],
  ['an image of another version', { manifests: storefront(container('')), stays: [SECRET_MISSING, NO_NODE] }],
];

describe('what manifests do to a cluster:', () => {
  it.each(cases)('%s', async (_, { manifests, breaks = [], heals = [], stays }) => {
    const { code, diagnoses, unexplained, deployment } = await against(manifests);
    expect({
      breaks: diagnoses
        .filter(({ severity }) => severity !== 'info')
        .map(({ rule, severity }) => `${severity} ${rule}`),
      unexplained,
      heals: deployment.heals.map(({ rule }) => rule),
      stays: deployment.stays.map(({ rule }) => rule),
    }).toEqual({ breaks, unexplained: [], heals, stays });
    expect(code).toBe(breaks.some((each) => each.startsWith('critical')) ? 1 : 0);
  });

  it.each([
    ['a rollout that gets stuck takes no Service down', storefront(WANTS_CONFIG), []],
    [
      'one that stops everything first does',
      storefront(WANTS_CONFIG, 'strategy: { type: Recreate }'),
      ['Service/shop/storefront'],
    ],
  ])('%s', async (_, manifests, services) => {
    const { blast_radius: radius } = await against(manifests);
    expect(radius[0]).toMatchObject({
      broken_resource: 'ConfigMap/shop/nowhere',
      impacted_deployments: ['Deployment/shop/storefront'],
      impacted_services: services,
    });
  });

  it('says that what is down already is down already', async () => {
    const { diagnoses } = await against(SECRET.replace('username: x, ', ''));
    expect(diagnoses[0]?.notes).toContain('What it takes down is down already, for another cause.');
  });

  it('counts what is made and what is changed', async () => {
    const { deployment } = await against(`${SECRET}---\n${storefront(container(''))}`);
    expect(deployment).toMatchObject({ cluster: brokenShop, created: 1, updated: 1 });
  });

  it('is told as text', async () => {
    const { code, stdout, stderr } = await kroot(
      ['check', '-f', '-', '--against', 'examples/broken-shop/cluster', '-n', 'shop'],
      { stdin: `${SECRET}---\n${storefront(WANTS_CONFIG)}`, cwd: root },
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    await expect(stdout).toMatchFileSnapshot('__golden__/against.txt');
  });

  it.each(['agent', 'markdown', 'jsonl'])('is told as %s', async (format) => {
    const { stdout } = await kroot(['check', '-q', '-f', '-', '--against', brokenShop, '-o', format], {
      stdin: SECRET,
    });
    expect(stdout).toMatch(/heals/i);
    expect(stdout).toContain(SECRET_MISSING);
  });
});

describe('a ServiceAccount that the cluster misses already', () => {
  const user = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      serviceAccountName: payments
      containers: [{ name: c, image: registry.example.com/c:1 }]
`;

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['something else', CONFIG, [], ['sa-missing']],
    ['what named it before', user('api'), [], ['sa-missing']],
    [
      'one more that names it',
      user('invoices'),
      ['critical manifest-account-missing Deployment/shop/invoices names it.'],
      [],
    ],
  ])('%s', async (_, stdin, breaks, stays) => {
    const cluster = join(root, 'fixtures/rules/sa-missing/fires.yaml');
    const { stdout } = await kroot(['check', '-q', '-f', '-', '--against', cluster, '-o', 'json'], { stdin });
    const { deployment, diagnoses, unexplained } = JSON.parse(stdout) as Told;
    expect(unexplained).toEqual([]);
    expect(diagnoses.map((each) => `${each.severity} ${each.rule} ${each.root_cause}`)).toEqual(breaks);
    expect(deployment).toMatchObject({ heals: [], stays: stays.map((rule) => ({ rule })) });
  });
});

describe('a cluster to which its own objects are applied again', () => {
  it('stays as it is', async () => {
    const { code, stdout } = await kroot(['check', '-q', brokenShop, '--against', brokenShop, '-o', 'json']);
    const { diagnoses, deployment } = JSON.parse(stdout) as Told;
    expect({ code, diagnoses, created: deployment.created, heals: deployment.heals }).toEqual({
      code: 0,
      diagnoses: [],
      created: 0,
      heals: [],
    });
  });
});

/** A capture, and its manifests after a change of their text. */
async function changed(file: string, change: (text: string) => string): Promise<Told> {
  const path = join(root, 'fixtures', file);
  const { stdout } = await kroot(['check', '-q', '-f', '-', '--against', path, '-o', 'json'], {
    stdin: change(readFileSync(path, 'utf8')),
  });
  return JSON.parse(stdout) as Told;
}

const ACCOUNT = 'cascades/C18-service-account-deleted.yaml';
const newImages = (text: string): string => text.replaceAll(/("?\bimage"?: ?"?[\w./:-]+)/g, '$1-new');
const newAccount = (text: string): string =>
  `${text}---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: payments, namespace: shop }\n`;
describe('what controllers said of the old pods', () => {
  it.each<
    [name: string, file: string, change: (text: string) => string, heals: Told['deployment']['heals'], stays: string[]]
  >([
    ['an account that is not there', ACCOUNT, newImages, [], ['sa-missing']],
    ['the same, with nothing changed', ACCOUNT, (text) => text, [], ['sa-missing']],
    ['the same, when it is made', ACCOUNT, newAccount, [{ rule: 'sa-missing', certain: true }], []],
    ['a level that the pods do not meet', 'cascades/C19-pod-security-tightened.yaml', newImages, [], ['psa-violation']],
    ['a quota that is used up', 'incidents/quota-cascade/cluster.json', newImages, [], ['quota-exceeded']],
    [
      'a quota that is used up, by pods that are other ones now',
      'incidents/quota-cascade/cluster.json',
      (text) => newImages(text).replaceAll(/"cpu":"250m"/g, '"cpu":"100m"'),
      [{ rule: 'quota-exceeded', certain: false }],
      [],
    ],
  ])('%s', async (_, file, change, heals, stays) => {
    const { deployment, diagnoses } = await changed(file, change);
    expect(diagnoses.filter(({ rule }) => rule !== 'manifest-duplicate')).toEqual([]);
    expect(deployment.heals).toMatchObject(heals);
    expect(deployment.heals).toHaveLength(heals.length);
    expect(deployment.stays.map(({ rule }) => rule)).toEqual(stays);
  });
});
