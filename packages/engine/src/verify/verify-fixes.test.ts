import { podReferences, podState, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  ref,
  type Analyzer,
  type Diagnosis,
  type Evidence,
  type Finding,
  type Fix,
  type FixVerification,
  type Snapshot,
} from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { deployment, pod, rule, secret, shop, snapshotOf, type TestObject } from '../cluster.test.support.ts';
import { diagnose } from '../diagnose.ts';
import { MAX_TRIED } from './verify-fixes.ts';

/** Pods that wait in the kubelet's words, as symptoms. */
const waiting: Analyzer = {
  ...rule('waiting', { role: 'symptom', waitsFor: ['image'], breaks: ['readiness'] }, []),
  *analyze({ snapshot }) {
    for (const one of snapshot.list('Pod')) {
      const { mechanism, blocked } = podState(snapshot, one);
      if (blocked && mechanism !== undefined)
        yield said({ rule: 'waiting', subject: refOf(one), message: 'it waits', waitsFor: [mechanism] });
    }
  },
};

/** Secrets that pods name and that are not there: seen in specs alone. */
const secretMissing: Analyzer = {
  ...rule('secret-missing', { breaks: ['container-config'] }, []),
  *analyze({ snapshot }) {
    const names = new Set(
      snapshot
        .list('Pod')
        .flatMap(({ spec, metadata }) => podReferences(spec, metadata.namespace))
        .filter(({ target }) => target.kind === 'Secret' && snapshot.lookup(target).state === 'absent')
        .map(({ target }) => target.name),
    );
    for (const name of names) {
      const argv = ['kubectl', '-n', 'prod', 'create', 'secret', 'generic', name, '--from-literal=password=x'];
      yield said({
        rule: 'secret-missing',
        subject: secret(name),
        message: `no Secret ${name}`,
        fixes: [fixOf(argv)],
      });
    }
  },
};

/** Images that cannot be pulled: only the kubelet's words tell. */
const badImage: Analyzer = {
  ...rule('bad-image', { breaks: ['image'] }, []),
  *analyze({ snapshot }) {
    for (const one of snapshot.list('Pod')) {
      if (podState(snapshot, one).stage !== 'image') continue;
      yield said({
        rule: 'bad-image',
        subject: deployment('api'),
        message: 'no such image',
        evidence: [{ ...words, source: 'status' }],
        affects: [refOf(one)],
        fixes: [fixOf(['kubectl', '-n', 'prod', 'set', 'image', 'deployment/api', 'main=app:1'])],
      });
    }
  },
};

const words: Evidence = { source: 'computed', ref: deployment('api'), quote: 'x' };

function said(finding: Partial<Finding> & Pick<Finding, 'rule' | 'subject' | 'message'>): Finding {
  return { severity: 'critical', confidence: CONFIDENCE.proved, cause: 'x.', evidence: [words], fixes: [], ...finding };
}

function fixOf(...commands: readonly (readonly string[])[]): Fix {
  return { summary: 'x', steps: [], commands: commands.map((argv) => ({ argv })), effect: 'change', where: 'cluster' };
}

/** The shop with pods that wait for a reason and name Secrets; the Secrets of the namespace are all known. */
function stuck(reason: string, ...secrets: readonly string[]): readonly TestObject[] {
  const env = secrets.map((name) => ({ name, valueFrom: { secretKeyRef: { name, key: 'password' } } }));
  const containers = [{ name: 'main', image: 'registry.example.com/app:2', env }];
  const objects = shop('api', ['x1', 'x2']).map((object): TestObject => {
    if (object['kind'] === 'Pod') {
      const containerStatuses = [{ name: 'main', ready: false, restartCount: 0, state: { waiting: { reason } } }];
      return { ...object, spec: { containers, nodeName: 'w1' }, status: { phase: 'Pending', containerStatuses } };
    }
    if (object['kind'] !== 'Deployment') return object;
    const spec = object['spec'] as { readonly template: object };
    return { ...object, spec: { ...spec, template: { ...spec.template, spec: { containers } } } };
  });
  const other = (namespace: string): TestObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'other', namespace },
  });
  return [...objects, other('prod'), other('dev')];
}

const all = [waiting, secretMissing, badImage];

function verified(snapshot: Snapshot, analyzers: readonly Analyzer[] = all): readonly Diagnosis[] {
  const { diagnoses, failures } = diagnose(snapshot, { analyzers, verifyFixes: true });
  expect(failures).toEqual([]);
  return diagnoses;
}

function trialOf(snapshot: Snapshot, id: string, analyzers?: readonly Analyzer[]): FixVerification | undefined {
  return verified(snapshot, analyzers).find((diagnosis) => diagnosis.rule === id)?.verification;
}

