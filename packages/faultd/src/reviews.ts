import { type Json, type User } from './plan.ts';
import { json, plain, type Reply } from './reply.ts';
import { type ApiRequest, type Route } from './request.ts';
import { resourceName, type Resource } from './resources.ts';

interface Attributes {
  readonly verb?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** The reviews with which someone asks about himself; every other POST is refused. */
export function review({ body }: ApiRequest, { segments }: Route, user: User, resources: readonly Resource[]): Reply {
  const given = JSON.parse(body ?? '{}') as Json;
  const spec = (given['spec'] ?? {}) as { readonly resourceAttributes?: Attributes; readonly namespace?: string };
  switch (segments.at(-1) ?? '') {
    case 'selfsubjectaccessreviews':
      return json(201, { ...given, status: { allowed: isAllowed(user, spec.resourceAttributes ?? {}) } });
    case 'selfsubjectrulesreviews':
      return json(201, { ...given, status: rulesOf(user, spec.namespace, resources) });
    case 'selfsubjectreviews':
      return json(201, { ...given, status: { userInfo: { username: user.name, groups: user.groups ?? [] } } });
    default:
      return plain(403, 'text/plain', 'this server never writes');
  }
}

function isAllowed(user: User, attributes: Attributes): boolean {
  const { verb = '', group = '', resource = '', subresource = '', namespace, name } = attributes;
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  return user.may(verb, group === '' ? full : `${full}.${group}`, namespace || undefined, name || undefined);
}

function rulesOf(user: User, namespace: string | undefined, resources: readonly Resource[]): Json {
  const resourceRules = resources.flatMap((resource) => {
    const verbs = ['get', 'list'].filter((verb) => user.may(verb, resourceName(resource), namespace, undefined));
    return verbs.length === 0 ? [] : [{ verbs, apiGroups: [resource.group], resources: [resource.resource] }];
  });
  return { resourceRules, nonResourceRules: [], incomplete: false };
}
