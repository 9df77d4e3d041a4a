import {
  analyze,
  deployment,
  endpointSlice,
  node,
  parseCluster,
  pod,
  secret,
  service,
  type Builder,
} from '@kroot/testing';
import { expect, it } from 'vitest';
import { builtinAnalyzers } from './index.ts';

// What the builders of the test kit make has to be what the rules take for it.
it.each<[string, string, readonly Builder[]]>([
  ['a crash loop', 'crashloop-app-exit', [node('worker-1'), pod('web').crashLooping('no database')]],
  [
    'a lack of memory',
    'oomkilled-node',
    [node('worker-1'), pod('web').crashLooping('', { exitCode: 137, reason: 'OOMKilled' })],
  ],
  [
    'a missing Secret',
    'secret-missing-env',
    [
      node('worker-1'),
      secret('other', ['p']),
      pod('web').secretKey('db', 'p').waiting('CreateContainerConfigError', 'secret "db" not found'),
    ],
  ],
  [
    'a selector that matches nothing',
    'svc-selector-no-match',
    [service('web', { app: 'wbe' }), pod('web').label('app', 'web')],
  ],
  [
    'a Deployment that is down',
    'deploy-unavailable',
    [
      node('worker-1'),
      deployment('web', 'shop', { ready: false }),
      pod('web-1').label('app', 'web').notReady(),
      endpointSlice('web', [{ name: 'web-1', ready: false }]),
    ],
  ],
])('%s is %s', async (_, rule, cluster) => {
  const snapshot = await parseCluster(cluster);
  const rules = builtinAnalyzers.flatMap((analyzer) => analyze(analyzer, snapshot).map((found) => found.rule));
  expect(rules).toContain(rule);
});
