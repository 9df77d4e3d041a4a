import { expect, test } from 'vitest';
import { waitTarget } from './wait-target.ts';

test.each([
  [['sh', '-c', 'until nc -z db 5432; do sleep 2; done'], { host: 'db', port: 5432 }],
  [
    ['sh', '-c', 'until nslookup cache.prod.svc.cluster.local; do sleep 2; done'],
    { host: 'cache.prod.svc.cluster.local' },
  ],
  [['sh', '-c', 'until pg_isready -h orders-db -p 5432; do sleep 1; done'], { host: 'orders-db', port: 5432 }],
  [['/wait-for-it.sh', 'kafka:9092', '-t', '0'], { host: 'kafka', port: 9092 }],
  [
    ['sh', '-c', 'until curl -sf http://vault.vault:8200/v1/sys/health; do sleep 5; done'],
    { host: 'vault.vault', port: 8200 },
  ],
  [['sh', '-c', 'until nc -z $DB_HOST $DB_PORT; do sleep 2; done'], { host: 'pg', port: 5433 }],
  [['sh', '-c', 'cp -r /defaults /config'], undefined],
  [['sh', '-c', 'nc -z localhost 80'], undefined],
])('%j', (command, wanted) => {
  const env = [
    { name: 'DB_HOST', value: 'pg' },
    { name: 'DB_PORT', value: '5433' },
  ];
  expect(waitTarget({ name: 'wait', command, env })).toEqual(wanted);
});
