import { type ManifestSet } from '@kroot/cluster';
import { podContainers } from '@kroot/graph';
import { ref, refKey, type KubernetesObject, type ResourceRef, type Snapshot } from '@kroot/types';
import { customObjects, operands } from './custom-objects.ts';
import { listAt, textAt } from './json-path.ts';

/** Whether something that manifests refer to and do not hold, or hold without its content, is made by somebody else. */
export type IsExternal = (target: ResourceRef) => boolean;

/** Objects that every namespace gets from controllers of the cluster. */
const GIVEN: ReadonlySet<string> = new Set([
  'ServiceAccount/default',
  'ConfigMap/kube-root-ca.crt',
  'ConfigMap/openshift-service-ca.crt',
  'ConfigMap/istio-ca-root-cert',
  'Service/kubernetes',
]);

/** Custom kinds by the field that names what they make; their own name is the default. */
const MAKERS: readonly (readonly [string, 'Secret' | 'ConfigMap', readonly string[]])[] = [
  ['ExternalSecret.external-secrets.io', 'Secret', ['spec', 'target', 'name']],
  ['ExternalSecret.kubernetes-client.io', 'Secret', []],
  ['SealedSecret.bitnami.com', 'Secret', ['spec', 'template', 'metadata', 'name']],
  ['Certificate.cert-manager.io', 'Secret', ['spec', 'secretName']],
  ['VaultStaticSecret.secrets.hashicorp.com', 'Secret', ['spec', 'destination', 'name']],
  ['VaultDynamicSecret.secrets.hashicorp.com', 'Secret', ['spec', 'destination', 'name']],
  ['VaultPKISecret.secrets.hashicorp.com', 'Secret', ['spec', 'destination', 'name']],
  ['InfisicalSecret.secrets.infisical.com', 'Secret', ['spec', 'managedSecretReference', 'secretName']],
  ['OnePasswordItem.onepassword.com', 'Secret', []],
  ['SopsSecret.isindir.github.com', 'Secret', []],
  ['AzureKeyVaultSecret.spv.no', 'Secret', ['spec', 'output', 'secret', 'name']],
  ['KafkaUser.kafka.strimzi.io', 'Secret', []],
];

/** cert-manager and others make the Secret of an Ingress that asks for a certificate. */
const ISSUER =
  /^(?:cert-manager\.io\/(?:cluster-)?issuer|kubernetes\.io\/tls-acme|certmanager\.k8s\.io\/(?:cluster-)?issuer)$/;

/** Annotations and labels on an object whose content others fill in. */
const FILLED =
  /^(?:(?:service\.(?:alpha|beta)|config)\.openshift\.io\/inject-.*cabundle|replicator\.v1\.mittwald\.de\/replicate-from|reflector\.v1\.k8s\.emberstack\.com\/reflects|strategy\.spinnaker\.io\/.*)$/;

/** Annotations by which an object is copied into other namespaces. */
const COPIED =
  /^(?:kubed\.appscode\.com\/sync|replicator\.v1\.mittwald\.de\/replicate-to.*|reflector\.v1\.k8s\.emberstack\.com\/reflection-auto-.*)$/;

/** The Service gets a certificate from OpenShift, in a Secret of this name. */
const SERVING_CERT = /^service\.(?:alpha|beta)\.openshift\.io\/serving-cert-secret-name$/;

/** Users of Zalando's databases. */
const OPERATOR_NAME = /\.credentials\.postgresql\.acid\.zalan\.do$/;

/** What the custom objects, annotations, Jobs and generators of manifests make. */
export function externals({ snapshot, generated }: Pick<ManifestSet, 'snapshot' | 'generated'>): IsExternal {
  const made = new Set(
    [
      ...madeByKind(snapshot),
      ...madeByConnection(snapshot),
      ...madeByProviders(snapshot),
      ...madeForRoutes(snapshot),
      ...filledIn(snapshot),
    ].map(refKey),
  );
  const anywhere = new Set([...generated, ...copied(snapshot).map(refKey)]);
  const owners = operands(snapshot).map(({ metadata }) => metadata);
  const jobs = wordsOfJobs(snapshot);
  return (target) => {
    const { kind, namespace = '', name } = target;
    return (
      GIVEN.has(`${kind}/${name}`) ||
      made.has(refKey(target)) ||
      anywhere.has(refKey(ref(kind, undefined, name))) ||
      ((kind === 'Secret' || kind === 'ConfigMap') && jobs.has(`${namespace}/${name}`)) ||
      (kind === 'Secret' && OPERATOR_NAME.test(name)) ||
      // What the manifests bring themselves is theirs, whatever it is called.
      (snapshot.lookup(target).state !== 'present' &&
        owners.some((owner) => (owner.namespace ?? '') === namespace && `${name}-`.startsWith(`${owner.name}-`)))
    );
  };
}

