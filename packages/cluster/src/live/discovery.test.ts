import { type Json, type ServerPlan } from '@kroot/faultd';
import { describe, expect, it } from 'vitest';
import { collect, make } from './fake-cluster.test.support.ts';

const WIDGET: Json = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1beta1', served: true }],
  },
};
const objects = [
  WIDGET,
  make('Namespace', undefined, 'a'),
  make('Pod', 'a', 'p'),
  { ...make('Widget', 'a', 'w'), apiVersion: 'example.com/v1beta1' },
];
const kinds = ['Pod', 'Lease', 'Widget.example.com', 'Gadget.example.com', 'Certificate.cert-manager.io'];

async function states(plan: Partial<ServerPlan>): Promise<readonly (string | undefined)[]> {
  const { snapshot } = await collect({ objects, ...plan }, { kinds });
  return kinds.map((kind) => snapshot.coverage.state(kind));
}

describe.each(['aggregated', 'legacy'] as const)('%s discovery', (discovery) => {
  it('finds custom kinds, and knows which there are not', async () => {
    expect(await states({ discovery })).toEqual(['complete', 'complete', 'complete', 'api-absent', 'api-absent']);
    const { snapshot } = await collect({ objects, discovery }, { kinds });
    expect(snapshot.list('Widget.example.com').map(({ metadata }) => metadata.name)).toEqual(['w']);
  });

  it('knows a kind that is not served', async () => {
    expect((await states({ discovery, unserved: ['leases.coordination.k8s.io'] }))[1]).toBe('api-absent');
  });

  it('that fails is not fatal, and proves nothing', async () => {
    const seen = await states({ discovery, faults: [{ kind: 'unavailable', at: 'discovery' }] });
    expect(seen).toEqual(['complete', 'complete', ...Array<string>(3).fill('not-collected')]);
  });

  it.each(['html', 'items-null', 'wrong-kind', 'null-body', 'status-200', 'forbidden'] as const)(
    'that is %s claims nothing',
    async (kind) => {
      const seen = await states({ discovery, faults: [{ kind, at: 'discovery' }] });
      expect(seen[0]).toBe('complete');
      expect(seen).not.toContain('api-absent');
    },
  );
});

it('a group whose server does not answer is not absent, and the others are read', async () => {
  const seen = await states({ faults: [{ kind: 'group-unavailable', at: 'example.com' }] });
  expect(seen).toEqual(['complete', 'complete', 'not-collected', 'not-collected', 'api-absent']);
});

it('takes two requests for everything', async () => {
  const { paths } = await collect({ objects }, { kinds });
  expect(paths.filter((path) => !path.includes('limit='))).toEqual(['/api', '/apis', '/version']);
});
