import { type ConfigMap, type Container, type KubernetesObject, type PodSpec, type Service } from '@kroot/types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostWords } from './host-words.ts';
import { namespace } from './network-policy/fixtures.test.support.ts';
import { serviceReferences } from './service-references.ts';
import { snapshotOf } from './snapshot-of.test.support.ts';
import { waitTargets } from './wait-commands.ts';

function service(path: string, port = 80): Service {
  const [space = '', name = ''] = path.split('/');
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: space, name }, spec: { ports: [{ port }] } };
}

const world: readonly KubernetesObject[] = [
  namespace('shop'),
  namespace('data'),
  service('shop/orders', 8080),
  service('shop/redis', 6379),
  service('shop/db-peers', 5432),
  service('data/postgres', 5432),
];

const inShop = (spec: PodSpec, objects = world, unknown: readonly string[] = []): readonly string[] =>
  serviceReferences(snapshotOf(objects, unknown), spec, 'shop').map(
    ({ service: { namespace: space, name }, port, exists, certain }) =>
      `${space ?? ''}/${name}${port === undefined ? '' : `:${port}`} ${exists}${certain ? '' : '?'}`,
  );

const withContainer = (rest: Partial<Container>): PodSpec => ({ containers: [{ name: 'main', ...rest }] });
const withEnv = (env: Readonly<Record<string, string>>): PodSpec =>
  withContainer({ env: Object.entries(env).map(([name, value]) => ({ name, value })) });

describe('references to Services that exist', () => {
  it.each<[string, string, readonly string[]]>([
    ['DB_HOST', 'orders', ['shop/orders present']],
    ['ANYTHING', 'http://orders', ['shop/orders:80 present']],
    ['ANYTHING', 'https://user:secret@orders:8443/path?x=1#y', ['shop/orders:8443 present']],
    ['ANYTHING', 'postgres.data', ['data/postgres present']],
    ['ANYTHING', 'postgres.data.svc:5432', ['data/postgres:5432 present']],
    ['ANYTHING', 'POSTGRES.data.svc.cluster.local.', ['data/postgres present']],
    ['ANYTHING', 'pg-0.postgres.data.svc.cluster.local', ['data/postgres present']],
    ['ANYTHING', 'postgres.data.svc.corp.example', ['data/postgres present']],
    ['ANYTHING', 'db-0.db-peers', ['shop/db-peers present']],
    ['ANYTHING', 'pg-0.postgres.data:5432', ['data/postgres:5432 present']],
    ['ANYTHING', 'jdbc:postgresql://postgres.data:5432/app?user=a', ['data/postgres:5432 present']],
    ['ANYTHING', 'jdbc:oracle:thin:@orders:8080:sid', ['shop/orders:8080 present']],
    [
      'ANYTHING',
      'mongodb://a:b@db-0.db-peers:27017,db-1.db-peers:27018/app',
      ['shop/db-peers:27017 present', 'shop/db-peers:27018 present'],
    ],
    ['ANYTHING', 'user:pass@tcp(orders:8080)/app', ['shop/orders:8080 present']],
    ['ANYTHING', 'host=postgres.data port=5432', ['data/postgres present']],
    ['ANYTHING', 'redis:6379', ['shop/redis:6379 present']],
    ['IMAGE', 'redis:7', []],
    ['CACHE_KIND', 'redis', []],
    ['LISTEN_HOST', 'redis', []],
    ['cache.host', 'redis', ['shop/redis present']],
    ['cacheHost', 'redis', ['shop/redis present']],
    ['BROKER_ADDRS', 'redis:6379,orders:8080', ['shop/redis:6379 present', 'shop/orders:8080 present']],
    ['DB_HOST', 'constructor', ['shop/constructor absent']],
  ])('%s=%s', (name, value, expected) => {
    expect(inShop(withEnv({ [name]: value }))).toEqual(expected);
  });

  it('takes the port from the variable beside', () => {
    expect(inShop(withEnv({ DB_HOST: 'orders', DB_PORT: '8080' }))).toEqual(['shop/orders:8080 present']);
    expect(inShop(withEnv({ PGHOST: 'orders', PGPORT: '5432' }))).toEqual(['shop/orders:5432 present']);
    expect(inShop(withEnv({ DB_HOST: 'orders', DB_PORT: 'tcp://10.0.0.1:80' }))).toEqual(['shop/orders present']);
  });

  it('reads arguments', () => {
    const args = [
      '--upstream=http://orders:8080',
      '--redis-host',
      'redis',
      '--mode',
      'orders',
      '--db.host=postgres.data',
    ];
    expect(inShop(withContainer({ args }))).toEqual([
      'shop/orders:8080 present',
      'shop/redis present',
      'data/postgres present',
    ]);
  });

  it('tells where, and never the password', () => {
    const [found] = serviceReferences(snapshotOf(world), withEnv({ A: 'x', B: 'amqp://u:hunter2@orders/v' }), 'shop');
    expect(found).toEqual({
      service: { group: '', kind: 'Service', namespace: 'shop', name: 'orders' },
      port: 5672,
      path: 'spec.containers[0].env[1].value',
      text: 'amqp://orders',
      exists: 'present',
      certain: true,
      container: 'main',
      variable: 'B',
    });
  });
});