function madeByKind(snapshot: Snapshot): readonly ResourceRef[] {
  return MAKERS.flatMap(([key, kind, path]) =>
    snapshot.list(key).map((object) => {
      const { namespace, name } = object.metadata;
      return ref(kind, namespace, textAt(object, path) ?? name);
    }),
  );
}

/** Crossplane and its like write how to connect into a Secret. */
function madeByConnection(snapshot: Snapshot): readonly ResourceRef[] {
  return customObjects(snapshot).flatMap((object) => {
    const to = ['spec', 'writeConnectionSecretToRef'];
    const name = textAt(object, [...to, 'name']);
    const namespace = textAt(object, [...to, 'namespace']) ?? object.metadata.namespace;
    return name === undefined ? [] : [ref('Secret', namespace, name)];
  });
}

function madeByProviders(snapshot: Snapshot): readonly ResourceRef[] {
  return snapshot
    .list('SecretProviderClass.secrets-store.csi.x-k8s.io')
    .flatMap((provider) =>
      listAt(provider, ['spec', 'secretObjects']).flatMap((secret) =>
        secretIn(provider, textAt(secret, ['secretName'])),
      ),
    );
}

function madeForRoutes(snapshot: Snapshot): readonly ResourceRef[] {
  const ingresses = snapshot
    .list('Ingress')
    .filter((ingress) => hasMark(ingress, ISSUER))
    .flatMap((ingress) => (ingress.spec?.tls ?? []).flatMap(({ secretName }) => secretIn(ingress, secretName)));
  const gateways = snapshot
    .list('Gateway.gateway.networking.k8s.io')
    .filter((gateway) => hasMark(gateway, ISSUER))
    .flatMap((gateway) =>
      listAt(gateway, ['spec', 'listeners']).flatMap((listener) =>
        listAt(listener, ['tls', 'certificateRefs']).flatMap((one) => secretIn(gateway, textAt(one, ['name']))),
      ),
    );
  const services = snapshot
    .list('Service')
    .flatMap((service) =>
      marks(service).flatMap(([name, value]) => (SERVING_CERT.test(name) ? secretIn(service, value) : [])),
    );
  return [...ingresses, ...gateways, ...services];
}

function secretIn({ metadata }: KubernetesObject, name: string | undefined): readonly ResourceRef[] {
  return name === undefined || name === '' ? [] : [ref('Secret', metadata.namespace, name)];
}

/** Objects that are in the manifests as a shell: nobody applies an empty one for its own sake. */
function filledIn(snapshot: Snapshot): readonly ResourceRef[] {
  const secrets = snapshot.list('Secret');
  const tokens = secrets.filter(({ type }) => type === 'kubernetes.io/service-account-token');
  const shells = [...snapshot.list('ConfigMap'), ...secrets].filter(
    (object) => hasMark(object, FILLED) || (object.dataKeys ?? []).length === 0,
  );
  return [...tokens, ...shells].map(({ kind, metadata }) => ref(kind, metadata.namespace, metadata.name));
}

function copied(snapshot: Snapshot): readonly ResourceRef[] {
  return [...snapshot.list('ConfigMap'), ...snapshot.list('Secret')]
    .filter((object) => hasMark(object, COPIED))
    .map(({ kind, metadata }) => ref(kind, undefined, metadata.name))
    .concat(
      snapshot.list('Bundle.trust.cert-manager.io').map(({ metadata }) => ref('ConfigMap', undefined, metadata.name)),
      snapshot.list('ClusterExternalSecret.external-secrets.io').map((object) => {
        const name =
          textAt(object, ['spec', 'externalSecretSpec', 'target', 'name']) ??
          textAt(object, ['spec', 'externalSecretName']) ??
          object.metadata.name;
        return ref('Secret', undefined, name);
      }),
    );
}

/** Jobs make certificates and passwords: `--secret-name=admission`. Their words, as `namespace/word`. */
function wordsOfJobs(snapshot: Snapshot): ReadonlySet<string> {
  return new Set(
    snapshot.list('Job').flatMap(({ metadata, spec }) =>
      podContainers(spec.template.spec)
        .flatMap(({ container: { args = [], command = [], env = [] } }) => [
          ...args,
          ...command,
          ...env.flatMap(({ value }) => value ?? []),
        ])
        .flatMap((text) => text.split(/[^\w.-]+/))
        .map((word) => `${metadata.namespace ?? ''}/${word}`),
    ),
  );
}

function hasMark(object: KubernetesObject, mark: RegExp): boolean {
  return marks(object).some(([name]) => mark.test(name));
}

function marks({ metadata }: KubernetesObject): readonly (readonly [string, string])[] {
  return Object.entries({ ...metadata.labels, ...metadata.annotations });
}
