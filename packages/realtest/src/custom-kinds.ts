import { type Manifest } from './api-client.ts';

const KINDS = [
  'gateway.networking.k8s.io v1 gateways Gateway',
  'gateway.networking.k8s.io v1 httproutes HTTPRoute',
  'gateway.networking.k8s.io v1beta1 referencegrants ReferenceGrant',
  'cert-manager.io v1 certificates Certificate',
  'argoproj.io v1alpha1 applications Application',
  'external-secrets.io v1 externalsecrets ExternalSecret',
  'light.example.com v1 lamps Lamp',
  'light.example.com v1 bulbs Bulb',
];

/** Definitions of the custom kinds that repairs change, without any schema: they take every object. */
export const customKinds: readonly Manifest[] = KINDS.map((line) => {
  const [group = '', version = '', plural = '', kind = ''] = line.split(' ');
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      // Groups of Kubernetes itself need it.
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' },
    },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
});

/** The URL path of the collection that holds an object of one of these kinds; undefined for all other kinds. */
export function customCollection({ apiVersion, kind, metadata: { namespace } }: Manifest): string | undefined {
  const found = KINDS.map((line) => line.split(' ')).find(
    ([group, version, , name]) => name === kind && apiVersion === `${group}/${version}`,
  );
  return found === undefined ? undefined : `/apis/${apiVersion}/namespaces/${namespace ?? 'default'}/${found[2]}`;
}