describe('a repair that is tried', () => {
  test('clears what the objects show, and frees the pods', () => {
    const trial = trialOf(snapshotOf(stuck('CreateContainerConfigError', 'db')), 'secret-missing');
    expect(trial).toMatchObject({ verdict: 'clears', victims: 2, blockers: [], brings: [] });
    expect(trial?.recovers.map((one) => formatRef(one))).toEqual(['Pod/prod/api-abc12-x1', 'Pod/prod/api-abc12-x2']);
  });

  test('frees nobody whom something else stops as well', () => {
    const trial = trialOf(snapshotOf(stuck('CreateContainerConfigError', 'db', 'mail')), 'secret-missing');
    expect(trial).toMatchObject({ verdict: 'clears', victims: 2, recovers: [] });
    expect(trial?.blockers.map(({ message, count }) => [message, count])).toEqual([['no Secret mail', 2]]);
  });

  test('is not decided where only words tell, but what pods meet next is seen', () => {
    const trial = trialOf(snapshotOf(stuck('ImagePullBackOff', 'db')), 'bad-image');
    expect(trial).toMatchObject({ verdict: 'not-simulated', recovers: [] });
    expect(trial?.reason).toMatch(/how the program runs/);
    expect(trial?.blockers.map(({ message }) => message)).toEqual(['no Secret db']);
  });

  test('that misses the fault does not clear it', () => {
    const wrong: Analyzer = {
      ...secretMissing,
      *analyze(context) {
        for (const finding of secretMissing.analyze(context))
          yield { ...finding, fixes: [fixOf(['kubectl', '-n', 'prod', 'label', 'deployment/api', 'a=b'])] };
      },
    };
    const trial = trialOf(snapshotOf(stuck('CreateContainerConfigError', 'db')), 'secret-missing', [waiting, wrong]);
    expect(trial).toMatchObject({ verdict: 'still-shows', recovers: [] });
  });

  test('tells a fault that it makes', () => {
    const spread: Analyzer = {
      ...rule('too-many', { breaks: ['scheduling'] }, []),
      *analyze({ snapshot }) {
        if (snapshot.list('Secret', 'prod').length > 1)
          yield said({ rule: 'too-many', subject: ref('Namespace', undefined, 'prod'), message: 'two Secrets' });
      },
    };
    const trial = trialOf(snapshotOf(stuck('CreateContainerConfigError', 'db')), 'secret-missing', [...all, spread]);
    expect(trial?.brings.map(({ message }) => message)).toEqual(['two Secrets']);
  });

  test.each<[string, readonly Fix[], RegExp]>([
    ['no fix', [], /no repair is known/],
    ['a look', [{ ...fixOf(['kubectl', 'get', 'pods']), effect: 'none' }], /no command repairs this/],
    ['an editor', [fixOf(['kubectl', '-n', 'prod', 'edit', 'deployment/api'])], /up to whoever edits it/],
    ['the registry', [{ ...fixOf(), where: 'registry' }], /made in the registry/],
    [
      'an object that is not there',
      [fixOf(['kubectl', '-n', 'x', 'label', 'pod/y', 'a=b'])],
      /not in what was collected/,
    ],
    ['a command that nobody knows', [fixOf(['kubeadm', 'reset'])], /kubeadm is not kubectl/],
  ])('says why it cannot be: %s', (_, fixes, reason) => {
    const analyzers = [waiting, rule('odd', { breaks: ['image'] }, [{ subject: deployment('api'), fixes }])];
    const trial = trialOf(snapshotOf(stuck('ImagePullBackOff')), 'odd', analyzers);
    expect(trial).toMatchObject({ verdict: 'not-simulated', recovers: [] });
    expect(trial?.reason).toMatch(reason);
  });
});

describe('the order of repair', () => {
  const many = snapshotOf(stuck('CreateContainerConfigError', 'db'));
  const louder = rule('louder', { breaks: ['container-config'] }, [
    { subject: deployment('api'), severity: 'critical', affects: [pod('api-abc12-x1'), pod('api-abc12-x2')] },
  ]);

  test('puts what is seen to free pods before what is not, where severity is equal', () => {
    const blocked = rule('far', { breaks: ['dependency'] }, [{ subject: secret('far'), severity: 'critical' }]);
    const order = verified(many, [waiting, secretMissing, blocked]).map(({ rule: id, rank }) => [id, rank]);
    expect(order).toEqual([
      ['secret-missing', 1],
      ['far', 2],
    ]);
  });

  test('is untouched without the flag', () => {
    const { diagnoses } = diagnose(many, { analyzers: [waiting, secretMissing, louder] });
    expect(diagnoses.every(({ verification }) => verification === undefined)).toBe(true);
  });
});

test('runs grow with the number of diagnoses, up to a limit that is told', () => {
  let runs = 0;
  const counting: Analyzer = {
    ...waiting,
    *analyze(context) {
      runs += 1;
      yield* waiting.analyze(context);
    },
  };
  const names = Array.from({ length: MAX_TRIED + 5 }, (_, i) => `s${i}`);
  const diagnoses = verified(snapshotOf(stuck('CreateContainerConfigError', ...names)), [counting, secretMissing]);
  expect(diagnoses).toHaveLength(names.length);
  const reasons = diagnoses.filter(({ verification }) =>
    /only the repairs of the first/.test(verification?.reason ?? ''),
  );
  expect(reasons).toHaveLength(5);
  expect(runs).toBeLessThanOrEqual(2 * MAX_TRIED + 2);
});

test('the order of the objects makes no difference', () => {
  const objects = stuck('CreateContainerConfigError', 'db', 'mail');
  expect(verified(snapshotOf(objects.toReversed()))).toEqual(verified(snapshotOf(objects)));
});
