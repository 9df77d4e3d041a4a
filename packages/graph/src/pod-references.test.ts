import { ref, type Container, type PodSpec } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { podContainers, podReferences } from './pod-references.ts';

function spec(rest: Partial<PodSpec> = {}): PodSpec {
  return { containers: [{ name: 'main' }], ...rest };
}

function withContainer(rest: Partial<Container>): PodSpec {
  return spec({ containers: [{ name: 'main', ...rest }] });
}

describe('podReferences', () => {
  const cases: readonly (readonly [string, PodSpec, Readonly<Record<string, unknown>>[]])[] = [
    ['nothing', spec(), []],
    [
      'a key of a Secret in a variable',
      withContainer({
        env: [
          { name: 'A', value: 'x' },
          { name: 'P', valueFrom: { secretKeyRef: { name: 'db', key: 'pw' } } },
        ],
      }),
      [
        {
          target: ref('Secret', 'prod', 'db'),
          use: 'env',
          path: 'spec.containers[0].env[1].valueFrom.secretKeyRef',
          optional: false,
          key: 'pw',
          variable: 'P',
          container: 'main',
        },
      ],
    ],
    [
      'an optional key of a ConfigMap in a variable',
      withContainer({ env: [{ name: 'P', valueFrom: { configMapKeyRef: { name: 'c', key: 'k', optional: true } } }] }),
      [
        {
          target: ref('ConfigMap', 'prod', 'c'),
          use: 'env',
          path: 'spec.containers[0].env[0].valueFrom.configMapKeyRef',
          optional: true,
          key: 'k',
          variable: 'P',
          container: 'main',
        },
      ],
    ],
    [
      'all keys as variables',
      withContainer({ envFrom: [{ configMapRef: { name: 'c' } }, { secretRef: { name: 's', optional: true } }] }),
      [
        {
          target: ref('ConfigMap', 'prod', 'c'),
          use: 'envFrom',
          path: 'spec.containers[0].envFrom[0].configMapRef',
          optional: false,
          container: 'main',
        },
        {
          target: ref('Secret', 'prod', 's'),
          use: 'envFrom',
          path: 'spec.containers[0].envFrom[1].secretRef',
          optional: true,
          container: 'main',
        },
      ],
    ],
    [
      'an init container',
      spec({ initContainers: [{ name: 'init', envFrom: [{ secretRef: { name: 's' } }] }] }),
      [
        {
          target: ref('Secret', 'prod', 's'),
          use: 'envFrom',
          path: 'spec.initContainers[0].envFrom[0].secretRef',
          optional: false,
          container: 'init',
        },
      ],
    ],
    [
      'an ephemeral container, which harms nobody',
      spec({ ephemeralContainers: [{ name: 'debug', envFrom: [{ secretRef: { name: 's' } }] }] }),
      [
        {
          target: ref('Secret', 'prod', 's'),
          use: 'envFrom',
          path: 'spec.ephemeralContainers[0].envFrom[0].secretRef',
          optional: true,
          container: 'debug',
        },
      ],
    ],
    [
      'volumes, whole and by key',
      spec({
        volumes: [
          { name: 'a', secret: { secretName: 's' } },
          {
            name: 'b',
            configMap: {
              name: 'c',
              optional: true,
              items: [
                { key: 'x', path: 'x' },
                { key: 'y', path: 'y' },
              ],
            },
          },
        ],
      }),
      [
        {
          target: ref('Secret', 'prod', 's'),
          use: 'volume',
          path: 'spec.volumes[0].secret',
          optional: false,
          volume: 'a',
        },
        {
          target: ref('ConfigMap', 'prod', 'c'),
          use: 'volume',
          path: 'spec.volumes[1].configMap',
          optional: true,
          volume: 'b',
          key: 'x',
        },
        {
          target: ref('ConfigMap', 'prod', 'c'),
          use: 'volume',
          path: 'spec.volumes[1].configMap',
          optional: true,
          volume: 'b',
          key: 'y',
        },
      ],
    ],
    [
      'projected sources',
      spec({
        volumes: [
          {
            name: 'p',
            projected: {
              sources: [
                { serviceAccountToken: { path: 't' } },
                { secret: { name: 's' } },
                { configMap: { name: 'c', optional: true } },
              ],
            },
          },
        ],
      }),
      [
        {
          target: ref('Secret', 'prod', 's'),
          use: 'projected',
          path: 'spec.volumes[0].projected.sources[1].secret',
          optional: false,
          volume: 'p',
        },
        {
          target: ref('ConfigMap', 'prod', 'c'),
          use: 'projected',
          path: 'spec.volumes[0].projected.sources[2].configMap',
          optional: true,
          volume: 'p',
        },
      ],
    ],
    [
      'the Secret of a CSI volume',
      spec({ volumes: [{ name: 'v', csi: { driver: 'd', nodePublishSecretRef: { name: 's' } } }] }),
      [
        {
          target: ref('Secret', 'prod', 's'),
          use: 'csi',
          path: 'spec.volumes[0].csi.nodePublishSecretRef',
          optional: false,
          volume: 'v',
        },
      ],
    ],
    [
      'pull secrets',
      spec({ imagePullSecrets: [{}, { name: '' }, { name: 'registry' }] }),
      [
        {
          target: ref('Secret', 'prod', 'registry'),
          use: 'imagePullSecrets',
          path: 'spec.imagePullSecrets[2]',
          optional: true,
        },
      ],
    ],
    [
      'references without a name',
      spec({
        containers: [
          {
            name: 'main',
            env: [{ name: 'A', valueFrom: { secretKeyRef: { key: 'k' } } }],
            envFrom: [{ secretRef: {} }],
          },
        ],
        volumes: [
          { name: 'v', secret: {} },
          { name: 'w', configMap: { name: '' } },
        ],
      }),
      [],
    ],
  ];
  it.each(cases)('%s', (_, given, wanted) => {
    expect(podReferences(given, 'prod')).toEqual(wanted);
  });
});

describe('podContainers', () => {
  it('gives containers in start order with their roles', () => {
    const given = spec({
      initContainers: [{ name: 'init' }, { name: 'proxy', restartPolicy: 'Always' }],
      ephemeralContainers: [{ name: 'debug' }],
    });
    expect(podContainers(given).map(({ container, path, role }) => [container.name, path, role])).toEqual([
      ['init', 'spec.initContainers[0]', 'init'],
      ['proxy', 'spec.initContainers[1]', 'sidecar'],
      ['main', 'spec.containers[0]', 'app'],
      ['debug', 'spec.ephemeralContainers[0]', 'ephemeral'],
    ]);
  });
});
