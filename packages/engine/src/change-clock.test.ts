import { describe, expect, test } from 'vitest';
import { shop, snapshotOf, type TestObject, deployment } from './cluster.test.support.ts';
import { recentChange, revisionChange, templateDifferences } from './change-clock.ts';

describe('templateDifferences', () => {
  test('names the fields that differ, containers and variables by name', () => {
    const spec = (image: string, level: string): unknown => ({
      containers: [{ name: 'main', image, env: [{ name: 'LEVEL', value: level }] }],
    });
    expect(templateDifferences(spec('app:1', 'a'), spec('app:2', 'b'))).toEqual([
      'spec.template.spec.containers[main].env[LEVEL].value from "a" to "b"',
      'spec.template.spec.containers[main].image from "app:1" to "app:2"',
    ]);
    expect(templateDifferences(spec('app:1', 'a'), spec('app:1', 'a'))).toEqual([]);
  });
});

describe('revisionChange', () => {
  const revision = (
    objects: readonly TestObject[],
    number: string,
    ready: boolean,
    image: string,
  ): readonly TestObject[] =>
    objects
      .filter(({ kind }) => kind === 'ReplicaSet' || kind === 'Pod')
      .map((object) => {
        const metadata = {
          ...(object['metadata'] as object),
          annotations: { 'deployment.kubernetes.io/revision': number },
        };
        const containers = [{ name: 'main', image }];
        if (object['kind'] === 'ReplicaSet')
          return { ...object, metadata, spec: { replicas: 1, template: { spec: { containers } } } };
        const state = ready ? { running: {} } : { waiting: { reason: 'ImagePullBackOff' } };
        return {
          ...object,
          status: { phase: 'Running', containerStatuses: [{ name: 'main', ready, restartCount: 0, state }] },
        };
      });

  test('tells what the newest revision changed while the one before still runs', () => {
    const [top] = shop('api', ['x1']);
    const snapshot = snapshotOf(
      top === undefined ? [] : [top],
      revision(shop('api', ['x1'], 'old'), '1', true, 'app:1'),
      revision(shop('api', ['y1'], 'new'), '2', false, 'app:2'),
    );
    expect(revisionChange(snapshot, deployment('api'))).toBe(
      'Revision 2 changed spec.template.spec.containers[main].image from "app:1" to "app:2"; revision 1 still runs',
    );
  });

  test('says nothing when the newest revision has ready pods', () => {
    const [top] = shop('api', ['x1']);
    const snapshot = snapshotOf(
      top === undefined ? [] : [top],
      revision(shop('api', ['x1'], 'old'), '1', true, 'app:1'),
      revision(shop('api', ['y1'], 'new'), '2', true, 'app:2'),
    );
    expect(revisionChange(snapshot, deployment('api'))).toBeUndefined();
  });
});

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
