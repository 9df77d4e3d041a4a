import { type Mechanism } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { deployment, shop, snapshotOf, type TestObject } from './cluster.test.support.ts';
import { whatChanged } from './what-changed.ts';

const container = (image: string, level: string): TestObject => ({
  name: 'main',
  image,
  env: [{ name: 'LEVEL', value: level }],
});

/** A revision of Deployment api: its ReplicaSet with one pod, ready or in a failed pull. */
function revision(number: string, ready: boolean, main: TestObject): readonly TestObject[] {
  return shop('api', [`x${number}`], `hash${number}`)
    .filter(({ kind }) => kind === 'ReplicaSet' || kind === 'Pod')
    .map((object) => {
      const annotations = { 'deployment.kubernetes.io/revision': number };
      const metadata = { ...(object['metadata'] as object), annotations };
      if (object['kind'] === 'ReplicaSet')
        return { ...object, metadata, spec: { replicas: 1, template: { spec: { containers: [main] } } } };
      const state = ready ? { running: {} } : { waiting: { reason: 'ImagePullBackOff' } };
      const containerStatuses = [{ name: 'main', ready, restartCount: 0, state }];
      return { ...object, status: { phase: 'Running', containerStatuses } };
    });
}

function changeFor(breaks: readonly Mechanism[], ...revisions: readonly (readonly TestObject[])[]): string | undefined {
  const finding = {
    rule: 'r',
    subject: deployment('api'),
    severity: 'critical',
    confidence: 0.99,
    message: 'm',
    cause: 'c.',
    breaks,
    evidence: [],
    fixes: [],
  } as const;
  const docs = { means: '', decides: '', silent: '', references: [] };
  const meta = { id: 'r', title: '', role: 'fault', severity: 'critical', reads: [], breaks, docs } as const;
  const snapshot = snapshotOf(shop('api', []).slice(0, 1), ...revisions);
  return whatChanged(snapshot, { index: 0, finding, meta }, undefined)?.words;
}

const old = revision('1', true, container('app:1', 'a'));
const path = 'spec.template.spec.containers[main]';

describe('whatChanged', () => {
  test.each<[string, readonly Mechanism[], readonly TestObject[], string | undefined]>([
    [
      'the image, for a fault of images',
      ['image'],
      revision('2', false, container('app:2', 'b')),
      `Revision 2 changed ${path}.image from "app:1" to "app:2"; revision 1 still runs`,
    ],
    [
      'the variable, for a fault of configuration',
      ['container-config'],
      revision('2', false, container('app:2', 'b')),
      `Revision 2 changed ${path}.env[LEVEL].value from "a" to "b"; revision 1 still runs`,
    ],
    [
      'all of few fields, where none fits and the old revision serves',
      ['volume'],
      revision('2', false, container('app:2', 'b')),
      `Revision 2 changed ${path}.env[LEVEL].value from "a" to "b" and ${path}.image from "app:1" to "app:2"; revision 1 still runs`,
    ],
    [
      'nothing, while the newest revision has ready pods',
      ['image'],
      revision('2', true, container('app:2', 'b')),
      undefined,
    ],
    ['nothing, where nothing differs', ['image'], revision('2', false, container('app:1', 'a')), undefined],
  ])('%s', (_, breaks, newest, expected) => {
    expect(changeFor(breaks, old, newest)).toBe(expected);
  });

  test('without a revision that serves only the field that fits', () => {
    const failed = revision('1', false, container('app:1', 'a'));
    const newest = revision('2', false, container('app:2', 'b'));
    expect(changeFor(['image'], failed, newest)).toBe(`Revision 2 changed ${path}.image from "app:1" to "app:2"`);
    expect(changeFor(['volume'], failed, newest)).toBeUndefined();
  });
});
