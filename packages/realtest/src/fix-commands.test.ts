import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command } from '@kroot/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, type Json, type Manifest } from './api-client.ts';
import { controlPlaneAssets } from './assets.ts';
import { type RunningControlPlane, startControlPlane } from './control-plane.ts';
import { customCollection, customKinds } from './custom-kinds.ts';
import { isTriable, looksOnly, repairsByFile, verbOf, type Repair } from './fix-commands.ts';
import { kubectlOf, type Kubectl } from './kubectl.ts';

const assets = controlPlaneAssets(process.env);

/** Objects are taken as they are in the fixtures: broken. Whether a change is valid is checked all the same. */
const AS_THEY_ARE = `--disable-admission-plugins=${[
  'DefaultStorageClass',
  'LimitRanger',
  'MutatingAdmissionWebhook',
  'PodSecurity',
  'Priority',
  'ResourceQuota',
  'RuntimeClass',
  'ServiceAccount',
  'StorageObjectInUseProtection',
  'ValidatingAdmissionWebhook',
].join(',')}`;

/** What the server says when the fixture does not hold the object, or the server did not take it. */
const NOT_THERE = /not found|NotFound|the server doesn't have a resource type/;

interface Outcome {
  readonly rule: string;
  readonly command: string;
  readonly result: 'accepted' | 'not possible' | 'rejected';
  readonly why: string;
}

describe.skipIf('reason' in assets)('a real server and the commands of every repair', () => {
  let running: RunningControlPlane | undefined;
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    if ('reason' in assets) return;
    running = await startControlPlane(assets.folder, [AS_THEY_ARE]);
    await running.api.create(...customKinds);
    const kubectl = kubectlOf(join(assets.folder, 'kubectl'), running.place.admin, running.place.folder);
    await served(kubectl);
    for (const [file, repairs] of repairsByFile())
      outcomes.push(...(await tryAll(kubectl, running.api, file, repairs)));
    process.stderr.write(table(outcomes));
  });

  afterAll(async () => running?.stop());

  it('takes each of them that it can be asked about', () => {
    expect(outcomes.filter(({ result }) => result === 'rejected')).toStrictEqual([]);
  });

  it('was asked about most of them', () => {
    const accepted = outcomes.filter(({ result }) => result === 'accepted').length;
    expect(accepted).toBeGreaterThan(outcomes.length / 2);
  });
});

async function served(kubectl: Kubectl): Promise<void> {
  for (let i = 0; i < 100; i += 1) {
    const { code } = await kubectl.run(['get', 'lamps.light.example.com,gateways.gateway.networking.k8s.io', '-A']);
    if (code === 0) return;
    await sleep(200);
  }
  throw new Error('the custom kinds are not served');
}

