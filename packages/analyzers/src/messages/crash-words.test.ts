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
  ['listen tcp :8080: bind: address already in use', { portTaken: true, port: 8080 }],
  ['Error: listen EADDRINUSE: address already in use :::3000', { portTaken: true, port: 3000 }],
  ['Web server failed to start. Port 8080 was already in use.', { portTaken: true, port: 8080 }],
  ['panic: nil map', {}],
  ['', {}],
];

test.each(cases)('%s', (message, wanted) => {
  expect(readCrashWords(message)).toEqual(wanted);
});

test('stays linear on hostile text', () => {
  const started = performance.now();
  for (const hostile of ['lookup '.repeat(2000), 'Port 1'.repeat(2000), 'bind:'.repeat(2000), 'a.'.repeat(4000)])
    readCrashWords(hostile);
  expect(performance.now() - started).toBeLessThan(1000);
});
