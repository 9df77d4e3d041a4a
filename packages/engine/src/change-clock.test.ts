import { describe, expect, test } from 'vitest';
import { snapshotOf, type TestObject, deployment } from './cluster.test.support.ts';
import { recentChange } from './change-clock.ts';

describe('recentChange', () => {
  const edited = (time: string, subresource?: string): TestObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'api',
      namespace: 'prod',
      creationTimestamp: '2026-11-01T00:00:00Z',
      managedFields: [
        {
          manager: 'helm',
          operation: 'Update',
          time,
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:spec': { 'f:template': {} } },
          ...(subresource === undefined ? {} : { subresource }),
        },
      ],
    },
    spec: { replicas: 1, template: { spec: { containers: [] } } },
  });
  const began = '2026-11-20T10:00:00Z';

  test.each([
    ['2026-11-20T09:56:00Z', undefined, 'helm changed spec.template 4 minutes before the trouble began'],
    ['2026-11-19T09:56:00Z', undefined, undefined],
    ['2026-11-20T10:20:00Z', undefined, undefined],
    ['2026-11-20T09:56:00Z', 'status', undefined],
  ])('an edit at %s of %s', (time, subresource, expected) => {
    expect(recentChange(snapshotOf([edited(time, subresource)]), deployment('api'), began)?.quote).toBe(expected);
  });
});
