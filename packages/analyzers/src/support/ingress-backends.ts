import { ref, type Ingress, type IngressBackend, type ResourceRef } from '@kroot/types';

/** A place where an Ingress sends requests to a Service. */
export interface BackendPlace {
  readonly service: ResourceRef;
  readonly port: string | number | undefined;
  readonly host: string;
  readonly path: string;
  /** `spec.rules[0].http.paths[1].backend.service`. */
  readonly field: string;
}

/** All backends of an Ingress that are Services, rules first. Pseudo backends of the AWS controller are none. */
export function backendPlaces({ metadata, spec }: Ingress): readonly BackendPlace[] {
  const { namespace } = metadata;
  const place = (
    backend: IngressBackend | undefined,
    where: Omit<BackendPlace, 'service' | 'port'>,
  ): readonly BackendPlace[] => {
    const { name, port } = backend?.service ?? {};
    // https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
    if (name === undefined || port?.name === 'use-annotation') return [];
    return [{ ...where, service: ref('Service', namespace, name), port: port?.number ?? port?.name }];
  };
  const rules = (spec?.rules ?? []).flatMap(({ host = '', http }, i) =>
    (http?.paths ?? []).flatMap(({ path = '/', backend }, j) =>
      place(backend, { host, path, field: `spec.rules[${i}].http.paths[${j}].backend.service` }),
    ),
  );
  return [...rules, ...place(spec?.defaultBackend, { host: '', path: '/', field: 'spec.defaultBackend.service' })];
}

/** `shop.example.com/api`, or the path alone. */
export function whereWords({ host, path }: BackendPlace): string {
  return `${host}${path}`;
}

/** The field as a JSON pointer. */
export function fieldPointer(field: string): string {
  return `/${field.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`;
}
