import { beforeAll, describe, expect, it } from 'vitest';
import { everythingBut } from './grants.ts';
import { makeReader } from './identities.ts';
import { reportOf } from './read-json.test.support.ts';
import { NO_CONTROL_PLANE, real } from './real.test.support.ts';
import { kroot } from './run-kroot.ts';
import { makeWholeNamespace } from './whole-world.ts';

const NAMESPACE = 'whole';

/** What somebody may not read: each of the main kinds alone, the usual roles, and nearly everything. */
const WITHHELD: readonly (readonly string[])[] = [
  [],
  ...[
    'Pod',
    'Service',
    'EndpointSlice',
    'Deployment',
    'ReplicaSet',
    'Secret',
    'ConfigMap',
    'PersistentVolumeClaim',
    'PersistentVolume',
    'Node',
    'Ingress',
    'ServiceAccount',
  ].map((kind) => [kind]),
  ['Secret', 'ConfigMap', 'ServiceAccount'],
  ['Node', 'PersistentVolume', 'StorageClass', 'IngressClass', 'Namespace'],
  ['Service', 'EndpointSlice', 'ReplicaSet', 'Secret', 'PersistentVolumeClaim', 'Event'],
  ['Deployment', 'ReplicaSet', 'Node', 'ConfigMap', 'Service', 'IngressClass'],
];

describe.skipIf(NO_CONTROL_PLANE)('readers that may not see everything', () => {
  beforeAll(async () => {
    await makeWholeNamespace(real().api, NAMESPACE);
  });

  it.each(WITHHELD.map((kinds, index) => [kinds.join(', ') || 'nothing', kinds, index] as const))(
    'takes nothing for missing without %s',
    async (_title, kinds, index) => {
      const { plane, api } = real();
      const reader = await makeReader(api, plane, `subset-${index}`, everythingBut(...kinds));
      const args = ['diagnose', 'cluster', '-n', NAMESPACE, '-o', 'json', '--kubeconfig', reader.kubeconfig];
      const report = reportOf(await kroot(args));
      expect(report.diagnoses).toStrictEqual([]);
      expect(report.unexplained).toStrictEqual([]);
      const forbidden = report.coverage.gaps.filter(({ state }) => state === 'forbidden').map(({ kind }) => kind);
      // Events expire, so that they prove nothing in any case: no gap of theirs is reported.
      expect(forbidden).toStrictEqual(kinds.filter((kind) => kind !== 'Event').toSorted());
    },
  );

  it('reads one namespace where no more is allowed', async () => {
    const { plane, api } = real();
    const reader = await makeReader(api, plane, 'one-namespace', everythingBut(), NAMESPACE);
    const report = reportOf(await kroot(['diagnose', 'cluster', '-o', 'json', '--kubeconfig', reader.kubeconfig]));
    expect(report.scope.namespace).toBe(NAMESPACE);
    expect(report.diagnoses).toStrictEqual([]);
    expect(report.counts.pods).toBe(1);
    // Kinds without a namespace are beyond a Role, and those only.
    expect(report.coverage.gaps.map(({ kind, state }) => [kind, state])).toContainEqual(['Node', 'forbidden']);
    expect(report.coverage.gaps.map(({ kind }) => kind)).not.toContain('Pod');
  });
});
