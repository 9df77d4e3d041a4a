import { aggregated, apiGroups, apiVersions, resourceList } from './discovery.ts';
import { strike } from './faults.ts';
import { type Fault, type Json, type ServerPlan, type User } from './plan.ts';
import { json, plain, type Reply } from './reply.ts';
import { type ApiRequest, type PodName, routeOf, type Route } from './request.ts';
import { apiVersionOf, resourceName, servedResources, type Resource } from './resources.ts';
import { review } from './reviews.ts';
import { forbidden, NO_RESOURCE, notFound, status, type Asked } from './status.ts';
import { decode, storeOf, type Store } from './store.ts';
import { asTable } from './table.ts';

/** The API server without a socket: answers requests, faults included. */
export interface FakeApi {
  handle(request: ApiRequest): Reply;
}

/** Everyone may do everything. */
const ADMIN: User = { name: 'kubernetes-admin', groups: ['system:masters'], may: () => true };
const AGGREGATED = 'as=APIGroupDiscoveryList';

/** Makes an API server of a plan. */
export function fakeApi(plan: ServerPlan): FakeApi {
  const resources = servedResources(plan.objects, plan.unserved ?? []);
  const store = storeOf(plan.objects, resources);
  const faults = (plan.faults ?? []).map((fault) => ({ fault, left: fault.times ?? Infinity }));
  const stale = new Set(faults.flatMap(({ fault }) => (fault.kind === 'group-unavailable' ? [fault.at] : [])));
  const server = { plan, resources, store, stale };

  function faultFor(route: Route): Fault | undefined {
    const token = route.query.get('continue');
    const page = token === null ? 1 : (decode(token)?.page ?? 1);
    const found = faults.find(({ fault, left }) => left > 0 && strikes(fault, route, page));
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }

  return {
    handle(request) {
      const route = routeOf(request.path, resources);
      const fault = faultFor(route);
      const own = answer(server, request, route);
      // Tells an answer of the API server from one of something in front of it.
      const reply = { ...own, headers: { ...own.headers, 'audit-id': '8f2c1f0e-0000-4000-8000-000000000000' } };
      const struck =
        fault === undefined ? reply : strike({ fault, reply, token: route.query.get('continue') ?? undefined });
      const skew = fault?.kind === 'clock-skew' ? (fault.seconds ?? 0) * 1000 : 0;
      const date = new Date((plan.now?.() ?? Date.now()) + skew).toUTCString();
      return { ...struck, headers: { date, ...struck.headers } };
    },
  };
}

function strikes(fault: Fault, { target, group, asked }: Route, page: number): boolean {
  if (fault.kind === 'group-unavailable') return asked !== undefined && group === fault.at;
  if (fault.at !== '*' && fault.at !== target) return false;
  return fault.page === undefined || (asked?.verb === 'list' && fault.page === page);
}

interface Server {
  readonly plan: ServerPlan;
  readonly resources: readonly Resource[];
  readonly store: Store;
  readonly stale: ReadonlySet<string>;
}

