import { describe, expect, test } from 'vitest';
import { rolloutState, type RolloutObject } from './rollout-state.ts';

interface Numbers {
  readonly spec?: object;
  readonly status?: object;
  readonly generation?: number;
}

function workload(kind: string, { generation = 2, spec = {}, status = {} }: Numbers): RolloutObject {
  const template = { spec: { containers: [{ name: 'main', image: 'registry.example.com/app:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'api', namespace: 'shop', generation },
    spec: { template, ...spec },
    status: { observedGeneration: 2, ...status },
  };
}

const deployment = (numbers: Numbers): RolloutObject => workload('Deployment', numbers);
const statefulSet = (numbers: Numbers): RolloutObject => workload('StatefulSet', numbers);
const daemonSet = (numbers: Numbers): RolloutObject => workload('DaemonSet', numbers);
const revisions = { currentRevision: 'api-1', updateRevision: 'api-2' };
const deadline = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'has timed out' };

describe('rolloutState', () => {
  test.each<[string, RolloutObject, string, string]>([
    ['not seen yet', deployment({ generation: 3 }), 'going-on', 'waiting for its controller'],
    ['no status', deployment({ status: { observedGeneration: undefined } }), 'going-on', 'waiting for its controller'],
    [
      'new replicas missing',
      deployment({ spec: { replicas: 3 }, status: { updatedReplicas: 1 } }),
      'going-on',
      '1 of 3 new',
    ],
    [
      'old replicas left',
      deployment({ spec: { replicas: 2 }, status: { updatedReplicas: 2, replicas: 3, availableReplicas: 3 } }),
      'going-on',
      '1 old replicas',
    ],
    [
      'not available',
      deployment({ spec: { replicas: 2 }, status: { updatedReplicas: 2, replicas: 2, availableReplicas: 1 } }),
      'going-on',
      '1 of 2 updated',
    ],
    [
      'rolled out',
      deployment({ status: { updatedReplicas: 1, replicas: 1, availableReplicas: 1 } }),
      'done',
      'rolled out',
    ],
    ['scaled to zero', deployment({ spec: { replicas: 0 } }), 'done', 'rolled out'],
    ['deadline exceeded', deployment({ status: { conditions: [deadline] } }), 'failed', 'has timed out'],
    ['paused', deployment({ spec: { paused: true } }), 'not-rolling', 'paused'],
    [
      'paused when it was through',
      deployment({ spec: { paused: true }, status: { updatedReplicas: 1, replicas: 1, availableReplicas: 1 } }),
      'done',
      'rolled out',
    ],
    [
      'set not ready',
      statefulSet({ spec: { replicas: 3 }, status: { readyReplicas: 2 } }),
      'going-on',
      '2 of 3 pods are ready',
    ],
    [
      'set of two revisions',
      statefulSet({ spec: { replicas: 3 }, status: { readyReplicas: 3, updatedReplicas: 1, ...revisions } }),
      'going-on',
      '1 of 3 pods are new',
    ],
    [
      'set up to a partition',
      statefulSet({
        spec: { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
        status: { readyReplicas: 3, updatedReplicas: 1, ...revisions },
      }),
      'done',
      'partition 2',
    ],
    [
      'set through',
      statefulSet({ status: { readyReplicas: 1, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'a' } }),
      'done',
      'rolled out',
    ],
    ['set on delete', statefulSet({ spec: { updateStrategy: { type: 'OnDelete' } } }), 'not-rolling', 'OnDelete'],
    [
      'daemons old',
      daemonSet({ status: { desiredNumberScheduled: 4, updatedNumberScheduled: 1, numberAvailable: 4 } }),
      'going-on',
      '1 of 4 pods are new',
    ],
    [
      'daemons not available',
      daemonSet({ status: { desiredNumberScheduled: 4, updatedNumberScheduled: 4, numberAvailable: 3 } }),
      'going-on',
      '3 of 4 updated',
    ],
    ['daemons for no node', daemonSet({ status: { desiredNumberScheduled: 0 } }), 'done', 'rolled out'],
    ['daemons on delete', daemonSet({ spec: { updateStrategy: { type: 'OnDelete' } } }), 'not-rolling', 'OnDelete'],
  ])('%s', (_, object, state, words) => {
    const found = rolloutState(object);
    expect(found.state).toBe(state);
    expect(found.message).toContain(words);
  });

  test('gets on when a number moves, not when a condition does', () => {
    const at = (status: object): string => rolloutState(deployment({ spec: { replicas: 3 }, status })).progress;
    expect(at({ updatedReplicas: 1 })).not.toBe(at({ updatedReplicas: 2 }));
    expect(at({ updatedReplicas: 1, conditions: [] })).toBe(
      at({ updatedReplicas: 1, conditions: [{ type: 'Progressing', status: 'True' }] }),
    );
  });
});