describe('references to Services that do not exist', () => {
  it.each<[string, string, readonly string[]]>([
    ['ANYTHING', 'http://gone.shop.svc:80/x', ['shop/gone:80 absent']],
    ['ANYTHING', 'gone.data.svc.cluster.local', ['data/gone absent']],
    ['ANYTHING', 'gone.data.svc.corp.example', []],
    ['ANYTHING', 'http://gone:80', []],
    ['ANYTHING', 'gone', []],
    ['DB_HOST', 'gone', ['shop/gone absent']],
    ['DB_ADDR', 'gone:5432', ['shop/gone:5432 absent']],
    ['API_URL', 'http://gone:80', ['shop/gone:80 absent']],
    ['API_URL', 'gone', []],
    ['API_SERVICE', 'gone', []],
    ['API_SERVICE', 'gone:80', ['shop/gone:80 absent']],
    ['DB_HOST', 'gone.data', ['data/gone absent?']],
    ['DB_HOST', 'example.com', []],
    ['DB_HOST', 'db.eu.example.com', []],
    ['DB_HOST', '10.0.0.1', []],
    ['DB_HOST', '0.0.0.0:8080', []],
    ['DB_HOST', '::1', []],
    ['DB_HOST', 'localhost', []],
    ['DB_HOST', 'none', []],
    ['DB_HOST', '', []],
    ['DB_HOST', '${UNSET}', []],
    ['BIND_ADDR', 'gone:80', []],
    ['KAFKA_ADVERTISED_HOST', 'gone', []],
    ['SOCKET_URL', 'unix:///var/run/x.sock', []],
    ['HOST', 'gone', []],
  ])('%s=%s', (name, value, expected) => {
    expect(inShop(withEnv({ [name]: value }))).toEqual(expected);
  });

  it.each<[string, Partial<PodSpec>, readonly string[]]>([
    ['names of hostAliases', { hostAliases: [{ ip: '10.0.0.1', hostnames: ['gone'] }] }, []],
    ['the own name', { hostname: 'gone' }, []],
    ['other search domains', { dnsConfig: { searches: ['corp.example'] } }, ['shop/gone absent?']],
    ['other DNS', { dnsPolicy: 'Default' }, ['shop/gone absent?']],
  ])('%s', (_, rest, expected) => {
    expect(inShop({ ...withEnv({ DB_HOST: 'gone' }), ...rest })).toEqual(expected);
  });

  it('that are names of nodes are no Services', () => {
    const node: KubernetesObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'kind-control-plane' } };
    const spec = withEnv({ CONTROL_PLANE_ENDPOINT: 'kind-control-plane:6443' });
    expect(inShop(spec)).toEqual(['shop/kind-control-plane:6443 absent']);
    expect(inShop(spec, [...world, node])).toEqual([]);
  });

  it('are not known to be missing where Services were not collected', () => {
    expect(inShop(withEnv({ DB_HOST: 'gone' }), world, ['Service/shop'])).toEqual(['shop/gone unknown']);
  });
});

describe('values from elsewhere', () => {
  const settings: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'shop', name: 'settings' },
    data: { DB_HOST: 'gone', url: 'http://orders:8080' },
  };
  const objects = [...world, settings];

  it('are read from ConfigMaps', () => {
    const spec = withContainer({
      envFrom: [{ prefix: 'APP_', configMapRef: { name: 'settings' } }],
      env: [{ name: 'BASE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'url' } } }],
    });
    const found = serviceReferences(snapshotOf(objects), spec, 'shop');
    expect(found.map(({ path, variable, configMap, text }) => [path, variable, configMap?.name, text])).toEqual([
      ['spec.containers[0].envFrom[0].configMapRef', 'APP_DB_HOST', 'settings', 'gone'],
      ['spec.containers[0].envFrom[0].configMapRef', 'APP_url', 'settings', 'http://orders:8080'],
    ]);
  });

  it('are hidden by a later variable of the same name', () => {
    const envFrom = [{ configMapRef: { name: 'settings' } }];
    expect(inShop(withContainer({ envFrom, env: [{ name: 'DB_HOST', value: 'redis' }] }), objects)).toEqual([
      'shop/orders:8080 present',
      'shop/redis present',
    ]);
    const secret = { name: 'DB_HOST', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } };
    expect(inShop(withContainer({ envFrom, env: [secret] }), objects)).toEqual(['shop/orders:8080 present']);
  });

  it('are expanded from variables before', () => {
    const env = [
      { name: 'NS', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'NAME', value: 'orders' },
      { name: 'API', value: 'http://$(NAME).$(NS).svc:8080' },
      { name: 'KEPT', value: 'http://$$(NAME).x.svc $(LATER).y.svc' },
      { name: 'LATER', value: 'z' },
    ];
    expect(inShop(withContainer({ env }))).toEqual(['shop/orders:8080 present']);
    expect(inShop(withContainer({ env, args: ['--to=$(API)'] }))).toEqual(['shop/orders:8080 present']);
  });
});

