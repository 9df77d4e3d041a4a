import { ref, type PodSpec, type ResourceRef, type Snapshot } from '@kroot/types';
import { expandShell, expandVariables, knownVariables, type KnownVariable } from './container-env.ts';
import { hostWords, type HostWord } from './host-words.ts';
import { memoize } from './memo.ts';
import { podContainers, type PodContainer } from './pod-references.ts';
import { serviceNamed, type ServiceName } from './service-names.ts';
import { waitTargets } from './wait-commands.ts';

/** A place where a pod's settings name a Service. */
export interface ServiceReference {
  readonly service: ResourceRef;
  readonly port?: number;
  /** Field path below the pod (or template): `spec.containers[0].env[2].value`. */
  readonly path: string;
  /** What names it, without user and password: `http://orders:8080`. */
  readonly text: string;
  readonly exists: 'present' | 'absent' | 'unknown';
  /** The text can mean nothing else. False where another DNS might know the name. */
  readonly certain: boolean;
  readonly container: string;
  readonly variable?: string;
  /** The ConfigMap that holds the value. */
  readonly configMap?: ResourceRef;
  /** A start-up script waits for it. */
  readonly waits?: true;
}

/** How much a place says about its words. */
interface Place {
  readonly path: string;
  readonly variable?: KnownVariable;
  /** A variable or option that is there to name a host: bare names count. */
  readonly forHosts: boolean;
  /** A name of no Service counts, too: as a URL or address, or also as a bare name. */
  readonly missing: 'never' | 'addressed' | 'bare';
  readonly waits?: true;
}

/** What is read of all texts of one template. */
const MAX_TOTAL = 262_144;
const HOST_VARIABLE = /(?:^PG|_)(?:HOST(?:NAME)?S?|ADDR(?:ESS(?:ES)?)?S?)$/;
const ADDRESS_VARIABLE = /_(?:UR[LI]S?|ENDPOINTS?|SERVICE|SERVERS?|BROKERS?)$/;
/** Where a server itself listens or what it calls itself. */
const OWN_VARIABLE = /(?:^|_)(?:BIND|LISTEN|ADVERTISED?|POD|NODE|EXTERNAL|PUBLIC)(?:_|$)/;
const HOST_OPTION = /(?:^|[-_.])(?:host|hostname|addr|address|server|endpoint|url|service)$/i;
/** Words that switch a setting off or on. */
const NO_HOSTS: ReadonlySet<string> = new Set([
  'auto',
  'default',
  'disabled',
  'enabled',
  'false',
  'none',
  'null',
  'true',
  'undefined',
]);

const known = memoize(
  () => new WeakMap<PodSpec, { readonly namespace: string; readonly found: readonly ServiceReference[] }>(),
);

/**
 * The Services that a pod's environment, commands and arguments name, in the order of its fields, each Service and port
 * once. Names of Services that do not exist count only where the text can hardly mean anything else.
 */
export function serviceReferences(snapshot: Snapshot, spec: PodSpec, namespace: string): readonly ServiceReference[] {
  const have = known(snapshot).get(spec);
  if (have?.namespace === namespace) return have.found;
  const found = new Map<string, ServiceReference>();
  let left = MAX_TOTAL;
  for (const container of podContainers(spec)) {
    if (container.role === 'ephemeral') continue;
    const variables = knownVariables(snapshot, container, namespace);
    for (const { place, words, length } of textsOf(container, variables, namespace)) {
      left -= length;
      if (left < 0) break;
      for (const word of words) {
        const reference = referenceOf(snapshot, spec, namespace, container, place, withPort(word, place, variables));
        if (reference === undefined) continue;
        const key = `${reference.service.namespace ?? ''}/${reference.service.name}:${reference.port ?? ''}`;
        const before = found.get(key);
        if (before === undefined || (before.waits === undefined && reference.waits === true)) found.set(key, reference);
      }
    }
  }
  const made = [...found.values()];
  known(snapshot).set(spec, { namespace, found: made });
  return made;
}

interface Text {
  readonly place: Place;
  readonly words: readonly HostWord[];
  readonly length: number;
}

function* textsOf(
  container: PodContainer,
  variables: ReadonlyMap<string, KnownVariable>,
  namespace: string,
): Iterable<Text> {
  for (const variable of variables.values()) {
    if (!/[a-z]/i.test(variable.value)) continue;
    yield { place: placeOf(variable), words: hostWords(variable.value), length: variable.value.length };
  }
  const script: { path: string; text: string }[] = [];
  for (const field of ['command', 'args'] as const) {
    for (const [i, raw] of (container.container[field] ?? []).entries()) {
      const path = `${container.path}.${field}[${i}]`;
      const text = expandShell(expandVariables(raw.slice(0, MAX_TOTAL), variables), variables, namespace);
      const before = script.at(-1)?.text ?? '';
      const forHosts = HOST_OPTION.test(text.includes('=') ? text.slice(0, text.indexOf('=')) : before);
      script.push({ path, text });
      yield { place: { path, forHosts, missing: 'never' }, words: hostWords(text), length: text.length };
    }
  }
  yield* waitsOf(container, script);
}

