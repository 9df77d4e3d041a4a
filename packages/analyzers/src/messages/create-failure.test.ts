import { expect, test } from 'vitest';
import { createFailure, webhookService, webhookTrouble } from './create-failure.ts';

const RS = 'Error creating: pods "api-5d4-x" is forbidden: ';
const URL = 'Post "https://policy.security.svc:443/mutate?timeout=10s"';

test.each([
  [
    `${RS}exceeded quota: team, requested: limits.cpu=1,pods=1, used: limits.cpu=6,pods=10, limited: limits.cpu=6,pods=10`,
    {
      cause: 'quota',
      quota: 'team',
      requested: { 'limits.cpu': '1', pods: '1' },
      used: { 'limits.cpu': '6', pods: '10' },
      limited: { 'limits.cpu': '6', pods: '10' },
    },
  ],
  [
    'create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: persistentvolumeclaims "data-db-0" is forbidden: exceeded quota: disks, requested: fast.storageclass.storage.k8s.io/requests.storage=10Gi, used: fast.storageclass.storage.k8s.io/requests.storage=20Gi, limited: fast.storageclass.storage.k8s.io/requests.storage=20Gi',
    {
      cause: 'quota',
      quota: 'disks',
      requested: { 'fast.storageclass.storage.k8s.io/requests.storage': '10Gi' },
      used: { 'fast.storageclass.storage.k8s.io/requests.storage': '20Gi' },
      limited: { 'fast.storageclass.storage.k8s.io/requests.storage': '20Gi' },
    },
  ],
  [
    `(combined from similar events): ${RS}failed quota: q: must specify cpu for: c1,c2; memory for: c1`,
    { cause: 'quota-requires', quota: 'q', must: 'cpu for: c1,c2; memory for: c1' },
  ],
  [
    `${RS}failed quota: q: must specify limits.cpu,limits.memory`,
    { cause: 'quota-requires', quota: 'q', must: 'limits.cpu,limits.memory' },
  ],
  [
    `${RS}[maximum memory usage per Container is 1Gi, but limit is 2Gi, minimum cpu usage per Container is 100m, but request is 50m]`,
    {
      cause: 'limit-range',
      bounds: [
        { bound: 'max', resource: 'memory', type: 'Container', allowed: '1Gi', actual: '2Gi' },
        { bound: 'min', resource: 'cpu', type: 'Container', allowed: '100m', actual: '50m' },
      ],
    },
  ],
  [
    `${RS}maximum cpu usage per Pod is 2.  No limit is specified`,
    { cause: 'limit-range', bounds: [{ bound: 'max', resource: 'cpu', type: 'Pod', allowed: '2' }] },
  ],
  [
    `${RS}cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000`,
    {
      cause: 'limit-range',
      bounds: [{ bound: 'ratio', resource: 'cpu', type: 'Container', allowed: '2', actual: '4.000000' }],
    },
  ],
  [
    'Error creating: Pod "api-x" is invalid: spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    { cause: 'request-above-limit', path: 'spec.containers[0].resources.requests', request: '2Gi', resource: 'memory' },
  ],
  [
    `${RS}violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (…)`,
    { cause: 'pod-security', level: 'restricted', version: 'latest', details: 'allowPrivilegeEscalation != false (…)' },
  ],
  [
    `${RS}error looking up service account shop/api: serviceaccount "api" not found`,
    { cause: 'service-account', namespace: 'shop', name: 'api' },
  ],
  [
    `Error creating: Internal error occurred: failed calling webhook "m.policy.io": failed to call webhook: ${URL}: no endpoints available for service "policy"`,
    {
      cause: 'webhook-failed',
      webhook: 'm.policy.io',
      url: 'https://policy.security.svc:443/mutate?timeout=10s',
      error: 'no endpoints available for service "policy"',
    },
  ],
  [
    'Error creating: admission webhook "v.policy.io" denied the request: label team is required',
    { cause: 'webhook-denied', webhook: 'v.policy.io', reason: 'label team is required' },
  ],
  [
    'Error creating: admission webhook "v.policy.io" denied the request without explanation',
    { cause: 'webhook-denied', webhook: 'v.policy.io', reason: '' },
  ],
  [
    `${RS}ValidatingAdmissionPolicy 'no-latest' with binding 'all' denied request: image tag latest`,
    { cause: 'policy-denied', policy: 'no-latest', binding: 'all', reason: 'image tag latest' },
  ],
  [
    `${RS}unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount, provider restricted-v2: .containers[0].runAsUser: Invalid value: 0: must be in the ranges: [1000650000, 1000659999], provider "privileged": Forbidden: not usable by user or serviceaccount]`,
    {
      cause: 'security-constraint',
      reasons: [
        'provider restricted-v2: .containers[0].runAsUser: Invalid value: 0: must be in the ranges: [1000650000, 1000659999]',
      ],
    },
  ],
  [`${RS}no PriorityClass with name gold was found`, { cause: 'priority-class', name: 'gold' }],
  ['Error creating: Timeout: request did not complete within requested timeout', undefined],
])('reads %s', (text, expected) => {
  const found = createFailure(text);
  const plain =
    found?.cause === 'quota'
      ? {
          ...found,
          requested: Object.fromEntries(found.requested),
          used: Object.fromEntries(found.used),
          limited: Object.fromEntries(found.limited),
        }
      : found;
  expect(plain).toEqual(expected);
});

test.each([
  ['no endpoints available for service "policy"', 'no-endpoints'],
  ['service "policy" not found', 'service-missing'],
  ['context deadline exceeded', 'timeout'],
  [
    'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'timeout',
  ],
  ['dial tcp 10.96.1.2:443: connect: connection refused', 'refused'],
  ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'tls'],
  ['the server could not find the requested resource', undefined],
])('classifies the webhook error %s', (error, expected) => {
  expect(webhookTrouble(error)).toBe(expected);
});

test('finds the Service of a webhook', () => {
  expect(webhookService('https://policy.security.svc:443/mutate?timeout=10s')).toEqual({
    name: 'policy',
    namespace: 'security',
  });
  expect(webhookService('https://hooks.example.com/mutate')).toBeUndefined();
});

test('reads hostile text in linear time', () => {
  const started = performance.now();
  for (const part of [
    'maximum a',
    'exceeded quota: q, requested: ',
    'spec.a[1].resources.requests',
    'a'.repeat(300),
    '1.1 max limit to request ratio per ',
  ]) {
    createFailure(part.repeat(50_000));
    webhookTrouble(part.repeat(50_000));
  }
  expect(performance.now() - started).toBeLessThan(500);
});
