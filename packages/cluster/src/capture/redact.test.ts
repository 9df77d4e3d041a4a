import { type KubernetesObject } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotFromObjects } from '../read-snapshot.ts';
import { redact } from './redact.ts';

const CANARY = 'c4nary-Hunter2-Value';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c4naryHunter2Value';

function pod(container: unknown): readonly unknown[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'api', namespace: 'shop', annotations: { note: `password=${CANARY}` } },
      spec: { containers: [container] },
      status: { containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 1, message: `token ${JWT}` } } }] },
    },
  ];
}

const SECRETS: readonly (readonly [string, readonly unknown[]])[] = [
  ['a variable of a telling name', pod({ name: 'c', env: [{ name: 'DB_PASSWORD', value: CANARY }] })],
  ['a key', pod({ name: 'c', env: [{ name: 'STRIPE_API_KEY', value: CANARY }] })],
  ['a token', pod({ name: 'c', env: [{ name: 'githubToken', value: CANARY }] })],
  ['a URL', pod({ name: 'c', env: [{ name: 'DATABASE_URL', value: `postgres://app:${CANARY}@db.shop:5432/x` }] })],
  ['an option', pod({ name: 'c', args: [`--password=${CANARY}`] })],
  ['an option and its value', pod({ name: 'c', command: ['run', '--client-secret', CANARY] })],
  ['a shell line', pod({ name: 'c', args: ['sh', '-c', `PASSWORD='${CANARY}' exec app`] })],
  ['a header', pod({ name: 'c', args: [`Authorization: Bearer ${CANARY}`] })],
  [
    'a ConfigMap key',
    [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { 'db.password': CANARY } }],
  ],
  [
    'a ConfigMap file',
    [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c' },
        data: { 'app.yaml': `db:\n  password: "${CANARY}"\n` },
      },
    ],
  ],
  [
    'a private key',
    [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c' },
        data: { pem: `-----BEGIN RSA PRIVATE KEY-----\n${CANARY.replaceAll('-', '/')}\n-----END RSA PRIVATE KEY-----` },
      },
    ],
  ],
  [
    'an event',
    [
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'e', namespace: 'x' },
        involvedObject: { kind: 'Pod', name: 'p' },
        message: `cannot log in: https://u:${CANARY}@host/`,
      },
    ],
  ],
  [
    'a custom resource',
    [
      {
        apiVersion: 'example.com/v1',
        kind: 'Widget',
        metadata: { name: 'w' },
        spec: { db: { adminPassword: CANARY } },
      },
    ],
  ],
  [
    'a custom resource with a URL',
    [{ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { u: `amqp://a:${CANARY}@b` } }],
  ],
];

const slim = (objects: readonly unknown[]): readonly KubernetesObject[] => {
  const snapshot = snapshotFromObjects(objects);
  return snapshot.kinds().flatMap((kind) => snapshot.list(kind));
};

describe('redact', () => {
  it.each(SECRETS)('takes out %s, and nothing more when done again', (_name, objects) => {
    const done = slim(objects).map((object) => redact(object));
    expect(JSON.stringify(done)).not.toMatch(/c4nary|Hunter2/);
    expect(JSON.stringify(done)).toContain('[redacted]');
    expect(done.map((object) => redact(object))).toEqual(done);
  });

  it.each([
    'http://auth.shop.svc:8080/token?x=1',
    'redis:6379',
    '$(DB_PASSWORD)',
    'postgres://app:$(DB_PASSWORD)@db:5432/app',
    'password authentication failed for user "app"',
    "couldn't find key password in Secret shop/db",
    'MountVolume.SetUp failed for volume "key" : references non-existent secret key: tls.key',
    'secret "db-password" not found',
    'sh: DB_PASSWORD: parameter not set',
    'run.sh: line 3: API_KEY: unbound variable',
    'DB_PASSWORD: must be set',
    'https://user@host/path',
  ])('leaves alone: %s', (value) => {
    const objects = slim(pod({ name: 'c', env: [{ name: 'TOKEN_URL', value }], args: [value] }));
    expect(redact(objects[0] as KubernetesObject)).toMatchObject({
      spec: { containers: [{ env: [{ value }], args: [value] }] },
    });
  });

  it('leaves names, references and empty values alone', () => {
    const objects = slim([
      ...pod({
        name: 'token',
        env: [
          { name: 'PASSWORD', value: '' },
          { name: 'SECRET', value: '$(OTHER)' },
        ],
      }),
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name: 'c', namespace: 'x' },
        spec: { secretName: 'tls' },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's', namespace: 'x' },
        spec: { selector: { password: 'yes' } },
      },
    ]).filter(({ kind }) => kind !== 'Pod');
    for (const object of objects) expect(redact(object)).toEqual(object);
  });

  it('takes linear time on hostile text', () => {
    const texts = [
      '://'.repeat(20_000),
      'password='.repeat(7000),
      `-----BEGIN ${'A '.repeat(30_000)}`,
      'eyJ'.repeat(20_000),
      'bearer '.repeat(9000),
    ];
    const start = performance.now();
    for (const text of texts) for (const object of slim(pod({ name: 'c', args: [text] }))) redact(object);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
