import { expect, test } from 'vitest';
import { readCrashWords, type CrashWords } from './crash-words.ts';

const cases: readonly (readonly [string, CrashWords])[] = [
  ['panic: dial tcp: lookup orders-db on 10.96.0.10:53: no such host', { host: 'orders-db', problem: 'unresolved' }],
  [
    'Error: getaddrinfo ENOTFOUND redis.cache.svc.cluster.local',
    { host: 'redis.cache.svc.cluster.local', problem: 'unresolved' },
  ],
  ['Caused by: java.net.UnknownHostException: kafka', { host: 'kafka', problem: 'unresolved' }],
  [
    'psycopg2.OperationalError: could not translate host name "db" to address: Name or service not known',
    { host: 'db', problem: 'unresolved' },
  ],
  [
    'nginx: [emerg] host not found in upstream "gateway:8080" in /etc/nginx/nginx.conf:12',
    { host: 'gateway', problem: 'unresolved' },
  ],
  ['dial tcp 10.96.3.4:5432: connect: connection refused', { host: '10.96.3.4', port: 5432, problem: 'unreachable' }],
  ['Error: connect ECONNREFUSED 10.96.3.4:6379', { host: '10.96.3.4', port: 6379, problem: 'unreachable' }],
  [
    'connection to server at "db" (10.96.3.4), port 5432 failed: Connection refused',
    { host: 'db', port: 5432, problem: 'unreachable' },
  ],
  [
    "ERROR 2003 (HY000): Can't connect to MySQL server on 'orders-db:3306' (111)",
    { host: 'orders-db', port: 3306, problem: 'unreachable' },
  ],
  [
    'redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.',
    { host: 'cache', port: 6379, problem: 'unreachable' },
  ],
  [
    'System.Net.Http.HttpRequestException: Connection refused (orders:80)',
    { host: 'orders', port: 80, problem: 'unreachable' },
  ],
  [
    'System.Net.Http.HttpRequestException: Name or service not known (orders:80)',
    { host: 'orders', problem: 'unresolved' },
  ],
  [
    'connect() failed (111: Connection refused) while connecting to upstream, client: 10.1.2.3, upstream: "http://10.96.0.7:8080/"',
    {},
  ],
  [
    'Connection to node -1 (kafka/10.96.0.5:9092) could not be established. Broker may not be available.',
    { host: 'kafka', port: 9092, problem: 'unreachable' },
  ],
  [
    "HTTPConnectionPool(host='users', port=8080): Max retries exceeded with url: / (Caused by NewConnectionError('[Errno 111] Connection refused'))",
    { host: 'users', port: 8080, problem: 'unreachable' },
  ],
  [
    "HTTPConnectionPool(host='users', port=8080): Max retries exceeded with url: / (Caused by NameResolutionError(\"Failed to resolve 'users' ([Errno -2] Name or service not known)\"))",
    { host: 'users', problem: 'unresolved' },
  ],
  [
    "HTTPSConnectionPool(host='users', port=443): Max retries exceeded (Caused by ResponseError('too many 500 error responses'))",
    {},
  ],
  ['listen tcp :8080: bind: address already in use', { portTaken: true, port: 8080 }],
  ['Error: listen EADDRINUSE: address already in use :::3000', { portTaken: true, port: 3000 }],
  ['Web server failed to start. Port 8080 was already in use.', { portTaken: true, port: 8080 }],
  ['FATAL: password authentication failed for user "app"', { trouble: 'access-denied' }],
  ['FATAL:  role "app" does not exist', { trouble: 'access-denied' }],
  ['ERROR: role "app" does not exist', {}],
  ["ERROR 1045 (28000): Access denied for user 'app'@'10.244.1.7' (using password: YES)", { trouble: 'access-denied' }],
  ['MongoServerError: Authentication failed.', { trouble: 'access-denied' }],
  ['redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair', { trouble: 'access-denied' }],
  ['ReplyError: NOAUTH Authentication required.', { trouble: 'access-denied' }],
  ['amqp: ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN', { trouble: 'access-denied' }],
  ['org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed', { trouble: 'access-denied' }],
  ['FATAL: sorry, too many clients already', { trouble: 'too-many-connections' }],
  ['FATAL: remaining connection slots are reserved for non-replication superuser', { trouble: 'too-many-connections' }],
  ['Error: ER_CON_COUNT_ERROR: Too many connections', { trouble: 'too-many-connections' }],
  ['ERR max number of clients reached', { trouble: 'too-many-connections' }],
  ['open /data/wal/000001: read-only file system', { trouble: 'read-only', path: '/data/wal/000001' }],
  ["Error: EROFS: read-only file system, open '/app/cache/x'", { trouble: 'read-only', path: '/app/cache/x' }],
  ["OSError: [Errno 30] Read-only file system: '/etc/app'", { trouble: 'read-only', path: '/etc/app' }],
  ['write /var/lib/db/log: no space left on device', { trouble: 'no-space', path: '/var/lib/db/log' }],
  ['java.io.IOException: No space left on device', { trouble: 'no-space' }],
  ['mkdir /data/db: permission denied', { trouble: 'permission-denied', path: '/data/db' }],
  [
    "Error: EACCES: permission denied, open '/secrets/key.pem'",
    { trouble: 'permission-denied', path: '/secrets/key.pem' },
  ],
  [
    "PermissionError: [Errno 13] Permission denied: '/run/app.pid'",
    { trouble: 'permission-denied', path: '/run/app.pid' },
  ],
  [
    'dial tcp cache:6379: connect: connection refused, will try again\nconnected\nFATAL: password authentication failed',
    { trouble: 'access-denied' },
  ],
  ['panic: nil map', {}],
  ['', {}],
];

test.each(cases)('%s', (message, wanted) => {
  expect(readCrashWords(message)).toEqual(wanted);
});

test('stays linear on hostile text', () => {
  const started = performance.now();
  for (const hostile of [
    'lookup '.repeat(2000),
    'Port 1'.repeat(2000),
    'bind:'.repeat(2000),
    'a.'.repeat(4000),
    "ConnectionPool(host='a', port=1): Max retries exceeded".repeat(150),
    'while connecting to upstream'.repeat(300),
  ])
    readCrashWords(hostile);
  expect(performance.now() - started).toBeLessThan(1000);
});
