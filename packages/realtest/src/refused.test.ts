import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Manifest } from './api-client.ts';
import { controlPlaneAssets } from './assets.ts';
import { kubectlOf, type Kubectl } from './kubectl.ts';
import { reportOf } from './read-json.test.support.ts';
import { NO_CONTROL_PLANE, real } from './real.test.support.ts';
import { kroot } from './run-kroot.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/check/manifest-refused');
const NAMESPACE = 'refused';
const assets = controlPlaneAssets(process.env);
const LABELS = { app: 'a' };
const CLUSTER_WIDE: ReadonlySet<string> = new Set(['Namespace', 'PriorityClass', 'IngressClass']);
/** Folders are for kustomize, which changes what is in them. */
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const scratch = mkdtempSync(join(tmpdir(), 'kroot-refused-'));

/** What the server says of text in the place of another type, before it looks at fields. */
const UNREADABLE = /cannot unmarshal (?:number|bool) into Go struct field|quantities must match the regular expression/;

interface Told {
  readonly line: number;
  readonly message: string;
  readonly paths: readonly string[];
}

/** What kroot finds in a file. */
async function told(file: string): Promise<readonly Told[]> {
  const { diagnoses } = reportOf(await kroot(['check', '-q', '-f', file, '-o', 'json', '--fail-on', 'never']));
  return diagnoses
    .filter(({ rule }) => rule === 'manifest-refused')
    .map(({ evidence, location, message }) => ({
      line: location?.line ?? 0,
      message,
      // As the server writes them.
      paths: evidence.flatMap(({ path }) => path?.replaceAll(/\["([^"]*)"\]/g, '[$1]') ?? []),
    }));
}

/** The fields that an answer names. */
function fieldsIn(answer: string): readonly string[] {
  const kinds = 'Invalid value|Required value|Duplicate value|Not found|Forbidden|Unsupported value|Too long';
  return [...answer.matchAll(new RegExp(`(\\S+): (?:${kinds})`, 'g'))].map(([, field = '']) => field);
}

function isAbout(field: string, path: string): boolean {
  return field === path || isBelow(field, path) || isBelow(path, field);
}

function isBelow(path: string, above: string): boolean {
  return path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
}

/** The documents of a file in the namespace of this test, with the lines that they begin and end on. */
function documentsOf(
  text: string,
): readonly { readonly text: string; readonly first: number; readonly last: number }[] {
  let first = 1;
  return text.split(/^---\n/m).map((part) => {
    const begin = first;
    first += part.split('\n').length;
    return { text: part.replace(/^ {2}namespace: .*$/m, `  namespace: ${NAMESPACE}`), first: begin, last: first - 1 };
  });
}

describe.skipIf(NO_CONTROL_PLANE || 'reason' in assets)('what manifest-refused tells, asked of a real server', () => {
  let kubectl: Kubectl | undefined;

  const create = async (text: string, validate: 'ignore' | 'strict'): Promise<string> => {
    if (kubectl === undefined) throw new Error('no kubectl');
    const args = ['create', '--dry-run=server', `--validate=${validate}`, '-f', '-'];
    const { code, stderr } = await kubectl.run(args, text);
    // What it takes it may still warn of.
    return code === 0 ? '' : stderr;
  };

  beforeAll(async () => {
    if ('reason' in assets) return;
    const { api, plane } = real();
    kubectl = kubectlOf(join(assets.folder, 'kubectl'), plane.admin, plane.folder);
    const metadata = { name: 'default', namespace: NAMESPACE };
    await api.create(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    );
  });

  afterAll(async () => {
    rmSync(scratch, { recursive: true, force: true });
    if ('reason' in assets) return;
    await real().api.remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  });

  it.each(files.filter((name) => name.startsWith('fires')))('%s', async (name) => {
    const file = join(FOLDER, name);
    const found = await told(file);
    expect(found).not.toEqual([]);
    for (const { first, last, text } of documentsOf(readFileSync(file, 'utf8'))) {
      const here = found.filter(({ line }) => line >= first && line <= last);
      const answer = await create(text, 'ignore');
      const fields = fieldsIn(answer);
      expect({ text, refused: answer !== '' }).toEqual({ text, refused: here.length > 0 });
      if (UNREADABLE.test(answer)) continue;
      // Each finding is a field that the server names, and no field is left over.
      const unproved = here.filter(({ paths }) => !fields.some((field) => paths.some((path) => isAbout(field, path))));
      const untold = fields.filter((field) => !here.some(({ paths }) => paths.some((path) => isAbout(field, path))));
      expect({ answer, unproved, untold }).toEqual({ answer, unproved: [], untold: [] });
    }
  });

  it.each(files.filter((name) => name.startsWith('silent')))('%s', async (name) => {
    expect(await told(join(FOLDER, name))).toEqual([]);
    for (const { text } of documentsOf(readFileSync(join(FOLDER, name), 'utf8')))
      expect(await create(text, 'strict')).toBe('');
  });

  it('refuses each value of fires-numbers by itself', async () => {
    const right = readFileSync(join(FOLDER, 'silent-numbers.yaml'), 'utf8').split('\n');
    const wrong = readFileSync(join(FOLDER, 'fires-numbers.yaml'), 'utf8').split('\n');
    const lines = right.flatMap((line, i) => (line === wrong[i] ? [] : [i]));
    expect(lines).toHaveLength((await told(join(FOLDER, 'fires-numbers.yaml'))).length);
    for (const at of lines) {
      const text = right.with(at, wrong[at] ?? '').join('\n');
      const answers = await Promise.all(documentsOf(text).map(async (part) => create(part.text, 'ignore')));
      expect(answers.filter((answer) => answer !== '')).toEqual([expect.stringMatching(UNREADABLE)]);
    }
  });

  it.each<[what: string, values: readonly string[], make: (value: string, i: number) => Manifest]>([
    [
      'schedules',
      listed(
        '* * * * *|*/5 * * * *|0 0 1,15 * ?|0 3 * JAN-mar Mon-FRI|0 0 * * 0|0/15 * * * *',
        '5/70 * * * *|@daily|@midnight|@yearly|@annually|@every 1h30m|@every 1.5h|@every -5s',
        '@every 0|+5 * * * *|  0 3 * * *  |0\t3 * * *|, * * * *|1,, * * * *|*-5 * * * *',
        '?/2 * * * *|0 0 31 2 *|00 007 * * *|0 0 * * 7|0 0 * * mon-sun|60 * * * *|* 24 * * *',
        '0 0 0 * *|0 0 32 * *|0 0 * 0 *|0 0 * 13 *|* * * *|0 * * * * *|*/0 * * * *|5-1 * * * *',
        '1-2-3 * * * *|*/5/5 * * * *|*/x * * * *|a * * * *|@reboot|@Daily|@every|@every 1',
        '@every 1d|@every  5m| @daily|0 0 L * *|0 0 * * MON#1|1- * * * *|-1 * * * *|1.5 * * * *',
        '0 0 ? * sunday|@every 5m extra|* * * * * 2026|0 0 1W * *|/5 * * * *|*/ * * * *',
      ),
      (schedule, i) => cronJob(i, { schedule }),
    ],
    [
      'quantities',
      listed(
        '1|0|0.5|.5|1.|100m|1Gi|1G|1g|1GB|1Gb|512MB|512 Mi| 1Gi |1K|1k|1Ki|1KI|1e3|1E3|1E|1e|1e+3',
        '+1|-1|1,5|1_000|0x10|one|1mi|1M|1u|1n|.|-|12Ei|1Ti|1i|| |+|-.|m|Mi|-E|e3|1.5.5|--1|1Gi.',
        '１|.e-3|E5',
      ),
      (memory, i) => job(i, { resources: { limits: { memory } } }),
    ],
    [
      'names of ports',
      listed('http|a|8080|8080-tcp|exactly-15-long|longer-than-15-c|Http|my_port|a--b|-a|a-|a.b|é'),
      (name, i) => job(i, { ports: [{ name, containerPort: 8080 }] }),
    ],
    [
      'names of containers',
      ['app', '0', 'my-app', 'my_app', 'my.app', 'My-app', '-app', 'app-', 'a'.repeat(63), 'a'.repeat(64)],
      (name, i) => job(i, { name }),
    ],
    [
      'values of labels',
      [
        '',
        'a',
        'A_b.c-d',
        '1.0',
        '-a',
        'a-',
        'a b',
        'a/b',
        'a:b',
        'a@b',
        'a+b',
        'x'.repeat(63),
        'x'.repeat(64),
        'ü',
        '(none)',
      ],
      (value, i) => ({ ...budget(`a${i}`), metadata: { name: `a${i}`, namespace: NAMESPACE, labels: { value } } }),
    ],
    [
      'names of Services',
      ['web', 'web-1', 'web.shop', 'web_1', 'Web', '-web', 'web-', 'w'.repeat(63), 'w'.repeat(64)],
      (name) => service(name),
    ],
    ...[
      ...['ConfigMap', 'Secret', 'ServiceAccount', 'LimitRange', 'ResourceQuota'].map((kind) => ['v1', kind] as const),
      ...['v1/Namespace', 'scheduling.k8s.io/v1/PriorityClass'].map((type) => splitType(type)),
      ...['networking.k8s.io/v1/IngressClass', 'networking.k8s.io/v1/NetworkPolicy'].map((type) => splitType(type)),
    ].map(([apiVersion, kind]): [string, readonly string[], (value: string, i: number) => Manifest] => [
      `names of ${kind}`,
      ['a', '0', 'a-b', 'a.b', 'a_b', 'A', 'a..b', '-a', 'a.', 'a:b', 'a'.repeat(63)],
      (name) => ({
        apiVersion,
        kind,
        metadata: { name, ...(CLUSTER_WIDE.has(kind) ? {} : { namespace: NAMESPACE }) },
        ...(kind === 'PriorityClass' && { value: 1 }),
        ...(kind === 'NetworkPolicy' && { spec: { podSelector: {} } }),
        ...(kind === 'LimitRange' && { spec: { limits: [] } }),
        ...(kind === 'IngressClass' && { spec: { controller: 'example.com/a' } }),
      }),
    ]),
    ...(
      [
        [
          'apps/v1',
          'Deployment',
          { selector: { matchLabels: LABELS }, template: template({ metadata: { labels: LABELS } }) },
        ],
        [
          'apps/v1',
          'DaemonSet',
          { selector: { matchLabels: LABELS }, template: template({ metadata: { labels: LABELS } }) },
        ],
        [
          'apps/v1',
          'ReplicaSet',
          { selector: { matchLabels: LABELS }, template: template({ metadata: { labels: LABELS } }) },
        ],
        ['v1', 'ReplicationController', { selector: LABELS, template: template({ metadata: { labels: LABELS } }) }],
        ['v1', 'Pod', template({}).spec],
        ['batch/v1', 'Job', { template: template({ restartPolicy: 'Never' }) }],
        [
          'batch/v1',
          'CronJob',
          { schedule: '@daily', jobTemplate: { spec: { template: template({ restartPolicy: 'Never' }) } } },
        ],
        [
          'autoscaling/v2',
          'HorizontalPodAutoscaler',
          { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, maxReplicas: 2 },
        ],
        ['networking.k8s.io/v1', 'Ingress', { defaultBackend: { service: { name: 'a', port: { number: 80 } } } }],
        [
          'v1',
          'PersistentVolumeClaim',
          { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        ],
      ] as const
    ).map(([apiVersion, kind, spec]): [string, readonly string[], (value: string, i: number) => Manifest] => [
      `names of ${kind}`,
      ['a', '0', 'a-b', 'a.b', 'a_b', 'A', 'a..b', '-a', 'a.', 'a:b', 'a'.repeat(52)],
      (name) => ({ apiVersion, kind, metadata: { name, namespace: NAMESPACE }, spec }),
    ]),
    [
      'names of PodDisruptionBudgets, which it does not look at, and values of their labels',
      ['a', 'a_b', 'A', '-a'],
      (name) => ({ ...budget(name), metadata: { name, namespace: NAMESPACE, labels: { name } } }),
    ],
    [
      'lengths of names of CronJobs',
      ['a'.repeat(52), 'a'.repeat(53)],
      (name) => ({ ...cronJob(0, { schedule: '@daily' }), metadata: { name, namespace: NAMESPACE } }),
    ],
  ])('agrees on %s', async (what, values, make) => {
    const { api } = real();
    const objects = values.map((value, i) => make(value, i));
    const file = join(scratch, `${what.replaceAll(' ', '-')}.yaml`);
    writeFileSync(file, objects.map((object) => `${JSON.stringify(object)}\n`).join('---\n'));
    const lines = new Set((await told(file)).map(({ line }) => line));
    const refused = await Promise.all(objects.map(async (object) => api.refusal(object)));
    const differing = values
      .map((value, i) => ({ value, told: lines.has(2 * i + 1), refused: refused[i] }))
      .filter((each) => each.told !== (each.refused !== undefined));
    expect(refused).toContain(undefined);
    expect(lines.size).toBeGreaterThan(0);
    expect(differing).toEqual([]);
  });
});

function splitType(type: string): readonly [string, string] {
  const slash = type.lastIndexOf('/');
  return [type.slice(0, slash), type.slice(slash + 1)];
}

function budget(name: string): Manifest {
  const metadata = { name, namespace: NAMESPACE };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { maxUnavailable: 1 } };
}

/** Values that hold no bar. */
function listed(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split('|'));
}

function service(name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: { ports: [{ port: 80 }] },
  };
}

function template({ metadata, restartPolicy }: { readonly metadata?: unknown; readonly restartPolicy?: string }): {
  readonly metadata?: unknown;
  readonly spec: unknown;
} {
  const spec = {
    containers: [{ name: 'a', image: 'registry.example.com/a:1' }],
    ...(restartPolicy !== undefined && { restartPolicy }),
  };
  return { ...(metadata !== undefined && { metadata }), spec };
}

function job(i: number, container: Readonly<Record<string, unknown>>): Manifest {
  const containers = [{ name: 'a', image: 'registry.example.com/a:1', ...container }];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `a${i}`, namespace: NAMESPACE },
    spec: { template: { spec: { restartPolicy: 'Never', containers } } },
  };
}

function cronJob(i: number, spec: Readonly<Record<string, unknown>>): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: `a${i}`, namespace: NAMESPACE },
    spec: { ...spec, jobTemplate: { spec: job(i, {})['spec'] } },
  };
}