/** What the container waits for: an init container by any such command, another one in a loop. */
function* waitsOf({ role }: PodContainer, words: readonly { path: string; text: string }[]): Iterable<Text> {
  const scripts = words.filter(({ text }) => /\s/.test(text));
  const [first] = words;
  // A command without a shell is one command of many words.
  const commands =
    scripts.length > 0 || first === undefined
      ? scripts
      : [{ path: first.path, text: words.map(({ text }) => text).join(' ') }];
  for (const { path, text } of commands) {
    if (role !== 'init' && !/\buntil\b|\bwhile\s*!/.test(text)) continue;
    yield {
      place: { path, forHosts: true, missing: 'bare', waits: true },
      words: waitTargets(text),
      length: text.length,
    };
  }
}

function placeOf(variable: KnownVariable): Place {
  const name = plainName(variable.name);
  const own = OWN_VARIABLE.test(name);
  const host = HOST_VARIABLE.test(name);
  const forHosts = !own && (host || ADDRESS_VARIABLE.test(name));
  return { path: variable.path, variable, forHosts, missing: !forHosts ? 'never' : host ? 'bare' : 'addressed' };
}

/** DB_HOST for `db.host`, `db-host` and `dbHost`. */
function plainName(name: string): string {
  return name
    .slice(0, 253)
    .replaceAll(/([a-z0-9])(?=[A-Z])/g, '$1_')
    .replaceAll(/[.-]/g, '_')
    .toUpperCase();
}

/** DB_HOST=db beside DB_PORT=5432. */
function withPort(word: HostWord, { variable }: Place, variables: ReadonlyMap<string, KnownVariable>): HostWord {
  if (word.port !== undefined || variable === undefined || !/host(?:name)?$|addr(?:ess)?$/i.test(variable.name))
    return word;
  const stem = variable.name.replace(/(?:host(?:name)?|addr(?:ess)?)$/i, '');
  const value =
    variables.get(`${stem}PORT`)?.value ?? variables.get(`${stem}port`)?.value ?? variables.get(`${stem}Port`)?.value;
  return value !== undefined && /^[1-9]\d{0,4}$/.test(value) ? { ...word, port: Number(value) } : word;
}

function referenceOf(
  snapshot: Snapshot,
  spec: PodSpec,
  namespace: string,
  { container }: PodContainer,
  place: Place,
  word: HostWord,
): ServiceReference | undefined {
  const name = serviceNamed(snapshot, word.host, namespace);
  if (name === undefined) return undefined;
  const counts =
    name.exists === 'present' ? namesService(name, word, place) : mayMiss(snapshot, spec, name, word, place);
  if (!counts) return undefined;
  return {
    service: name.service,
    ...(word.port === undefined ? {} : { port: word.port }),
    path: place.path,
    text: word.text,
    exists: name.exists,
    certain: name.exists === 'present' || name.form === 'svc' || (name.form === 'label' && onlyClusterDns(spec)),
    container: container.name,
    ...(place.variable === undefined ? {} : { variable: place.variable.name }),
    ...(place.variable?.configMap === undefined ? {} : { configMap: place.variable.configMap }),
    ...(place.waits === undefined ? {} : { waits: place.waits }),
  };
}

/** Whether the word means the Service of this name: `APP=web` need not, and `redis:7` is an image unless the Service has port 7. */
function namesService({ form, object }: ServiceName, word: HostWord, place: Place): boolean {
  if (form !== 'label' || word.form === 'url' || place.forHosts) return true;
  return word.form === 'address' && (object?.spec?.ports ?? []).some(({ port }) => port === word.port);
}

function mayMiss(snapshot: Snapshot, spec: PodSpec, { form }: ServiceName, word: HostWord, place: Place): boolean {
  if (form === 'svc') return true;
  if (place.missing === 'never' || NO_HOSTS.has(word.host) || knownOtherwise(spec, word.host)) return false;
  if (isNode(snapshot, word.host)) return false;
  return place.missing === 'bare' || word.form !== 'name';
}

/** Names that the pod resolves without DNS: its own, and those of hostAliases. */
function knownOtherwise(spec: PodSpec, host: string): boolean {
  return spec.hostname === host || (spec.hostAliases ?? []).some(({ hostnames = [] }) => hostnames.includes(host));
}

/** Nodes often know each other by name: kind's CNI is told `kind-control-plane:6443`. */
function isNode(snapshot: Snapshot, host: string): boolean {
  return snapshot.lookup(ref('Node', undefined, host)).state === 'present';
}

/** A name without a dot can only be found in the cluster's search domains, unless the pod has others. */
function onlyClusterDns(spec: PodSpec): boolean {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  const cluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && spec.hostNetwork !== true);
  return cluster && (spec.dnsConfig?.searches ?? []).length === 0;
}