function answer(server: Server, request: ApiRequest, route: Route): Reply {
  const user = userOf(server.plan, request);
  if (user === undefined) return json(401, status(401, 'Unauthorized', 'Unauthorized'));
  if (request.method === 'POST') return review(request, route, user, server.resources);
  if (request.method !== 'GET')
    return json(405, status(405, 'MethodNotAllowed', 'the server does not allow this method'));
  if (route.target === 'version') {
    const gitVersion = server.plan.gitVersion ?? 'v1.34.1';
    return json(200, { major: '1', minor: gitVersion.split('.')[1], gitVersion, platform: 'linux/amd64' });
  }
  if (route.target === 'discovery') return discover(server, request, route.segments);
  if (route.log !== undefined) return containerLog(server, route, user, route.log);
  if (route.asked === undefined) return nothingThere(server, route);
  if (!user.may(route.asked.verb, resourceName(route.asked.resource), route.asked.namespace, route.asked.name))
    return json(403, forbidden(user.name, route.asked));
  return route.asked.name === undefined ? list(server, request, route, route.asked) : get(server, request, route.asked);
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
function containerLog({ plan }: Server, { query }: Route, user: User, { namespace, name }: PodName): Reply {
  if (!user.may('get', 'pods/log', namespace, name)) {
    const message = `pods "${name}" is forbidden: User "${user.name}" cannot get resource "pods/log" in API group "" in the namespace "${namespace}"`;
    return json(403, status(403, 'Forbidden', message));
  }
  const container = query.get('container') ?? '';
  const logs = new Map(Object.entries(plan.logs ?? {})).get(`${namespace}/${name}/${container}`);
  const wantsPrevious = query.get('previous') === 'true';
  const text = wantsPrevious ? logs?.previous : logs?.current;
  if (text === undefined) {
    const message = wantsPrevious
      ? `previous terminated container "${container}" in pod "${name}" not found`
      : `container "${container}" in pod "${name}" is waiting to start: ContainerCreating`;
    return json(400, status(400, 'BadRequest', message));
  }
  const lines = text.split('\n').slice(-1 - Number(query.get('tailLines') ?? text.length));
  return plain(200, 'text/plain', lines.join('\n').slice(0, Number(query.get('limitBytes') ?? text.length)));
}

/** A group that nobody serves ends in Go's own 404, a resource in a served one in a Status. */
function nothingThere({ resources }: Server, { group }: Route): Reply {
  const isKnown = resources.some((resource) => resource.group === group);
  return isKnown ? json(404, NO_RESOURCE) : plain(404, 'text/plain; charset=utf-8', '404 page not found\n');
}

function userOf({ users }: ServerPlan, { headers }: ApiRequest): User | undefined {
  if (users === undefined) return ADMIN;
  const token = headers['authorization']?.replace(/^Bearer /, '') ?? '';
  return Object.hasOwn(users, token) ? users[token] : undefined;
}

function discover({ plan, resources, stale }: Server, { headers }: ApiRequest, segments: readonly string[]): Reply {
  const [root, group, version] = segments;
  const isCore = root === 'api';
  if (segments.length === 1) {
    if (plan.discovery !== 'legacy' && headers['accept']?.includes(AGGREGATED) === true) {
      return json(200, aggregated(resources, isCore, stale), {
        'content-type': `application/json;g=apidiscovery.k8s.io;v=v2;${AGGREGATED}`,
      });
    }
    return json(200, isCore ? apiVersions() : apiGroups(resources));
  }
  const found = resourceList(resources, isCore ? '' : (group ?? ''), (isCore ? group : version) ?? '');
  if (found === undefined) return plain(404, 'text/plain; charset=utf-8', '404 page not found\n');
  return stale.has(group ?? '') ? plain(503, 'text/plain', 'service unavailable\n') : json(200, found);
}

function list({ store }: Server, { headers }: ApiRequest, { query }: Route, { resource, namespace }: Asked): Reply {
  if (query.has('fieldSelector') || query.has('labelSelector'))
    return json(400, status(400, 'BadRequest', 'this server knows no selectors'));
  const text = query.get('continue');
  const token = text === null ? undefined : decode(text);
  if (text !== null && token === undefined)
    return json(400, status(400, 'BadRequest', 'continue key is not valid: illegal base64 data'));
  const page = store.list(resource, namespace, token, Number(query.get('limit') ?? 0));
  const metadata = {
    resourceVersion: '4711',
    ...(page.next !== undefined && { continue: page.next, remainingItemCount: page.remaining }),
  };
  if (wantsTable(headers)) return json(200, asTable(resource.kind, metadata, page.objects));
  return json(200, {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: page.objects.map((object) => (resource.custom ? object : withoutType(object))),
  });
}

function get({ store }: Server, { headers }: ApiRequest, { resource, namespace, name }: Asked): Reply {
  const object = store.get(resource, namespace, name ?? '');
  if (object === undefined) return json(404, notFound(resource, name ?? ''));
  return json(200, wantsTable(headers) ? asTable(resource.kind, { resourceVersion: '4711' }, [object]) : object);
}

function wantsTable(headers: ApiRequest['headers']): boolean {
  return headers['accept']?.includes('as=Table') === true;
}

/** Items of built-in lists do not say what they are. */
function withoutType({ apiVersion: _apiVersion, kind: _kind, ...rest }: Json): Json {
  return rest;
}
