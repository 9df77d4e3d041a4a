import {
  isPodEnd,
  nearNames,
  parseAddress,
  serviceNamed,
  type AskedPort,
  type EntryObject,
  type GoalPort,
  type PathGoal,
  type PathStart,
} from '@kroot/graph';
import { ref, type Ingress, type UntypedObject } from '@kroot/types';
import { builtinKindNamed } from '../targets.ts';
import { flowEnds } from './flow-end.ts';
import { QuestionError, type NamedWorld } from './named-world.ts';

const OUTSIDE: ReadonlySet<string> = new Set(['internet', 'outside']);
const GATEWAY = 'Gateway.gateway.networking.k8s.io';

/**
 * Reads who makes the request.
 * @throws QuestionError when there is no such object.
 */
export function pathStart(text: string, input: NamedWorld): PathStart {
  if (OUTSIDE.has(text)) return { type: 'outside' };
  const entry = entryNamed(text, input);
  if (entry !== undefined) return entry;
  return { type: 'ends', text: ownText(text, input), ends: flowEnds(text, input).ends };
}

/**
 * Reads where the request goes, as the one who makes it would understand the name.
 * @throws QuestionError when there is no such object, or the port is missing or none.
 */
export function pathGoal(text: string, from: PathStart, input: NamedWorld): PathGoal {
  const { host, port } = splitPort(text);
  const entry = entryNamed(host, input);
  if (entry !== undefined) return entry;
  const named = kindAndName(host, input);
  if (named?.kind === 'Service') {
    if (named.namespace === undefined)
      throw new QuestionError(`say in which namespace: svc/NAMESPACE/${named.name}, or -n`);
    return { type: 'service', service: ref('Service', named.namespace, named.name), port };
  }
  if (named !== undefined) return { ...numbered(text, port), ...endsOf(host, input) };
  return parseAddress(host) === undefined ? byName(text, host, port, from, input) : byAddress(text, host, port, input);
}

function endsOf(host: string, input: NamedWorld): Pick<Extract<PathGoal, { type: 'ends' }>, 'type' | 'text' | 'ends'> {
  return { type: 'ends', text: ownText(host, input), ends: flowEnds(host, input).ends };
}

function byAddress(text: string, host: string, port: GoalPort | undefined, input: NamedWorld): PathGoal {
  const service = input.snapshot
    .list('Service')
    .find(({ spec }) => (spec?.clusterIPs ?? []).concat(spec?.clusterIP ?? '').includes(host));
  if (service !== undefined) {
    const { namespace, name } = service.metadata;
    return { type: 'service', service: ref('Service', namespace, name), port, byAddress: true };
  }
  return { ...numbered(text, port), ...endsOf(host, input) };
}

/** A bare name is what DNS makes of it for the client; else a pod, else a host outside. */
function byName(text: string, host: string, port: GoalPort | undefined, from: PathStart, input: NamedWorld): PathGoal {
  const namespace = clientNamespace(from, input);
  const name = serviceNamed(input.snapshot, host.toLowerCase(), namespace ?? '');
  const service = name === undefined ? undefined : { type: 'service' as const, service: name.service, port };
  if (name?.exists === 'present' && service !== undefined) return service;
  const pods = input.snapshot.list('Pod', input.namespace).filter(({ metadata }) => metadata.name === host);
  if (pods.length > 0) return { ...numbered(text, port), ...endsOf(host, input) };
  // Nobody outside the cluster has a name of one label, or one that ends in .svc.
  if (service !== undefined && name?.form !== 'namespaced') return service;
  if (!host.includes('.'))
    throw new QuestionError(`there is no Service and no pod "${host}"; give svc/NAMESPACE/${host}, or -n`);
  return { type: 'host', host, ...numbered(text, port) };
}

function clientNamespace(from: PathStart, { namespace }: NamedWorld): string | undefined {
  if (from.type === 'ingress' || from.type === 'gateway') return from.object.metadata.namespace;
  const pod = from.type === 'ends' ? from.ends.map(({ end }) => end).find((end) => isPodEnd(end)) : undefined;
  return pod?.metadata.namespace ?? namespace;
}