function init(...command: string[]): PodSpec {
  return { containers: [], initContainers: [{ name: 'wait', command }] };
}

describe('what start-up scripts wait for', () => {
  it.each<[string, readonly string[]]>([
    ['until nc -z gone 5432; do sleep 1; done', ['gone:5432']],
    ['while ! nc -zv -w 2 gone 5432; do echo waiting for orders; done', ['gone:5432']],
    ['timeout 60 sh -c x; timeout 5 nc -z gone 1', ['gone:1']],
    ['until nslookup gone; do echo waiting; sleep 2; done', ['gone']],
    ['until getent hosts gone; do sleep 1; done', ['gone']],
    ['until dig +short @10.0.0.10 gone; do :; done', ['gone']],
    ['until pg_isready -h gone -p 5433 -U app; do sleep 1; done', ['gone:5433']],
    ['until mysqladmin ping -hgone -P 3307 -psecret; do sleep 1; done', ['gone:3307']],
    ['until redis-cli --host=gone ping; do sleep 1; done', ['gone']],
    ['until wget -q -O /dev/null gone:8080/healthz; do sleep 1; done', ['gone:8080']],
    ['until curl -sf "http://gone/healthz" -X GET; do sleep 1; done', ['gone:80']],
    ['until (echo >/dev/tcp/gone/9092) 2>/dev/null; do sleep 1; done', ['gone:9092']],
    ['/app/wait-for-it.sh gone:5432 -t 30 -- /app/run', ['gone:5432']],
    ['dockerize -wait tcp://gone:5432 -timeout 60s', ['gone:5432']],
    ['until dig -t A gone; do :; done', ['gone']],
    ['echo nc -z gone 5432', []],
    ['nc -z 10.0.0.1 80', []],
    ['ping -c 1 gone', ['gone']],
  ])('%s', (script, expected) => {
    expect(waitTargets(script).map(({ host, port }) => (port === undefined ? host : `${host}:${port}`))).toEqual(
      expected,
    );
  });

  it.each<[string, PodSpec, readonly string[]]>([
    ['by a loop', init('sh', '-c', 'until nc -z gone 5432; do sleep 1; done'), ['shop/gone:5432 absent']],
    ['by a command without a shell', init('nc', '-z', 'gone', '5432'), ['shop/gone:5432 absent']],
    [
      'in the namespace of the pod',
      init(
        'sh',
        '-c',
        'until nslookup gone.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local; do sleep 2; done',
      ),
      ['shop/gone absent'],
    ],
    ['of the outside', init('sh', '-c', 'until nc -z db.example.com 5432; do sleep 1; done'), []],
    [
      'in an app container',
      withContainer({ command: ['sh', '-c', 'while ! nc -z gone 5432; do sleep 1; done'] }),
      ['shop/gone:5432 absent'],
    ],
    [
      'not in an endless loop there',
      withContainer({ command: ['sh', '-c', 'while true; do nslookup gone; done'] }),
      [],
    ],
    ['not without a loop there', withContainer({ command: ['sh', '-c', 'nc -z gone 5432'] }), []],
  ])('%s', (_, spec, expected) => {
    expect(inShop(spec)).toEqual(expected);
  });

  it('expands shell variables', () => {
    const command = ['sh', '-c', 'until nc -z "$DB_HOST" ${DB_PORT:-5432}; do sleep 1; done'];
    const spec: PodSpec = {
      containers: [],
      initContainers: [{ name: 'wait', command, env: [{ name: 'DB_HOST', value: 'gone' }] }],
    };
    expect(serviceReferences(snapshotOf(world), spec, 'shop')).toMatchObject([
      { path: 'spec.initContainers[0].env[0].value' },
      { path: 'spec.initContainers[0].command[2]', port: 5432, waits: true },
    ]);
  });
});

describe('any text', () => {
  it('is read without harm, and only for valid names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const { host } of [...hostWords(text), ...waitTargets(text)])
          expect(host).toMatch(/^[a-z0-9_][a-z0-9._-]*$/);
        expect(() => inShop(withEnv({ DB_HOST: text }))).not.toThrow();
      }),
    );
  });

  it.each([
    'a.'.repeat(50_000),
    '@'.repeat(50_000),
    '$(A'.repeat(50_000),
    '://'.repeat(50_000),
    'jdbc:'.repeat(50_000),
    '${A:-'.repeat(50_000),
  ])('takes linear time (%#)', (text) => {
    const started = performance.now();
    inShop(withContainer({ env: [{ name: 'DB_HOST', value: text }], args: [text, `until nc ${text}`] }));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
