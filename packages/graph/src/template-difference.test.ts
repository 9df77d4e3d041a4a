import { type PodTemplateSpec } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { tellingDifference } from './telling-difference.ts';
import { formatDifference, templateDifferences } from './template-difference.ts';

const template = (spec: Readonly<Record<string, unknown>>): PodTemplateSpec => ({ spec }) as unknown as PodTemplateSpec;
const main = (fields: Readonly<Record<string, unknown>>): PodTemplateSpec =>
  template({ containers: [{ name: 'main', image: 'app:1', ...fields }] });

describe('templateDifferences', () => {
  test.each<[string, PodTemplateSpec, PodTemplateSpec, readonly string[]]>([
    [
      'an image',
      main({}),
      main({ image: 'app:2' }),
      ['spec.template.spec.containers[main].image from "app:1" to "app:2"'],
    ],
    [
      'variables by name, wherever they stand',
      main({
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      }),
      main({
        env: [
          { name: 'B', value: '3' },
          { name: 'A', value: '1' },
        ],
      }),
      ['spec.template.spec.containers[main].env[B].value from "2" to "3"'],
    ],
    [
      'what is new',
      main({}),
      main({ resources: { limits: { memory: '32Mi' } } }),
      ['spec.template.spec.containers[main].resources from nothing to {"limits":{"memory":"32Mi"}}'],
    ],
    [
      'one argument of several',
      main({ args: ['a', 'b'] }),
      main({ args: ['a', 'c'] }),
      ['spec.template.spec.containers[main].args[1] from "b" to "c"'],
    ],
    [
      'passwords are not shown',
      main({ env: [{ name: 'DB_PASSWORD', value: 'old' }] }),
      main({ env: [{ name: 'DB_PASSWORD', value: 'new' }] }),
      ['spec.template.spec.containers[main].env[DB_PASSWORD].value from (not shown) to (not shown)'],
    ],
    ['nothing', main({}), main({}), []],
  ])('%s', (_, before, after, expected) => {
    expect(templateDifferences(before, after).map((found) => formatDifference(found))).toEqual(expected);
  });

  test('nothing can be said where a template is not known', () => {
    expect(templateDifferences(undefined, main({}))).toEqual([]);
  });
});

describe('tellingDifference', () => {
  const differences = templateDifferences(
    template({
      containers: [
        { name: 'main', image: 'app:1' },
        { name: 'proxy', image: 'p:1' },
      ],
      nodeSelector: { pool: 'a' },
    }),
    template({
      containers: [
        { name: 'main', image: 'app:1', args: ['-x'] },
        { name: 'proxy', image: 'p:2' },
      ],
      nodeSelector: { pool: 'b' },
    }),
  );

  test.each([
    [
      'the selector, for what is not scheduled',
      { mechanisms: ['scheduling'] as const },
      'spec.template.spec.nodeSelector.pool',
    ],
    ['the image, for a failed pull', { mechanisms: ['image'] as const }, 'spec.template.spec.containers[proxy].image'],
    [
      'the failing container first',
      { mechanisms: ['container-exit'] as const, container: 'main' },
      'spec.template.spec.containers[main].args',
    ],
    [
      'what the evidence quotes',
      { mechanisms: ['readiness'] as const, paths: ['spec.containers[1].image'] },
      'spec.template.spec.containers[proxy].image',
    ],
    ['nothing that fits', { mechanisms: ['deletion'] as const }, undefined],
  ])('%s', (_, traits, expected) => {
    expect(tellingDifference(differences, traits)?.path).toBe(expected);
  });
});
