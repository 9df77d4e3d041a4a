import { describe, expect, it } from 'vitest';
import { unquotedIn } from './unquoted.ts';

const POD = {
  nodeSelector: { gpu: true },
  initContainers: [{ name: 'a', command: ['sleep', 5] }],
  containers: [
    {
      name: 'b',
      args: ['--port', 8080],
      env: [
        { name: 'A', value: 1 },
        { name: 'B', value: '1' },
        { name: 'C', value: null },
        { name: 'D', valueFrom: {} },
      ],
      ports: [{ containerPort: 80 }],
    },
  ],
};
const OF_POD = [
  'spec.nodeSelector["gpu"] bool',
  'spec.initContainers[0].command[1] number',
  'spec.containers[0].args[1] number',
  'spec.containers[0].env[0].value number',
];

describe('unquotedIn', () => {
  it.each([
    {
      object: {
        kind: 'ConfigMap',
        metadata: { labels: { a: 1, b: 'x' }, annotations: { c: false } },
        data: { d: 0.5 },
      },
      found: ['metadata.labels["a"] number', 'metadata.annotations["c"] bool', 'data["d"] number'],
    },
    { object: { kind: 'Secret', stringData: { pin: 1234 }, data: { e: 'MQ==' } }, found: ['stringData["pin"] number'] },
    {
      object: { kind: 'Service', spec: { selector: { v: 2 }, ports: [{ port: 80 }] } },
      found: ['spec.selector["v"] number'],
    },
    { object: { kind: 'Pod', spec: POD }, found: OF_POD },
    {
      object: {
        kind: 'Deployment',
        spec: {
          replicas: 2,
          selector: { matchLabels: { v: 2 } },
          template: { metadata: { labels: { v: 2 } }, spec: POD },
        },
      },
      found: [
        'spec.selector.matchLabels["v"] number',
        'spec.template.metadata.labels["v"] number',
        ...OF_POD.map((path) => `spec.template.${path}`),
      ],
    },
    {
      object: { kind: 'CronJob', spec: { jobTemplate: { spec: { template: { spec: POD } } } } },
      found: OF_POD.map((path) => `spec.jobTemplate.spec.template.${path}`),
    },
    { object: { kind: 'Deployment', spec: { template: 'x', selector: [] }, metadata: 1 }, found: [] },
    { object: {}, found: [] },
  ])('of $object.kind', ({ object, found }) => {
    expect([...unquotedIn(object)].map(({ path, type }) => `${path} ${type}`)).toEqual(found);
  });
});
