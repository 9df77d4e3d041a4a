import { type KubernetesObject, type Pod } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { blockingReasons, isStartupTaint } from './blocking-reasons.ts';
import { nearestNode } from './nearest-node.ts';
import { node, pod, requesting } from './objects.test.support.ts';
import { replayScheduling } from './replay.ts';

const controlPlane = { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] };
const dedicated = { taints: [{ key: 'team', value: 'ml', effect: 'NoSchedule' }] };

function summary(waiting: Pod, objects: readonly KubernetesObject[]): readonly string[] {
  return blockingReasons(replayScheduling(snapshotOf(objects), waiting)).map(({ rejection, nodes, alone, matters }) => {
    const what = 'resource' in rejection ? `/${rejection.resource}` : 'key' in rejection ? `/${rejection.key}` : '';
    return `${matters ? 'matters' : 'background'} ${rejection.plugin}${what} ${nodes.map(({ name }) => name).join(',')} alone ${alone}`;
  });
}

describe('blockingReasons', () => {
  it('finds nothing in the way of a pod that fits', () => {
    expect(summary(pod('p'), [node('a'), node('b', {}, { unschedulable: true })])).toEqual([
      'background NodeUnschedulable b alone 1',
    ]);
  });

  it('puts the taint of the control plane into the background', () => {
    expect(
      summary(pod('p', requesting({ cpu: '9' })), [node('cp', {}, controlPlane, { cpu: '16' }), node('a'), node('b')]),
    ).toEqual([
      'matters NodeResourcesFit/cpu a,b alone 2',
      'background TaintToleration/node-role.kubernetes.io/control-plane cp alone 1',
    ]);
    expect(summary(pod('p'), [node('cp', {}, controlPlane)])).toEqual([
      'matters TaintToleration/node-role.kubernetes.io/control-plane cp alone 1',
    ]);
  });

  it('blames the cordon when the pod can only go to that node', () => {
    const waiting = pod('p', { nodeSelector: { disk: 'ssd' } });
    expect(summary(waiting, [node('a', { disk: 'ssd' }, { unschedulable: true }), node('b'), node('c')])).toEqual([
      'matters NodeUnschedulable a alone 1',
      'background NodeAffinity/disk b,c alone 2',
    ]);
  });

  it('blames the selector when no node has it, whatever else they have', () => {
    const waiting = pod('p', { nodeSelector: { disk: 'nvme' } });
    expect(summary(waiting, [node('a'), node('b', {}, { unschedulable: true }), node('c', {}, dedicated)])).toEqual([
      'matters NodeAffinity/disk a,b,c alone 1',
      'background NodeUnschedulable b alone 0',
      'background TaintToleration/team c alone 0',
    ]);
  });

  it('names a taint only where the node would do otherwise', () => {
    const waiting = pod('p', requesting({ cpu: '9' }));
    expect(summary(waiting, [node('a'), node('b', {}, dedicated)])).toEqual([
      'matters NodeResourcesFit/cpu a,b alone 1',
      'background TaintToleration/team b alone 0',
    ]);
    expect(summary(waiting, [node('a'), node('b', {}, dedicated, { cpu: '16' })])).toEqual([
      'matters NodeResourcesFit/cpu a alone 1',
      'matters TaintToleration/team b alone 1',
    ]);
  });

  it('starts with what keeps the pod from every node', () => {
    const waiting = pod('p', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'd' } }] });
    expect(summary(waiting, [node('a'), node('b', {}, dedicated)])).toEqual([
      'matters VolumeBinding a,b alone 0',
      'background TaintToleration/team b alone 1',
    ]);
  });
});

describe('nearestNode', () => {
  it.each<[name: string, waiting: Pod, objects: KubernetesObject[], expected: object]>([
    ['uncordon', pod('p'), [node('a', {}, { unschedulable: true })], [{ kind: 'uncordon' }]],
    [
      'a toleration for a taint that somebody set',
      pod('p'),
      [node('a', {}, dedicated)],
      [{ kind: 'add-toleration', key: 'team', value: 'ml', effect: 'NoSchedule' }],
    ],
    [
      'a node that gets well',
      pod('p'),
      [node('a', {}, { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] })],
      [{ kind: 'repair-node', key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }],
    ],
    [
      'a label',
      pod('p', { nodeSelector: { disk: 'ssd' } }),
      [node('a', { disk: 'hdd' })],
      [{ kind: 'add-label', key: 'disk', value: 'ssd', actual: 'hdd' }],
    ],
    [
      'no label that says what a node is',
      pod('p', { nodeSelector: { 'kubernetes.io/arch': 'arm64' } }),
      [node('a', { 'kubernetes.io/arch': 'amd64' })],
      [
        {
          kind: 'change-affinity',
          failed: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'], field: false, actual: 'amd64' }],
        },
      ],
    ],
    [
      'a smaller request',
      pod('p', requesting({ cpu: '5' })),
      [node('a'), node('b', {}, {}, { cpu: '2' })],
      [{ kind: 'reduce-request', resource: 'cpu', by: 1000n, to: 4000n }],
    ],
    [
      'room where nothing is free',
      pod('p', requesting({ 'nvidia.com/gpu': '1' })),
      [node('a')],
      [{ kind: 'free-resource', resource: 'nvidia.com/gpu', by: 1000n }],
    ],
    [
      'a wider skew',
      pod('p', {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: {},
            minDomains: 2,
          },
        ],
      }),
      [node('a'), pod('q', { nodeName: 'a' }, {}, { phase: 'Running' })],
      [{ kind: 'relax-spread', topologyKey: 'kubernetes.io/hostname', maxSkew: 2 }],
    ],
    ['nothing on a node that takes the pod', pod('p'), [node('a', {}, dedicated), node('b')], []],
  ])('asks for %s', (_name, waiting, objects, expected) => {
    expect(nearestNode(replayScheduling(snapshotOf(objects), waiting))?.changes).toEqual(expected);
  });

  it('takes the easiest of several alternatives of an affinity', () => {
    const nodeSelectorTerms = [
      {
        matchFields: [{ key: 'metadata.name', operator: 'In', values: ['z'] }],
        matchExpressions: [{ key: 'x', operator: 'Exists' }],
      },
      { matchExpressions: [{ key: 'legacy', operator: 'DoesNotExist' }] },
      {},
    ];
    const waiting = pod('p', {
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
    });
    const nearest = nearestNode(replayScheduling(snapshotOf([node('a', { legacy: 'yes' })]), waiting));
    expect(nearest?.changes).toEqual([{ kind: 'remove-label', key: 'legacy', actual: 'yes' }]);
  });

  it('knows no node in an empty cluster', () => {
    expect(nearestNode(replayScheduling(snapshotOf([]), pod('p')))).toBeUndefined();
  });
});

describe('isStartupTaint', () => {
  it.each([
    ['node.cilium.io/agent-not-ready', true],
    ['ebs.csi.aws.com/agent-not-ready', true],
    ['cni.istio.io/not-ready', true],
    ['karpenter.sh/unregistered', true],
    ['node.cluster.x-k8s.io/uninitialized', true],
    ['node.cloudprovider.kubernetes.io/uninitialized', false],
    ['startup-taint.cluster-autoscaler.kubernetes.io/gpu', true],
    ['node.kubernetes.io/not-ready', false],
    ['karpenter.sh/disrupted', false],
    ['dedicated', false],
    ['example.com/ready', false],
  ])('%s: %s', (key, expected) => {
    expect(isStartupTaint(key)).toBe(expected);
  });
});