interface Named {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

function kindAndName(text: string, { namespace }: NamedWorld): Named | undefined {
  const [first = '', second, third, ...more] = text.split('/');
  if (second === undefined || more.length > 0) return undefined;
  const kind = /^(?:gw|gtw|gateways?)$/i.test(first) ? GATEWAY : builtinKindNamed(first);
  if (kind === undefined) return undefined;
  return third === undefined ? { kind, namespace, name: second } : { kind, namespace: second, name: third };
}

/** `web-1` and `deploy/web` in full. */
function ownText(text: string, input: NamedWorld): string {
  if (parseAddress(text) !== undefined) return text;
  const named = kindAndName(text, input) ?? { kind: 'Pod', namespace: input.namespace, name: text };
  return [named.kind, named.namespace ?? '', named.name].filter((part) => part !== '').join('/');
}

function entryNamed(text: string, input: NamedWorld): EntryObject | undefined {
  const named = kindAndName(text, input);
  if (named?.kind === 'Ingress')
    return { type: 'ingress', object: one<Ingress>(text, named, input.snapshot.list('Ingress')) };
  if (named?.kind === GATEWAY)
    return { type: 'gateway', object: one<UntypedObject>(text, named, input.snapshot.list(GATEWAY)) };
  return undefined;
}

function one<T extends Ingress | UntypedObject>(text: string, { namespace, name }: Named, all: readonly T[]): T {
  const here = all.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  const [found, ...more] = here.filter(({ metadata }) => metadata.name === name);
  if (found !== undefined && more.length === 0) return found;
  if (found !== undefined)
    throw new QuestionError(`"${text}" is in several namespaces; choose one with KIND/NAMESPACE/NAME`);
  const near = nearNames(
    name,
    here.map(({ metadata }) => metadata.name),
    3,
  );
  throw new QuestionError(`there is no "${text}"${near.length === 0 ? '' : `; near it: ${near.join(', ')}`}`);
}

/** Splits `web:http`, `[::1]:443` and `10.0.0.1:53/udp`. */
function splitPort(text: string): { readonly host: string; readonly port: GoalPort | undefined } {
  const bracketed = /^\[(?<host>[^\]]*)\](?::(?<port>.*))?$/.exec(text)?.groups;
  if (bracketed !== undefined) return { host: bracketed['host'] ?? '', port: goalPort(text, bracketed['port']) };
  // An IPv6 address has colons of its own.
  if (parseAddress(text) !== undefined) return { host: text, port: undefined };
  const colon = text.lastIndexOf(':');
  if (colon === -1) return { host: text, port: undefined };
  return { host: text.slice(0, colon), port: goalPort(text, text.slice(colon + 1)) };
}

function goalPort(text: string, written: string | undefined): GoalPort | undefined {
  if (written === undefined) return undefined;
  const found = /^(?<port>[a-z0-9-]{1,15})(?:\/(?<protocol>tcp|udp|sctp))?$/i.exec(written)?.groups;
  const port = found?.['port'] ?? '';
  const number = Number(port);
  if (port === '' || (/^\d+$/.test(port) && (number < 1 || number > 65_535)))
    throw new QuestionError(
      `"${text}" has no port: give a number or a name of a port, such as svc/web:80, web:http or 10.0.0.1:53/udp`,
    );
  const protocol = found?.['protocol']?.toUpperCase();
  return { port: /^\d+$/.test(port) ? number : port, ...(protocol !== undefined && { protocol }) };
}

function numbered(text: string, port: GoalPort | undefined): AskedPort {
  if (typeof port?.port !== 'number')
    throw new QuestionError(`give "${text}" a port: a number, such as ${text.split(':')[0] ?? text}:8080`);
  return { port: port.port, protocol: port.protocol ?? 'TCP' };
}
