import { expect, test } from 'vitest';
import { readProbeKill, readProbeMessage, type ProbeMessage } from './probe-message.ts';

const cases: readonly (readonly [string, Partial<ProbeMessage>])[] = [
  [
    'Readiness probe failed: Get "http://10.1.2.3:8081/ready": dial tcp 10.1.2.3:8081: connect: connection refused',
    { kind: 'readiness', failure: 'refused', port: 8081, errored: false },
  ],
  ['Readiness probe failed: dial tcp [fd00::3]:5432: connect: connection refused', { failure: 'refused', port: 5432 }],
  [
    'Startup probe failed: Get "http://10.1.2.3:80/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    { kind: 'startup', failure: 'timeout', port: 80 },
  ],
  [
    'Liveness probe failed: timeout: failed to connect service "10.1.2.3:8081" within 1s: context deadline exceeded',
    { kind: 'liveness', failure: 'grpc-connect', port: 8081 },
  ],
  ['Readiness probe failed: timeout: health rpc did not complete within 1s', { failure: 'timeout' }],
  ['Readiness probe failed: HTTP probe failed with statuscode: 503', { failure: 'http-status', status: 503 }],
  ['Readiness probe failed: service unhealthy (responded with "NOT_SERVING")', { failure: 'grpc-unhealthy' }],
  [
    'Liveness probe failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
    { failure: 'grpc-unhealthy' },
  ],
  [
    'Readiness probe errored: strconv.Atoi: parsing "http": invalid syntax',
    { failure: 'named-port', portName: 'http', errored: true },
  ],
  [
    'Liveness probe errored and resulted in unknown state: port "metrics" not found',
    { failure: 'named-port', portName: 'metrics', errored: true },
  ],
  ['Liveness probe errored: couldn\'t find port: "metrics"', { failure: 'named-port', portName: 'metrics' }],
  [
    'Readiness probe failed: Get "https://10.1.2.3:8080/": http: server gave HTTP response to HTTPS client',
    { failure: 'protocol', speaks: 'http' },
  ],
  [
    String.raw`Readiness probe failed: Get "http://10.1.2.3:8443/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x15\x03\x01\x00\x02\x02"`,
    { failure: 'protocol', speaks: 'https' },
  ],
  [
    String.raw`Readiness probe failed: Get "http://10.1.2.3:50051/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x00\x00\x06\x04\x00"`,
    { failure: 'protocol', speaks: 'http2' },
  ],
  [
    'Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "a1": OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
    { failure: 'missing-binary', errored: true },
  ],
  ['Readiness probe failed: /bin/sh: 1: pg_isready: not found', { failure: 'missing-binary' }],
  [
    'Readiness probe errored and resulted in unknown state: command "/bin/check" timed out',
    { failure: 'command-timeout' },
  ],
  ['Readiness probe failed: user "app": not found', { failure: 'other' }],
  ['Readiness probe failed: bash: line 1: curl: command not found', { failure: 'missing-binary' }],
  ['Readiness probe failed: ERROR 1040 (HY000): Too many connections', { failure: 'other' }],
  ['Readiness probe failed: ', { failure: 'other', text: '' }],
  [
    'Readiness probe failed: Get "http://10.1.2.3:80/": read tcp 10.1.2.1:4->10.1.2.3:80: read: connection reset by peer',
    { failure: 'dropped', port: 80 },
  ],
  [
    '(combined from similar events): Readiness probe failed: HTTP probe failed with statuscode: 404',
    { failure: 'http-status', status: 404 },
  ],
  [
    'Readiness probe failed: Get "https://login.example.com/": stopped after 10 redirects',
    { failure: 'redirected', url: 'https://login.example.com/' },
  ],
];

test.each(cases)('%s', (message, wanted) => {
  expect(readProbeMessage(message)).toMatchObject(wanted);
});

test.each([
  'Readiness probe failed: Get "http://10.1.2.3:80/": context canceled',
  'Liveness probe errored: rpc error: code = Unknown desc = failed to exec in container: container is stopping',
  'Back-off restarting failed container',
  undefined,
])('%s says nothing', (message) => {
  expect(readProbeMessage(message)).toBeUndefined();
});

test('Killing tells the probe', () => {
  expect(readProbeKill('Container web failed liveness probe, will be restarted')).toEqual({
    container: 'web',
    kind: 'liveness',
  });
  expect(readProbeKill('Container web failed startup probe, will be restarted')).toEqual({
    container: 'web',
    kind: 'startup',
  });
  expect(readProbeKill('Stopping container web')).toBeUndefined();
});
