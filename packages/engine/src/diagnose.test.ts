import { formatRef, ref, type Analyzer, type Report } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import {
  deployment,
  ingress,
  pod,
  rule,
  secret,
  service,
  shop,
  snapshotOf,
  type Said,
} from './cluster.test.support.ts';
import { diagnose } from './diagnose.ts';

const POD = 'api-abc12-x1';
const cluster = snapshotOf(shop('api', ['x1', 'x2']));

const podDown = (...names: readonly string[]): Analyzer =>
  rule(
    'pod-down',
    { role: 'symptom', waitsFor: ['image', 'container-exit'], breaks: ['availability', 'endpoints'] },
    names.map((name) => ({ subject: pod(name) })),
  );
const deploymentDown = rule('deployment-down', { role: 'symptom', waitsFor: ['availability'], breaks: ['endpoints'] }, [
  { subject: deployment('api'), severity: 'critical' },
]);
const serviceDown = rule(
  'service-down',
  { role: 'symptom', waitsFor: ['endpoints'], breaks: ['route', 'dependency'] },
  [{ subject: service('api-svc'), severity: 'critical' }],
);
const ingressDown = rule('ingress-down', { role: 'symptom', waitsFor: ['route'] }, [
  { subject: ingress('api-ing'), severity: 'critical' },
]);
const badImage = (said: Partial<Said> = {}): Analyzer =>
  rule('bad-image', { breaks: ['image'] }, [{ subject: deployment('api'), ...said }]);

function run(...analyzers: readonly Analyzer[]): Report {
  return diagnose(cluster, { analyzers });
}

function told({ diagnoses }: Report): readonly string[] {
  return diagnoses.map(({ rule: id, rootCause }) => `${id} ${formatRef(rootCause)}`);
}

describe('causes', () => {
  test('a fault explains through pods, ReplicaSet, Deployment and Service up to the Ingress', () => {
    const report = run(podDown(POD, 'api-abc12-x2'), deploymentDown, serviceDown, ingressDown, badImage());
    expect(told(report)).toEqual(['bad-image Deployment/prod/api']);
    expect(report.unexplained).toEqual([]);
    expect(report.diagnoses[0]?.traces[0]?.chain.map((link) => formatRef(link))).toEqual([
      'Ingress/prod/api-ing',
      'Service/prod/api-svc',
      'Deployment/prod/api',
      'ReplicaSet/prod/api-abc12',
      'Pod/prod/api-abc12-x1',
    ]);
    expect(report.diagnoses[0]?.symptoms.map(({ rule: id, count }) => `${id} ${count}`)).toEqual([
      'deployment-down 1',
      'ingress-down 1',
      'pod-down 2',
      'service-down 1',
    ]);
  });

  test('a fault that breaks another mechanism explains nothing', () => {
    const report = run(podDown(POD), rule('no-node', { breaks: ['scheduling'] }, [{ subject: deployment('api') }]));
    expect(told(report)).toEqual(['no-node Deployment/prod/api']);
    expect(report.unexplained.map(({ rule: id }) => id)).toEqual(['pod-down']);
  });

  test('a finding narrows what it waits for', () => {
    const narrow = rule('pod-down', { role: 'symptom', waitsFor: ['image', 'container-exit'] }, [
      { subject: pod(POD), waitsFor: ['container-exit'] },
    ]);
    expect(run(narrow, badImage()).unexplained).toHaveLength(1);
  });

  test('a fault made from some pods does not explain the others', () => {
    const report = run(podDown(POD, 'api-abc12-x2'), badImage({ affects: [pod(POD)] }));
    expect(report.unexplained.map(({ resource }) => formatRef(resource))).toEqual(['Pod/prod/api-abc12-x2']);
  });

  test('what the evidence names needs no relation of the graph', () => {
    const named = rule('pod-down', { role: 'symptom', waitsFor: ['container-config'] }, [
      { subject: pod(POD), because: [{ ref: secret('db'), mechanism: 'container-config' }] },
    ]);
    expect(
      told(run(named, rule('secret-missing', { breaks: ['container-config'] }, [{ subject: secret('db') }]))),
    ).toEqual(['secret-missing Secret/prod/db']);
  });

  test('a fault that waits for another is a root only while nothing explains it', () => {
    const crash = rule('crash', { waitsFor: ['dependency'], breaks: ['container-exit'] }, [
      { subject: deployment('api'), because: [{ ref: service('db'), mechanism: 'dependency' }] },
    ]);
    const gone = rule('service-gone', { breaks: ['dependency'] }, [{ subject: service('db') }]);
    expect(told(run(podDown(POD), crash))).toEqual(['crash Deployment/prod/api']);
    expect(told(run(podDown(POD), crash, gone))).toEqual(['service-gone Service/prod/db']);
  });

  test('an inferred cause that began after its effect is none', () => {
    const crash = rule('crash', { waitsFor: ['dependency'] }, [
      {
        subject: deployment('api'),
        since: '2026-11-20T10:00:00Z',
        because: [{ ref: service('db'), mechanism: 'dependency' }],
      },
    ]);
    const late = rule('service-gone', { breaks: ['dependency'] }, [
      { subject: service('db'), since: '2026-11-20T11:00:00Z' },
    ]);
    expect(run(crash, late).diagnoses).toHaveLength(2);
  });

  test('faults that explain each other stand together, the earlier one for both', () => {
    const mutual = rule('crash', { waitsFor: ['dependency'], breaks: ['dependency'] }, [
      {
        subject: deployment('a'),
        since: '2026-11-20T10:00:30Z',
        because: [{ ref: deployment('b'), mechanism: 'dependency' }],
      },
      {
        subject: deployment('b'),
        since: '2026-11-20T10:00:00Z',
        because: [{ ref: deployment('a'), mechanism: 'dependency' }],
      },
    ]);
    expect(told(run(mutual))).toEqual(['crash Deployment/prod/b']);
  });

  test('a hint is dropped where a proved fault explains the same, and stands where it is alone', () => {
    const hint = rule('hint', { breaks: ['image'] }, [
      { subject: service('mirror'), confidence: 0.4, affects: [pod(POD)] },
    ]);
    expect(told(run(podDown(POD), badImage(), hint))).toEqual(['bad-image Deployment/prod/api']);
    expect(told(run(podDown(POD), hint))).toEqual(['hint Service/prod/mirror']);
  });

  test('alternatives are one diagnosis that names the others', () => {
    const either = (name: string): Said => ({
      subject: ref('Node', undefined, name),
      affects: [pod(POD)],
      tie: 'one pod',
    });
    const { diagnoses } = run(
      podDown(POD),
      rule('cordoned', { breaks: ['image'] }, [either('b'), either('a'), either('c')]),
    );
    expect(diagnoses.map(({ rootCause }) => formatRef(rootCause))).toEqual(['Node/a']);
    expect(diagnoses[0]?.notes).toContain(
      'The same holds for Node/b, Node/c, which are told here as well: to repair any one of them is enough.',
    );
  });

  test('two faults in the way of one pod are two diagnoses that name each other', () => {
    const config = rule('secret-missing', { breaks: ['image'] }, [{ subject: secret('db'), affects: [pod(POD)] }]);
    const { diagnoses } = run(podDown(POD), badImage(), config);
    expect(diagnoses.map(({ contributing }) => contributing)).toEqual([[diagnoses[1]?.id], [diagnoses[0]?.id]]);
    expect(diagnoses[0]?.remaining).toEqual([
      `Repairing this alone is not enough for all: ${diagnoses[1]?.message ?? ''}.`,
    ]);
  });
});

