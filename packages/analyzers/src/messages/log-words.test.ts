import { describe, expect, test } from 'vitest';
import { readCrashWords, type CrashWords } from './crash-words.ts';
import { readLogEnd } from './log-words.ts';

/** Ends of logs as programs, drivers and servers of all kinds write them. */
const ENDS: readonly (readonly [string, string, CrashWords])[] = [
  [
    'overcome, then panic',
    'WARN dial tcp 10.0.0.5:6379: connect: connection refused, retrying\nINFO connected to redis:6379\nINFO migrations done\npanic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation]\ngoroutine 1 [running]:\nmain.main()',
    {},
  ],
  [
    'overcome host, then config',
    'dial tcp redis:6379: connect: connection refused\nconnected to redis\nserver listening on :8080\nFATAL required environment variable STRIPE_KEY not set',
    { trouble: 'setting-missing', setting: 'STRIPE_KEY' },
  ],
  [
    'go dial ip',
    'dial tcp 10.96.4.2:5432: connect: connection refused',
    { host: '10.96.4.2', port: 5432, problem: 'unreachable' },
  ],
  [
    'go lookup',
    'dial tcp: lookup db.shop.svc.cluster.local on 10.96.0.10:53: no such host',
    { host: 'db.shop.svc.cluster.local', problem: 'unresolved' },
  ],
  [
    'go x509',
    'Get "https://auth.shop:8443/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    { trouble: 'certificate-untrusted' },
  ],
  ['java connect', 'Caused by: java.net.ConnectException: Connection refused (Connection refused)', {}],
  [
    'java pg',
    'org.postgresql.util.PSQLException: Connection to db:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.',
    { host: 'db', port: 5432, problem: 'unreachable' },
  ],
  [
    'java hikari',
    'com.zaxxer.hikari.pool.HikariPool$PoolInitializationException: Failed to initialize pool: The connection attempt failed.',
    {},
  ],
  [
    'java unknownhost',
    'java.net.UnknownHostException: orders-db: Name or service not known',
    { host: 'orders-db', problem: 'unresolved' },
  ],
  ['java oom', 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space', { trouble: 'heap-full' }],
  [
    'kafka java',
    'Connection to node -1 (kafka/10.96.3.3:9092) could not be established. Broker may not be available.',
    { host: 'kafka', port: 9092, problem: 'unreachable' },
  ],
  [
    'kafka bootstrap',
    'org.apache.kafka.common.config.ConfigException: No resolvable bootstrap urls given in bootstrap.servers',
    { trouble: 'broker-unreachable' },
  ],
  [
    'librdkafka',
    '%3|1700000000.123|FAIL|rdkafka#producer-1| [thrd:kafka:9092/bootstrap]: kafka:9092/bootstrap: Connect to ipv4#10.0.0.1:9092 failed: Connection refused',
    { host: 'kafka', port: 9092, problem: 'unreachable' },
  ],
  [
    'librdkafka resolve',
    "kafka:9092/bootstrap: Failed to resolve 'kafka:9092': Name or service not known",
    { host: 'kafka', problem: 'unresolved' },
  ],
  [
    'py psycopg',
    'psycopg2.OperationalError: connection to server at "db" (10.96.1.1), port 5432 failed: Connection refused',
    { host: 'db', port: 5432, problem: 'unreachable' },
  ],
  [
    'py psycopg fatal',
    'psycopg2.OperationalError: FATAL:  database "orders" does not exist',
    { trouble: 'database-missing', name: 'orders' },
  ],
  ['py psycopg role', 'FATAL:  role "api" does not exist', { trouble: 'access-denied' }],
  [
    'py redis',
    'redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.',
    { host: 'cache', port: 6379, problem: 'unreachable' },
  ],
  [
    'py redis2',
    'redis.exceptions.ConnectionError: Error -2 connecting to cache:6379. Name or service not known.',
    { host: 'cache', problem: 'unresolved' },
  ],
  [
    'py requests',
    "requests.exceptions.ConnectionError: HTTPConnectionPool(host='auth', port=8080): Max retries exceeded with url: / (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))",
    { host: 'auth', port: 8080, problem: 'unreachable' },
  ],
  ['py keyerror', "KeyError: 'DATABASE_URL'", { trouble: 'setting-missing', setting: 'DATABASE_URL' }],
  ['py gaierror', 'socket.gaierror: [Errno -2] Name or service not known', {}],
  [
    'py pymysql',
    "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'mysql' ([Errno 111] Connection refused)\")",
    { host: 'mysql', problem: 'unreachable' },
  ],
  [
    'py kombu',
    'amqp.exceptions.AccessRefused: (0, 0): (403) ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.',
    { trouble: 'access-denied' },
  ],
  [
    'node refused',
    'Error: connect ECONNREFUSED 10.96.1.1:5432',
    { host: '10.96.1.1', port: 5432, problem: 'unreachable' },
  ],
  ['node notfound', 'Error: getaddrinfo ENOTFOUND mongo', { host: 'mongo', problem: 'unresolved' }],
  [
    'node mongo',
    'MongoServerSelectionError: connect ECONNREFUSED 10.96.8.8:27017',
    { host: '10.96.8.8', port: 27017, problem: 'unreachable' },
  ],
  [
    'node mongo named',
    'MongooseServerSelectionError: getaddrinfo EAI_AGAIN mongo.data',
    { host: 'mongo.data', problem: 'unresolved' },
  ],
  [
    'node eacces',
    "Error: EACCES: permission denied, open '/data/db.lock'",
    { trouble: 'permission-denied', path: '/data/db.lock' },
  ],
  ['node eaddrinuse', 'Error: listen EADDRINUSE: address already in use :::3000', { portTaken: true, port: 3000 }],
  [
    'node heap',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    { trouble: 'heap-full' },
  ],
  [
    'node enoent',
    "Error: ENOENT: no such file or directory, open '/etc/app/config.yaml'",
    { trouble: 'file-missing', path: '/etc/app/config.yaml' },
  ],
  [
    'ruby',
    'PG::ConnectionBad: could not connect to server: Connection refused Is the server running on host "db" (10.0.0.1) and accepting TCP/IP connections on port 5432?',
    { host: 'db', port: 5432, problem: 'unreachable' },
  ],
  [
    'ruby redis',
    'Redis::CannotConnectError: Error connecting to Redis on redis:6379 (Errno::ECONNREFUSED)',
    { host: 'redis', port: 6379, problem: 'unreachable' },
  ],
  [
    'ruby mysql',
    "Mysql2::Error::ConnectionError: Unknown MySQL server host 'mysql' (-2)",
    { host: 'mysql', problem: 'unresolved' },
  ],
  ['.net', 'System.Net.Sockets.SocketException (111): Connection refused', {}],
  [
    '.net npgsql',
    'Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.96.1.1:5432',
    { host: '10.96.1.1', port: 5432, problem: 'unreachable' },
  ],
  [
    '.net sql',
    "Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'sa'.",
    { trouble: 'access-denied' },
  ],
  [
    '.net http',
    'System.Net.Http.HttpRequestException: Connection refused (auth:8080)',
    { host: 'auth', port: 8080, problem: 'unreachable' },
  ],
  [
    '.net rabbit',
    'RabbitMQ.Client.Exceptions.BrokerUnreachableException: None of the specified endpoints were reachable',
    { trouble: 'broker-unreachable' },
  ],
  [
    'nginx',
    '[emerg] 1#1: host not found in upstream "backend" in /etc/nginx/conf.d/default.conf:12',
    { host: 'backend', problem: 'unresolved' },
  ],
  ['nginx bind', '[emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address in use)', { portTaken: true, port: 80 }],
  [
    'nginx bind perm',
    '[emerg] 1#1: bind() to 0.0.0.0:80 failed (13: Permission denied)',
    { trouble: 'port-forbidden', port: 80 },
  ],
  [
    'nginx ro',
    '[emerg] 1#1: mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
    { trouble: 'read-only', path: '/var/cache/nginx/client_temp' },
  ],
  [
    'nginx perm',
    '[emerg] 1#1: mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)',
    { trouble: 'permission-denied', path: '/var/cache/nginx/client_temp' },
  ],
  [
    'postgres perm',
    'initdb: error: could not change permissions of directory "/var/lib/postgresql/data": Operation not permitted',
    { trouble: 'permission-denied', path: '/var/lib/postgresql/data' },
  ],
  [
    'postgres lock',
    'FATAL:  could not create lock file "postmaster.pid": No space left on device',
    { trouble: 'no-space' },
  ],
  [
    'mysql ro',
    "[ERROR] [MY-010187] [Server] Could not open file '/var/log/mysqld.log' for error logging: Permission denied",
    { trouble: 'permission-denied', path: '/var/log/mysqld.log' },
  ],
  [
    'mysql access',
    "ERROR 1045 (28000): Access denied for user 'api'@'10.0.0.1' (using password: YES)",
    { trouble: 'access-denied' },
  ],
  ['mysql unknowndb', "ERROR 1049 (42000): Unknown database 'orders'", { trouble: 'database-missing', name: 'orders' }],
  [
    'redis misconf',
    'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
    { trouble: 'cannot-persist' },
  ],
  ['redis auth', 'NOAUTH Authentication required.', { trouble: 'access-denied' }],
  ['mongod', 'Failed to unlink socket file /tmp/mongodb-27017.sock Operation not permitted', {}],
  ['mongo auth', 'MongoServerError: Authentication failed.', { trouble: 'access-denied' }],
  [
    'coredns loop',
    '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting.',
    { trouble: 'dns-loop' },
  ],
  [
    'coredns parse',
    "/etc/coredns/Corefile:4 - Error during parsing: Unknown directive 'foo'",
    { trouble: 'dns-config' },
  ],
  [
    'coredns rbac',
    'Failed to watch *v1.EndpointSlice: failed to list *v1.EndpointSlice: endpointslices.discovery.k8s.io is forbidden: User "system:serviceaccount:kube-system:coredns" cannot list resource "endpointslices" in API group "discovery.k8s.io" at the cluster scope',
    { trouble: 'api-forbidden', name: 'system:serviceaccount:kube-system:coredns' },
  ],
  ['java log4j prose', 'INFO  retry policy: give up after connection refused (localhost:8080)', {}],
  [
    'self',
    'dial tcp 127.0.0.1:8080: connect: connection refused',
    { host: '127.0.0.1', port: 8080, problem: 'unreachable' },
  ],
  [
    'grpc',
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.96.2.2:50051: connect: connection refused"',
    { host: '10.96.2.2', port: 50051, problem: 'unreachable' },
  ],
  ['go timeout', 'dial tcp 10.96.2.2:5432: i/o timeout', { host: '10.96.2.2', port: 5432, problem: 'unreachable' }],
  [
    'go ctx',
    'failed to connect to `host=db user=api database=orders`: dial error (dial tcp 10.96.2.2:5432: connect: connection refused)',
    { host: '10.96.2.2', port: 5432, problem: 'unreachable' },
  ],
  [
    'pgx auth',
    'failed to connect to `user=api database=orders`: 10.96.2.2:5432 (db): failed SASL auth: FATAL: password authentication failed for user "api" (SQLSTATE 28P01)',
    { trouble: 'access-denied' },
  ],
  ['noise authfailed', 'WARN client 10.0.0.9: Authentication failed for user bob', {}],
  [
    'req env',
    'panic: required environment variable "DB_HOST" is not set',
    { trouble: 'setting-missing', setting: 'DB_HOST' },
  ],
  [
    'curl',
    'curl: (7) Failed to connect to auth port 8080 after 1 ms: Connection refused',
    { host: 'auth', port: 8080, problem: 'unreachable' },
  ],
  ['curl resolve', 'curl: (6) Could not resolve host: auth', { host: 'auth', problem: 'unresolved' }],
  [
    'wget',
    "wget: can't connect to remote host (10.96.3.3): Connection refused",
    { host: '10.96.3.3', problem: 'unreachable' },
  ],
  [
    'python errno',
    "PermissionError: [Errno 13] Permission denied: '/data/out'",
    { trouble: 'permission-denied', path: '/data/out' },
  ],
  [
    'python ro',
    "OSError: [Errno 30] Read-only file system: '/app/cache'",
    { trouble: 'read-only', path: '/app/cache' },
  ],
  [
    'java perm',
    'java.io.FileNotFoundException: /data/out.log (Permission denied)',
    { trouble: 'permission-denied', path: '/data/out.log' },
  ],
  [
    'java ro',
    'java.nio.file.FileSystemException: /app/tmp: Read-only file system',
    { trouble: 'read-only', path: '/app/tmp' },
  ],
  [
    'elastic',
    'java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/node.lock',
    { trouble: 'permission-denied', path: '/usr/share/elasticsearch/data/node.lock' },
  ],
];

const REFUSED = 'dial tcp cache:6379: connect: connection refused';
const AT_CACHE: CrashWords = { host: 'cache', port: 6379, problem: 'unreachable' };

/** What follows a line decides whether it still counts. */
const SEQUENCES: readonly (readonly [string, readonly string[], CrashWords])[] = [
  ['the last line', ['starting', REFUSED], AT_CACHE],
  ['a frame after it', [REFUSED, 'goroutine 1 [running]:', 'main.main()', '\t/src/main.go:12 +0x1d'], AT_CACHE],
  ['a summary after it', [REFUSED, 'FATAL: could not start the server', 'exit status 1'], AT_CACHE],
  ['the peer reached after it', [REFUSED, 'connected to cache:6379', 'bye'], {}],
  [
    'the peer reached after it, by another name',
    ['dial tcp 10.0.0.5:6379: connect: connection refused', 'Connected to redis'],
    {},
  ],
  ['another peer reached after it', [REFUSED, 'connected to queue:5672', 'bye'], AT_CACHE],
  ['not reached after it', [REFUSED, 'not connected, giving up'], AT_CACHE],
  [
    'a panic of another kind after it',
    [REFUSED, 'panic: runtime error: invalid memory address', 'goroutine 1 [running]:'],
    {},
  ],
  [
    'a traceback of another kind after it',
    [REFUSED, 'Traceback (most recent call last):', '  File "a.py", line 3', 'ValueError: bad port'],
    {},
  ],
  ['a fatal line of another kind after it', [REFUSED, 'FATAL unsupported schema version 7'], {}],
  [
    'an exception of another kind after it',
    [REFUSED, 'java.lang.IllegalStateException: no bean', '\tat a.b.C(D.java:1)'],
    {},
  ],
  ['too many ordinary lines after it', [REFUSED, ...Array.from({ length: 6 }, (_, i) => `request ${i} done`)], {}],
  ['a few ordinary lines after it', [REFUSED, 'closing cache', 'closing metrics', 'bye'], AT_CACHE],
  [
    'a chain of exceptions in Java',
    [
      'Exception in thread "main" org.app.StartException: no pool',
      '\tat a.b.C(D.java:1)',
      'Caused by: java.net.UnknownHostException: db',
      '\t... 12 more',
    ],
    { host: 'db', problem: 'unresolved' },
  ],
  [
    'a chain of exceptions in Python',
    [
      'redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.',
      'During handling of the above exception, another exception occurred:',
      'Traceback (most recent call last):',
      '  File "a.py", line 3',
      'app.StartupError: no cache',
    ],
    AT_CACHE,
  ],
  [
    'the clients of a server',
    ['2026-03-10 10:00:00.1 UTC [42] FATAL:  password authentication failed for user "bob"'],
    {},
  ],
  ['prose', ['INFO will retry when connect ECONNREFUSED 10.0.0.9:80'], {}],
  ['nothing', [], {}],
];

describe('readLogEnd', () => {
  test.each(ENDS)('%s', (_, text, wanted) => {
    expect(readLogEnd(text.split('\n')).words).toEqual(wanted);
  });

  test.each(SEQUENCES)('%s', (_, lines, wanted) => {
    expect(readLogEnd(lines).words).toEqual(wanted);
  });

  test('tells which line says it', () => {
    expect(readLogEnd(['starting', REFUSED, '\tat main.go:12', 'exit status 1'])).toEqual({ words: AT_CACHE, line: 1 });
    expect(readLogEnd(['starting', 'bye'])).toEqual({ words: {} });
  });

  test('a termination message is read as before', () => {
    expect(readCrashWords(`${REFUSED}\nconnected to cache:6379\npanic: nil`)).toEqual(AT_CACHE);
  });

  test('stays linear on hostile text', () => {
    const started = performance.now();
    const hostile = [
      'required environment variable ',
      'A'.repeat(380),
      'a.'.repeat(190),
      'open /',
      'x509: ',
      '/a: ',
      'Error: ',
    ];
    for (const text of hostile) {
      readLogEnd(Array.from({ length: 40 }, () => text.repeat(Math.ceil(400 / text.length))));
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
