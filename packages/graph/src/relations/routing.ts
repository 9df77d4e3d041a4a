import { ref, type Ingress, type IngressBackend } from '@kroot/types';
import { memoize } from '../memo.ts';
import { refTo } from '../refs.ts';
import { labelValue } from '../selectors.ts';
import { forKind, type MakerContext, type RelationMaker } from './relation-maker.ts';

/** What an Ingress needs: backends, class and certificates. */
export const routingRelations: readonly RelationMaker[] = [
  forKind('Ingress', (ingress, context) => {
    linkBackends(ingress, context);
    linkIngressClass(ingress, context);
    linkCertificates(ingress, context);
  }),
];

function linkBackends({ spec }: Ingress, context: MakerContext): void {
  linkBackend(spec?.defaultBackend, 'spec.defaultBackend', context);
  for (const [i, { http }] of (spec?.rules ?? []).entries()) {
    for (const [j, { backend }] of (http?.paths ?? []).entries()) {
      linkBackend(backend, `spec.rules[${i}].http.paths[${j}].backend`, context);
    }
  }
}

function linkBackend(backend: IngressBackend | undefined, path: string, { self, namespace, link }: MakerContext): void {
  const { service, resource } = backend ?? {};
  if (service !== undefined) {
    const port = service.port?.name ?? service.port?.number;
    const detail = port === undefined ? {} : { detail: `port ${port}` };
    link(self, ref('Service', namespace, service.name), 'routes-to', { path: `${path}.service`, ...detail });
  }
  const { apiGroup = '', ...rest } = resource ?? {};
  const target = refTo({ ...rest, apiVersion: apiGroup === '' ? 'v1' : `${apiGroup}/v1` }, namespace);
  if (target !== undefined) link(self, target, 'routes-to', { path: `${path}.resource` });
}

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const IS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class';

const defaultClasses = memoize((snapshot) =>
  snapshot.list('IngressClass').filter(({ metadata }) => labelValue(metadata.annotations, IS_DEFAULT) === 'true'),
);

/** The annotation is older than IngressClass and works without an object; the default class is filled in on creation. */
function linkIngressClass({ metadata, spec }: Ingress, { snapshot, self, link }: MakerContext): void {
  const named = spec?.ingressClassName ?? '';
  if (named !== '') {
    link(self, ref('IngressClass', undefined, named), 'ingress-class', { path: 'spec.ingressClassName' });
    return;
  }
  const annotated = labelValue(metadata.annotations, CLASS_ANNOTATION) ?? '';
  if (annotated !== '') {
    const path = `metadata.annotations['${CLASS_ANNOTATION}']`;
    link(self, ref('IngressClass', undefined, annotated), 'ingress-class', { path, optional: true });
    return;
  }
  for (const { metadata: found } of defaultClasses(snapshot)) {
    const detail = { optional: true, detail: 'default' };
    link(self, ref('IngressClass', undefined, found.name), 'ingress-class', detail);
  }
}

function linkCertificates({ spec }: Ingress, { self, namespace, link }: MakerContext): void {
  for (const [i, { secretName = '', hosts = [] }] of (spec?.tls ?? []).entries()) {
    if (secretName === '') continue;
    const detail = hosts.length === 0 ? {} : { detail: hosts.join(', ') };
    link(self, ref('Secret', namespace, secretName), 'tls-secret', { path: `spec.tls[${i}].secretName`, ...detail });
  }
}
