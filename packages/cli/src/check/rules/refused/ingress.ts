import { formatRef, type Finding, type Ingress, type IngressBackend, type ResourceRef } from '@kroot/types';
import { refOf } from '@kroot/graph';
import { refusal } from './refusal.ts';
import { isUnrendered } from './unrendered.ts';

const PATH_TYPES: ReadonlySet<string> = new Set(['Exact', 'Prefix', 'ImplementationSpecific']);

/** Paths of Ingresses that do not say how they match or where they lead. */
export function* ingressFaults(ingress: Ingress): Generator<Finding> {
  const ref = refOf(ingress);
  const { defaultBackend, rules = [] } = ingress.spec ?? {};
  if (defaultBackend !== undefined)
    yield* backendFault(ref, 'The default backend', 'spec.defaultBackend', defaultBackend);
  for (const [i, { http, host = '' }] of rules.entries()) {
    for (const [j, { backend, path = '', pathType }] of (http?.paths ?? []).entries()) {
      const at = `spec.rules[${i}].http.paths[${j}]`;
      const which = `Path ${host}${path === '' ? '/' : path}`;
      yield* typeFault(ref, { at, which, path, pathType });
      yield* backendFault(ref, which, `${at}.backend`, backend);
    }
  }
}

interface Path {
  readonly at: string;
  readonly which: string;
  readonly path: string;
  readonly pathType: string | undefined;
}

function* typeFault(ref: ResourceRef, { at, which, path, pathType }: Path): Generator<Finding> {
  if (isUnrendered(path) || isUnrendered(pathType ?? '')) return;
  if (pathType === undefined) {
    yield refusal({
      ref,
      discriminator: `${at}/pathType`,
      message: `${which} of ${formatRef(ref)} has no pathType`,
      cause: 'The API server says "pathType must be specified".',
      path: at,
      quote: `path: ${path === '' ? '/' : path}, without pathType`,
      fix: 'Write pathType: Prefix, or Exact for this path only.',
    });
  } else if (!PATH_TYPES.has(pathType)) {
    yield refusal({
      ref,
      discriminator: `${at}/pathType`,
      message: `${which} of ${formatRef(ref)} has pathType ${pathType}, which there is not`,
      cause: 'The API server says "supported values: Exact, ImplementationSpecific, Prefix".',
      path: `${at}.pathType`,
      quote: `pathType: ${pathType}`,
      fix: 'Write pathType: Prefix, Exact or ImplementationSpecific.',
    });
  } else if (!path.startsWith('/') && (path !== '' || pathType !== 'ImplementationSpecific')) {
    yield refusal({
      ref,
      discriminator: `${at}/path`,
      message: `Path "${path}" of ${formatRef(ref)} does not begin with /`,
      cause: 'The API server says "must be an absolute path".',
      path: path === '' ? at : `${at}.path`,
      quote: path === '' ? `pathType: ${pathType}, without path` : `path: ${path}`,
      fix: `Write path: /${path}.`,
    });
  }
}

function* backendFault(ref: ResourceRef, which: string, path: string, backend: IngressBackend): Generator<Finding> {
  const { resource, service } = backend;
  if (service === undefined && resource === undefined) {
    yield refusal({
      ref,
      discriminator: path,
      message: `${which} of ${formatRef(ref)} leads nowhere`,
      cause:
        'The API server says "resource or service backend is required"; serviceName and servicePort are fields of versions that are no more.',
      path,
      quote: 'no service and no resource',
      fix: 'Name the Service as backend.service.name, and its port as backend.service.port.number.',
    });
  } else if (resource === undefined && !hasPort(service)) {
    yield refusal({
      ref,
      discriminator: path,
      message: `${which} of ${formatRef(ref)} does not say which port of Service ${service?.name ?? ''} it leads to`,
      cause: 'The API server says "port name or number is required".',
      path: `${path}.service`,
      quote: service?.name ?? '',
      fix: 'Write the port as backend.service.port.number, or as port.name.',
    });
  }
}

function hasPort(service: IngressBackend['service']): boolean {
  const { name = '', number = 0 } = service?.port ?? {};
  return name !== '' || number !== 0;
}