test('a pod that cannot pull its image is told what it will meet next', () => {
  const held = shop('api', ['x1']).map((object) => {
    if (object['kind'] !== 'Pod') return object;
    const containerStatuses = [{ name: 'main', ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }];
    const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'a' } } }];
    const spec = { nodeName: 'worker-1', containers: [{ name: 'main', image: 'x', env }] };
    return { ...object, spec, status: { phase: 'Pending', containerStatuses } };
  });
  const pulling = rule('pulling', { role: 'symptom', waitsFor: ['image'], breaks: ['readiness'] }, [
    { subject: pod('api-abc12-x1') },
  ]);
  const latent = rule('secret-missing', { breaks: ['container-config'] }, [
    { subject: secret('db'), severity: 'info' },
  ]);
  const { diagnoses } = diagnose(snapshotOf(held), { analyzers: [pulling, badImage(), latent] });
  expect(diagnoses.map(({ rule: id, remaining }) => [id, remaining])).toEqual([
    ['bad-image', ['Next in the way, once this is repaired: secret-missing of db.']],
    ['secret-missing', []],
  ]);
});

describe('unexplained symptoms', () => {
  test('only the innermost is told, with what was looked for and how bad it is', () => {
    const report = run(podDown(POD, 'api-abc12-x2'), deploymentDown, serviceDown);
    expect(report.diagnoses).toEqual([]);
    expect(report.unexplained).toMatchObject([{ rule: 'pod-down', severity: 'critical', count: 2 }]);
    expect(report.unexplained[0]?.checked).toHaveLength(2);
  });
});