async function tryAll(
  kubectl: Kubectl,
  api: ApiClient,
  file: string,
  repairs: readonly Repair[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let made: readonly Manifest[] = [];
  for (const repair of repairs) {
    // What a repair of several commands did must not meet the next one.
    if (made.length === 0) made = await load(kubectl, api, file);
    outcomes.push(...(await tryRepair(kubectl, repair)));
    if (repair.commands.length === 1 && repair !== repairs.at(-1)) continue;
    await clear(api, made);
    for (const space of spacesOf(repair))
      await kubectl.run(['-n', space, 'delete', 'secrets,serviceaccounts', '--all', '--wait=false']);
    made = [];
  }
  return outcomes;
}

/** All that the server takes of a fixture, what others need first. */
async function load(kubectl: Kubectl, api: ApiClient, file: string): Promise<readonly Manifest[]> {
  const given = (await kubectl.objects(file)).toSorted((a, b) => depthOf(a) - depthOf(b));
  const names = new Set(given.flatMap(({ metadata: { namespace } }) => namespace ?? []));
  const spaces = [...names].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const made: Manifest[] = [];
  const uids = new Map<string, unknown>();
  for (const one of [...spaces, ...given]) {
    if (LEFT_OUT.has(one.kind)) continue;
    const sent = asNew(one, uids);
    const path = customCollection(one);
    try {
      if (path !== undefined) await api.send('POST', path, sent);
      else
        for (const { metadata } of await api.create(sent))
          uids.set(`${one.kind}/${one.metadata.name}`, metadata['uid']);
      made.push(one);
    } catch {
      // Some fixtures hold what no server would take; commands about it are told as not possible.
    }
  }
  return made;
}

/** Owners come before what they own. */
function depthOf({ kind }: Manifest): number {
  if (kind === 'Pod') return 2;
  return kind === 'ReplicaSet' || kind === 'Job' ? 1 : 0;
}

/** Events say nothing to commands; API services and definitions of fixtures are broken, which stops kubectl itself. */
const LEFT_OUT: ReadonlySet<string> = new Set(['Event', 'APIService', 'CustomResourceDefinition']);

/** An object as one would send it: without what a server has put into it, or gives out but once; owners by their new uid. */
function asNew(given: Manifest, uids: ReadonlyMap<string, unknown>): Manifest {
  const { name, namespace, labels, annotations } = given.metadata;
  const owners = ((given.metadata['ownerReferences'] ?? []) as readonly Json[]).map((owner) => ({
    ...owner,
    uid: uids.get(`${String(owner['kind'])}/${String(owner['name'])}`) ?? 'not-here',
  }));
  const kept = { name, namespace, labels, annotations, ownerReferences: owners };
  const metadata = Object.entries(kept).filter(([, value]) => value !== undefined);
  const fields = Object.entries(given).filter(([field]) => field !== 'status');
  const fresh = { ...Object.fromEntries(fields), metadata: Object.fromEntries(metadata) } as Manifest;
  if (given.kind === 'Secret' && given['type'] === 'kubernetes.io/dockerconfigjson')
    return { ...fresh, data: { '.dockerconfigjson': Buffer.from('{"auths":{}}').toString('base64') } };
  if (given.kind !== 'Service') return fresh;
  const spec = Object.entries(given['spec'] as Json).filter(([field]) => !field.startsWith('clusterIP'));
  return { ...fresh, spec: Object.fromEntries(spec) };
}

/** The namespaces in which a repair of several commands may have made something. */
function spacesOf({ commands }: Repair): readonly string[] {
  const spaces = commands.flatMap(({ argv }) => (argv[1] === '-n' && typeof argv[2] === 'string' ? [argv[2]] : []));
  return commands.length === 1 ? [] : [...new Set(spaces)];
}

async function clear(api: ApiClient, made: readonly Manifest[]): Promise<void> {
  for (const one of made.toReversed()) {
    // Without its controller a namespace stays for ever; the next fixture uses it again.
    if (one.kind === 'Namespace') continue;
    const path = customCollection(one);
    const removed = path === undefined ? api.remove(one) : api.send('DELETE', `${path}/${one.metadata.name}`);
    await removed.catch((error: unknown) => {
      if (!String(error).includes(': 404 ')) throw error;
    });
  }
}

/** Each command as the server sees it after those before it. */
async function tryRepair(kubectl: Kubectl, { rule, commands }: Repair): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [i, command] of commands.entries()) {
    if (looksOnly(command)) continue;
    outcomes.push({ rule, ...(await tryCommand(kubectl, command)) });
    if (i < commands.length - 1 && isTriable(command)) await kubectl.command(command);
  }
  return outcomes;
}

async function tryCommand(kubectl: Kubectl, command: Command): Promise<Omit<Outcome, 'rule'>> {
  const text = command.argv.map((word) => (typeof word === 'string' ? word : word.prefix)).join(' ');
  if (!isTriable(command)) return { command: text, result: 'not possible', why: `${verbOf(command)} cannot be tried` };
  if (text.includes(' customresourcedefinition/'))
    return { command: text, result: 'not possible', why: 'the definitions of fixtures are not loaded' };
  if (text.startsWith('kubectl create namespace'))
    return { command: text, result: 'not possible', why: 'the namespaces of fixtures are made beforehand' };
  const { code, stderr } = await kubectl.command(command, '--dry-run=server');
  const why = stderr.trim().replaceAll('\n', ' ');
  if (code === 0) return { command: text, result: 'accepted', why: '' };
  return { command: text, result: NOT_THERE.test(stderr) ? 'not possible' : 'rejected', why };
}

function table(outcomes: readonly Outcome[]): string {
  const count = (result: Outcome['result']): number => outcomes.filter((one) => one.result === result).length;
  const lines = outcomes
    .filter(({ result }) => result !== 'accepted')
    .map(({ rule, command, result, why }) => `  ${result}: ${rule}: ${command.slice(0, 140)}: ${why.slice(0, 200)}\n`);
  const head = `real: commands of repairs: ${count('accepted')} accepted, ${count('not possible')} not possible, ${count('rejected')} rejected\n`;
  return head + lines.join('');
}
