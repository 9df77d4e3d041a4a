import { type KubernetesObject } from '@kroot/types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { project } from './project.ts';
import { SCHEMAS } from './table.ts';

function keep(object: unknown): KubernetesObject {
  const result = project(object, undefined, () => {});
  if (result.state === 'skipped') throw new Error(result.reason);
  return result.object;
}

const meta = { name: 'x', namespace: 'prod' };

describe('slimming', () => {
  it('turns managedFields into changes, newest first, and drops last-applied', () => {
    const metadata = {
      ...meta,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', keep: 'me' },
      managedFields: [
        {
          manager: 'kubectl',
          operation: 'Update',
          time: '2025-01-01T00:00:00Z',
          fieldsV1: { 'f:data': { '.': {}, 'f:secret-key': {} }, 'f:metadata': { 'f:labels': {} } },
        },
        {
          manager: 'controller',
          operation: 'Update',
          subresource: 'status',
          time: '2025-01-02T00:00:00Z',
          fieldsV1: { 'f:status': { 'f:phase': {} } },
        },
      ],
    };
    expect(keep({ apiVersion: 'v1', kind: 'Service', metadata }).metadata).toEqual({
      ...meta,
      annotations: { keep: 'me' },
      changes: [
        {
          manager: 'controller',
          operation: 'Update',
          subresource: 'status',
          time: '2025-01-02T00:00:00Z',
          paths: ['status.phase'],
        },
        { manager: 'kubectl', operation: 'Update', time: '2025-01-01T00:00:00Z', paths: ['data', 'metadata.labels'] },
      ],
    });
  });

  it('keeps empty and absent apart', () => {
    const spec = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [] }, {}] };
    expect(keep({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: meta, spec })).toHaveProperty(
      'spec',
      spec,
    );
  });

  it('drops fields of a wrong type, and entries that are useless without them', () => {
    const dropped: string[] = [];
    const spec = {
      replicas: 'three',
      template: { spec: { containers: [5, { name: 'c', env: [{ value: 'v' }] }] } },
    };
    const result = project({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta, spec }, undefined, (field) =>
      dropped.push(field),
    );
    expect(result).toHaveProperty('object.spec', { template: { spec: { containers: [{ name: 'c', env: [] }] } } });
    expect(dropped).toEqual(['replicas', 'containers[]', 'env[]']);
  });

  it('fills in what the interfaces require', () => {
    expect(keep({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: meta, spec: null })).toHaveProperty('spec', {
      schedule: '',
      jobTemplate: { spec: { template: { spec: { containers: [] } } } },
    });
  });

  it('keeps of the status of a custom resource what rules read', () => {
    const conditions = [{ type: 'ComparisonError', message: 'no answer' }];
    const status = {
      conditions,
      parents: [{ parentRef: { name: 'edge', port: 443 }, conditions }, { controllerName: 'without a parent' }],
      listeners: [{ name: 'https', attachedRoutes: 0, supportedKinds: [], conditions }, { attachedRoutes: 1 }],
      phase: 'left out',
    };
    const kept = [{ type: 'ComparisonError', status: '', message: 'no answer' }];
    const object = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: meta, status };
    expect(keep(object)).toHaveProperty('status', {
      conditions: kept,
      parents: [{ parentRef: { name: 'edge' }, conditions: kept }],
      listeners: [{ name: 'https', attachedRoutes: 0, conditions: kept }],
    });
  });

  it('cuts long strings and leaves long ConfigMap values out', () => {
    const status = { phase: 'Failed', message: 'm'.repeat(100_000) };
    expect(keep({ apiVersion: 'v1', kind: 'Pod', metadata: meta, status })).toHaveProperty(
      'status.message.length',
      65_536,
    );
    const config = keep({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta,
      data: { big: 'b'.repeat(20_000), small: 's' },
      binaryData: { raw: 'AA==' },
    });
    expect(config).toMatchObject({ data: { small: 's' }, dataKeys: ['big', 'raw', 'small'] });
    expect(config).not.toHaveProperty('data.big');
  });

  it('keeps of a CA bundle only that there is one', () => {
    const webhooks = [{ name: 'a.example.com', clientConfig: { caBundle: 'A'.repeat(2000) } }];
    const kept = keep({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: meta,
      webhooks,
    });
    expect(kept).toHaveProperty('webhooks.0.clientConfig.caBundle.length', 16);
  });

  it('keeps how a sync of Argo CD ended', () => {
    const refused = { kind: 'Service', namespace: 'shop', name: 'api', status: 'SyncFailed', message: 'refused' };
    const operationState = {
      phase: 'Failed',
      syncResult: { revision: '3f2a', resources: [{ ...refused, syncPhase: 'Sync' }] },
    };
    const kept = keep({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: meta,
      status: { operationState },
    });
    expect(kept).toHaveProperty('status.operationState', { phase: 'Failed', syncResult: { resources: [refused] } });
  });

  it.each([
    ['with values', { type: 'Opaque', data: { b: 'x', a: 'y' }, stringData: { c: 'z' } }, ['a', 'b', 'c']],
    ['without data', { type: 'Opaque' }, []],
    ['metadata only', {}, undefined],
  ])('Secret %s', (_name, body, dataKeys) => {
    const type = 'type' in body ? { type: body.type } : {};
    const expected = { apiVersion: 'v1', kind: 'Secret', metadata: meta, ...type, ...(dataKeys && { dataKeys }) };
    expect(keep({ apiVersion: 'v1', kind: 'Secret', metadata: meta, ...body })).toEqual(expected);
  });
});