describe('severity', () => {
  test('is the worst harm to a workload, not what one of its pods suffers', () => {
    expect(run(podDown(POD), deploymentDown, badImage({ severity: 'warning' })).diagnoses[0]?.severity).toBe(
      'critical',
    );
  });

  test('is the word of the rule where only pods are hit', () => {
    expect(run(podDown(POD), badImage({ severity: 'info' })).diagnoses[0]?.severity).toBe('info');
  });

  test('is a warning while the workload has all the pods that it wants', () => {
    const serving = shop('api', ['x1', 'x2']).map((object) =>
      object['kind'] === 'Deployment' ? { ...object, status: { availableReplicas: 2 } } : object,
    );
    const analyzers = [podDown(POD), badImage({ severity: 'critical' })];
    expect(diagnose(snapshotOf(serving), { analyzers }).diagnoses[0]?.severity).toBe('warning');
    expect(diagnose(cluster, { analyzers }).diagnoses[0]?.severity).toBe('critical');
  });

  test('comes before impact in fix order', () => {
    const small = rule('small', { breaks: ['image'] }, [{ subject: secret('x'), severity: 'critical' }]);
    const report = run(podDown(POD, 'api-abc12-x2'), badImage(), small);
    expect(told(report)).toEqual(['small Secret/prod/x', 'bad-image Deployment/prod/api']);
    expect(report.diagnoses[1]?.impact.score).toBeGreaterThan(report.diagnoses[0]?.impact.score ?? 0);
  });
});

describe('analyzers', () => {
  test('one that throws is reported and the others go on', () => {
    const broken: Analyzer = {
      ...badImage(),
      meta: { ...badImage().meta, id: 'broken' },
      *analyze() {
        yield* [];
        throw new TypeError('cannot read x');
      },
    };
    const report = run(broken, badImage());
    expect(report.failures).toEqual([{ rule: 'broken', reason: 'cannot read x' }]);
    expect(told(report)).toEqual(['bad-image Deployment/prod/api']);
  });

  test('one that speaks for another rule is reported', () => {
    const liar = rule('liar', { breaks: ['image'] }, [{ subject: pod(POD), rule: 'bad-image' }]);
    expect(run(liar).failures).toEqual([{ rule: 'liar', reason: 'yields a finding of another rule: bad-image' }]);
  });
});

describe('scope', () => {
  test('a target keeps what concerns it, its pods and what routes to it', () => {
    const analyzers = [podDown(POD), badImage(), rule('other', { breaks: ['image'] }, [{ subject: secret('far') }])];
    expect(told(diagnose(cluster, { analyzers, target: pod(POD) }))).toEqual(['bad-image Deployment/prod/api']);
    expect(told(diagnose(cluster, { analyzers, target: service('api-svc') }))).toEqual([
      'bad-image Deployment/prod/api',
    ]);
    expect(told(diagnose(cluster, { analyzers, target: secret('far') }))).toEqual(['other Secret/prod/far']);
  });

  test('a namespace keeps cluster-wide causes of what fails in it', () => {
    const node = rule('node-gone', { breaks: ['image'] }, [{ subject: ref('Node', undefined, 'worker-1') }]);
    expect(told(diagnose(cluster, { analyzers: [podDown(POD), node], namespace: 'prod' }))).toEqual([
      'node-gone Node/worker-1',
    ]);
    expect(told(diagnose(cluster, { analyzers: [podDown(POD), node], namespace: 'dev' }))).toEqual([]);
  });

  test('a healthy target is proved healthy', () => {
    const { health } = diagnose(cluster, { analyzers: [badImage()], target: secret('none') });
    expect(health).toEqual([]);
    const proof = diagnose(cluster, { analyzers: [], target: deployment('api') }).health;
    expect(proof.map(({ name }) => name)).toContain('traffic');
  });
});

test('impact counts pods, their workload, the Service left without endpoints and its Ingress', () => {
  const report = run(podDown(POD, 'api-abc12-x2'), serviceDown, deploymentDown, badImage());
  const impact = report.diagnoses[0]?.impact;
  expect([impact?.pods.length, impact?.deployments.length, impact?.services.length, impact?.ingresses.length]).toEqual([
    2, 1, 1, 1,
  ]);
  // severity 3 x confidence 0.99 x (1 + 2 pods + 4 x 1 service + 3 x 1 deployment + 2.5 x 1 ingress)
  expect(impact?.score).toBe(37.13);
});

describe('fingerprint', () => {
  const idOf = (objects: ReturnType<typeof shop>, name: string): string | undefined =>
    diagnose(snapshotOf(objects), { analyzers: [rule('bad-pod', { breaks: ['image'] }, [{ subject: pod(name) }])] })
      .diagnoses[0]?.id;

  test('is the same for a new pod of the same workload', () => {
    const before = idOf(shop('api', ['x1']), 'api-abc12-x1');
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(idOf(shop('api', ['z9'], 'def34'), 'api-def34-z9')).toBe(before);
  });

  test('differs by discriminator', () => {
    const ids = run(
      rule('key', { breaks: ['image'] }, [
        { subject: secret('db'), discriminator: 'a' },
        { subject: secret('db'), discriminator: 'b' },
      ]),
    ).diagnoses.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });
});
