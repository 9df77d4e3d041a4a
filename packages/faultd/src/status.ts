import { type Json } from './plan.ts';
import { resourceName, type Resource } from './resources.ts';

/** A failure as the API server words it. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export function status(code: number, reason: string, message: string, more: Json = {}): Json {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code, ...more };
}

/** What a request is about. */
export interface Asked {
  readonly verb: 'get' | 'list';
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go: forbiddenMessage */
export function forbidden(user: string, { verb, resource, namespace, name }: Asked): Json {
  const full = resourceName(resource);
  const what = name === undefined ? full : `${full} "${name}"`;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message =
    `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource.resource}" ` +
    `in API group "${resource.group}" ${scope}`;
  return status(403, 'Forbidden', message, { details: detailsOf(resource, name) });
}

export function notFound(resource: Resource, name: string): Json {
  return status(404, 'NotFound', `${resourceName(resource)} "${name}" not found`, {
    details: detailsOf(resource, name),
  });
}

export const NO_RESOURCE: Json = status(404, 'NotFound', 'the server could not find the requested resource', {
  details: {},
});

/** k8s.io/apiserver/pkg/storage/etcd3/errors.go: the token with which the rest can be read, from another moment. */
export function expired(token: string | undefined): Json {
  const message =
    token === undefined
      ? 'The resourceVersion for the provided list is too old.'
      : 'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
        'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
        'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
        'deleted between the time the first chunk was returned and now may show up in the list.';
  return status(410, 'Expired', message, { metadata: token === undefined ? {} : { continue: token } });
}

function detailsOf({ group, resource }: Resource, name: string | undefined): Json {
  return { ...(name !== undefined && { name }), ...(group !== '' && { group }), kind: resource };
}