it('no value of a Secret survives', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      ...meta,
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"k":"${canary('applied')}"}}`,
        'openshift.io/token-secret.value': canary('annotation'),
        'kubernetes.io/service-account.name': 'builder',
      },
      managedFields: [{ manager: 'm', fieldsV1: { 'f:data': { [`f:${canary('managed')}`]: {} } } }],
    },
    data: { k: canary('data') },
    stringData: { s: canary('string') },
    spec: { data: canary('spec') },
    status: { message: canary('status') },
  };
  const text = JSON.stringify(project(secret, undefined, () => {}));
  expect(text).toContain('"dataKeys":["k","s"]');
  expect(text).toContain('builder');
  expect(text).not.toContain(canary('').slice(0, 6));
});

describe('older versions', () => {
  it.each<readonly [string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'events.k8s.io/v1 Event',
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        regarding: { kind: 'Pod', name: 'p' },
        note: 'n',
        deprecatedCount: 3,
        deprecatedFirstTimestamp: 'f',
        deprecatedLastTimestamp: 'l',
        deprecatedSource: { component: 'kubelet' },
        reportingController: 'r',
      },
      {
        apiVersion: 'v1',
        kind: 'Event',
        involvedObject: { kind: 'Pod', name: 'p' },
        message: 'n',
        count: 3,
        firstTimestamp: 'f',
        lastTimestamp: 'l',
        source: { component: 'kubelet' },
        reportingComponent: 'r',
      },
    ],
    [
      'autoscaling/v1 HPA',
      { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', spec: { targetCPUUtilizationPercentage: 80 } },
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        spec: { metrics: [{ type: 'Resource', resource: { name: 'cpu' } }] },
        status: {},
      },
    ],
    [
      'extensions/v1beta1 Ingress',
      {
        apiVersion: 'extensions/v1beta1',
        kind: 'Ingress',
        spec: {
          backend: { serviceName: 'a', servicePort: 80 },
          rules: [{ http: { paths: [{ backend: { serviceName: 'b', servicePort: 'web' } }] } }],
        },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        spec: {
          defaultBackend: { service: { name: 'a', port: { number: 80 } } },
          rules: [
            {
              http: {
                paths: [
                  { pathType: 'ImplementationSpecific', backend: { service: { name: 'b', port: { name: 'web' } } } },
                ],
              },
            },
          ],
        },
      },
    ],
    [
      'policy/v1beta1 PodDisruptionBudget',
      { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', spec: { selector: {}, minAvailable: 1 } },
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', spec: { minAvailable: 1 } },
    ],
    [
      'a custom resource with the name of a built-in kind',
      { apiVersion: 'serving.knative.dev/v1', kind: 'Service', spec: { a: [{ b: null }] }, extra: 1 },
      { apiVersion: 'serving.knative.dev/v1', kind: 'Service', spec: { a: [{ b: null }] } },
    ],
  ])('%s', (_name, before, after) => {
    expect(keep({ ...before, metadata: meta })).toEqual({ ...after, metadata: meta });
  });

  it.each<readonly [string, object]>([
    ['Event', { involvedObject: { name: 'p' }, reason: 'BackOff' }],
    ['CustomResourceDefinition', { spec: { group: 'x.io', names: { kind: 'Widget' } } }],
  ])('knows a %s that does not say so', (kind, body) => {
    expect(keep({ ...body, metadata: meta }).kind).toBe(kind);
  });

  it('gives an event without a name one of its own', () => {
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'prod' },
      message: 'm',
    };
    expect(keep(event).metadata.name).toMatch(/^p\.[0-9a-f]{16}$/);
    expect(keep(event).metadata.namespace).toBe('prod');
    expect(keep(event)).toEqual(keep({ ...event }));
  });
});

it.each(['Service', 'Namespace', 'Certificate'])('puts a %s into its scope', (kind) => {
  const result = project(
    { apiVersion: kind === 'Certificate' ? 'cert-manager.io/v1' : 'v1', kind, metadata: { name: 'x' } },
    undefined,
    () => {},
  );
  expect(result).toMatchObject({
    assumedNamespace: kind === 'Service',
    object: { metadata: kind === 'Service' ? { namespace: 'default' } : {} },
  });
});

it('never throws, whatever the JSON', () => {
  const json = fc.jsonValue({ maxDepth: 5 });
  const part = fc.dictionary(
    fc.constantFrom(
      'spec',
      'status',
      'metadata',
      'containers',
      'template',
      'conditions',
      'data',
      'name',
      'rules',
      '__proto__',
    ),
    json,
  );
  const object = fc.record({
    apiVersion: fc.constantFrom(
      'v1',
      'apps/v1',
      'extensions/v1beta1',
      'events.k8s.io/v1',
      'autoscaling/v1',
      '',
      'a/b/c',
    ),
    kind: fc.constantFrom(...Object.keys(SCHEMAS), 'Other'),
    metadata: fc.oneof(json, fc.record({ name: json, labels: json, managedFields: json, annotations: json })),
    spec: fc.oneof(json, part),
    status: fc.oneof(json, part),
    data: json,
    endpoints: json,
    involvedObject: json,
  });
  fc.assert(
    fc.property(fc.oneof(json, object), (value) => {
      const result = project(value, undefined, () => {});
      expect(result.state === 'kept' ? result.object.metadata.name : result.reason).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

function canary(place: string): string {
  return Buffer.from(`canary-${place}`).toString('base64');
}
