import { formatRef } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { shop, snapshotOf } from './cluster.test.support.ts';
import { findTarget, TargetError } from './targets.ts';

const other = shop('web', ['a1']).map((object) => ({
  ...object,
  metadata: {
    ...(object['metadata'] as object),
    namespace: 'dev',
    uid: `dev-${(object['metadata'] as { readonly name: string }).name}`,
  },
}));
const cluster = snapshotOf(shop('api', ['x1']), shop('web', ['a1']), other);

describe('findTarget', () => {
  test.each([
    ['pod', 'api-abc12-x1', undefined, 'Pod/prod/api-abc12-x1'],
    ['po', 'api-abc12-x1', 'prod', 'Pod/prod/api-abc12-x1'],
    ['Deployment', 'api', undefined, 'Deployment/prod/api'],
    ['deployments', 'web', 'dev', 'Deployment/dev/web'],
    ['deployments.apps', 'web', 'dev', 'Deployment/dev/web'],
    ['deployment.apps', 'web', 'dev', 'Deployment/dev/web'],
    ['Deployment.v1.apps', 'web', 'dev', 'Deployment/dev/web'],
    ['ing', 'api-ing', undefined, 'Ingress/prod/api-ing'],
  ])('%s/%s in %s is %s', (kind, name, namespace, expected) => {
    expect(formatRef(findTarget(cluster, kind, name, namespace))).toBe(expected);
  });

  test.each([
    ['pod', 'api-abc12-x2', undefined, /there is no Pod "api-abc12-x2"; near it: Pod\/api-abc12-x1/],
    ['deploy', 'web', undefined, /Deployment "web" is in several namespaces: dev, prod; choose one with -n/],
    ['deploy', 'api', 'dev', /there is no Deployment "api" in namespace "dev"; near it: Deployment\/prod\/api/],
    ['gadget', 'x', undefined, /there is no kind "gadget"/],
  ])('%s/%s in %s is refused', (kind, name, namespace, message) => {
    expect(() => findTarget(cluster, kind, name, namespace)).toThrow(TargetError);
    expect(() => findTarget(cluster, kind, name, namespace)).toThrow(message);
  });
});
