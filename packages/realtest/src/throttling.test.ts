import { beforeAll, describe, expect, it } from 'vitest';
import { auditedSince, auditMark } from './audit.ts';
import { everythingBut } from './grants.ts';
import { makeReader, type Reader } from './identities.ts';
import { reportOf } from './read-json.test.support.ts';
import { NO_CONTROL_PLANE, real } from './real.test.support.ts';
import { kroot } from './run-kroot.ts';
import { makeNamespace } from './world.ts';

const NAME = 'one-at-a-time';
const API = 'flowcontrol.apiserver.k8s.io/v1';

describe.skipIf(NO_CONTROL_PLANE)('priority and fairness', () => {
  let reader: Reader;

  beforeAll(async () => {
    const { plane, api } = real();
    await makeNamespace(api, 'throttled');
    reader = await makeReader(api, plane, NAME, everythingBut());
    const subject = {
      kind: 'ServiceAccount',
      serviceAccount: { namespace: 'identities', name: NAME },
    };
    const resourceRules = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }];
    await api.create(
      {
        apiVersion: API,
        kind: 'PriorityLevelConfiguration',
        metadata: { name: NAME },
        spec: {
          type: 'Limited',
          // One seat, nothing to borrow, no queue: a second request at the same time is refused.
          limited: {
            nominalConcurrencyShares: 1,
            borrowingLimitPercent: 0,
            lendablePercent: 0,
            limitResponse: { type: 'Reject' },
          },
        },
      },
      {
        apiVersion: API,
        kind: 'FlowSchema',
        metadata: { name: NAME },
        spec: {
          // The first that an administrator can have.
          matchingPrecedence: 2,
          priorityLevelConfiguration: { name: NAME },
          rules: [{ subjects: [subject], resourceRules }],
        },
      },
    );
  });

  it('slows down when requests are refused with 429, and sees everything in the end', async () => {
    const { plane } = real();
    const mark = auditMark(plane.auditLog);
    const run = await kroot(['diagnose', 'cluster', '-A', '-o', 'json', '--kubeconfig', reader.kubeconfig]);
    const codes = (await auditedSince(plane.auditLog, mark))
      .filter(({ user }) => user.username === reader.username)
      .map(({ responseStatus }) => responseStatus?.code);
    expect(codes.filter((code) => code === 429).length).toBeGreaterThan(0);
    expect(reportOf(run).coverage.gaps).toStrictEqual([]);
  });
});
