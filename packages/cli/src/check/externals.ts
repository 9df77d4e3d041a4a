import { type ManifestSet } from '@kroot/cluster';
import { ref, refKey, type ResourceRef, type Snapshot, type UntypedObject } from '@kroot/types';

/** Whether something that manifests refer to and do not hold is made by somebody else. */
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
  ['Bundle.trust.cert-manager.io', 'ConfigMap', []],
];

/** Operators that make Secrets named after their object: `NAME-SUFFIX`. */
const NAMED_AFTER: readonly string[] = [
  'Cluster.postgresql.cnpg.io',
  'PostgresCluster.postgres-operator.crunchydata.com',
  'Elasticsearch.elasticsearch.k8s.elastic.co',
  'Kafka.kafka.strimzi.io',
  'RabbitmqCluster.rabbitmq.com',
  'MongoDBCommunity.mongodbcommunity.mongodb.com',
  'Keycloak.k8s.keycloak.org',
];

/** What the custom objects, annotations and generators of manifests make. */
export function externals({ snapshot, generated }: Pick<ManifestSet, 'snapshot' | 'generated'>): IsExternal {
  const made = new Set<string>();
  const prefixes: { readonly namespace: string; readonly prefix: string }[] = [];
  const add = (kind: string, namespace: string | undefined, name: string): void => {
    made.add(refKey(ref(kind, namespace, name)));
  };
  for (const [key, kind, path] of MAKERS) {
    for (const object of snapshot.list(key)) {
      const named = path.length === 0 ? undefined : textAt(object, path);
      add(kind, object.metadata.namespace, named ?? object.metadata.name);
    }
  }
  for (const key of NAMED_AFTER) {
    for (const { metadata } of snapshot.list(key))
      prefixes.push({ namespace: metadata.namespace ?? '', prefix: `${metadata.name}-` });
  }
  for (const { metadata, ...object } of customObjects(snapshot)) {
    const connection = textAt(object, ['spec', 'writeConnectionSecretToRef', 'name']);
    if (connection !== undefined) add('Secret', metadata.namespace, connection);
  }
  for (const { metadata, ...provider } of snapshot.list('SecretProviderClass.secrets-store.csi.x-k8s.io')) {
    for (const secret of listAt(provider, ['spec', 'secretObjects'])) {
      const name = textAt(secret, ['secretName']);
      if (name !== undefined) add('Secret', metadata.namespace, name);
    }
  }
  for (const { metadata, spec } of snapshot.list('Ingress')) {
    if (!Object.keys(metadata.annotations ?? {}).some((name) => ISSUER.test(name))) continue;
    for (const { secretName } of spec?.tls ?? []) if (secretName) add('Secret', metadata.namespace, secretName);
  }
  return ({ kind, namespace = '', name }) =>
    GIVEN.has(`${kind}/${name}`) ||
    made.has(refKey(ref(kind, namespace, name))) ||
    generated.has(refKey(ref(kind, undefined, name))) ||
    (kind === 'Secret' && prefixes.some((one) => one.namespace === namespace && name.startsWith(one.prefix)));
}

/** cert-manager and others make the Secret of an Ingress that asks for a certificate. */
const ISSUER =
  /^(?:cert-manager\.io\/(?:cluster-)?issuer|kubernetes\.io\/tls-acme|certmanager\.k8s\.io\/(?:cluster-)?issuer)$/;

function customObjects(snapshot: Snapshot): readonly UntypedObject[] {
  return snapshot
    .kinds()
    .filter((kind) => kind.includes('.'))
    .flatMap((kind) => snapshot.list(kind) as readonly UntypedObject[]);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function listAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}
