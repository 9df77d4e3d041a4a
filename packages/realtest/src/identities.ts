import { join } from 'node:path';
import { type ApiClient, type Json, type Manifest } from './api-client.ts';
import { type ControlPlane } from './control-plane.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** What a reader may do: kinds' resources by API group, as in a Role. */
export interface Grant {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Somebody who logs in with a ServiceAccount's token. */
export interface Reader {
  readonly kubeconfig: string;
  readonly token: string;
  readonly username: string;
}

const HOME = 'identities';

/** The namespace of all readers' ServiceAccounts. */
export async function makeIdentities(api: ApiClient): Promise<void> {
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: HOME } });
}

/** Makes a ServiceAccount with rights in the whole cluster, or in one namespace, and a kubeconfig for it. */
export async function makeReader(
  api: ApiClient,
  plane: ControlPlane,
  name: string,
  rules: readonly Grant[],
  namespace?: string,
): Promise<Reader> {
  await api.create(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: HOME } },
    ...bindings(name, { kind: 'ServiceAccount', name, namespace: HOME }, rules, namespace),
  );
  const token = await api.token(HOME, name);
  const file = join(plane.folder, `${name}.kubeconfig`);
  const target = { server: plane.server, ca: plane.ca, ...(namespace === undefined ? {} : { namespace }) };
  const kubeconfig = writeKubeconfig(file, target, { token });
  return { kubeconfig, token, username: `system:serviceaccount:${HOME}:${name}` };
}

/** A role of its own for somebody, and the binding. */
export function bindings(
  name: string,
  subject: Json,
  rules: readonly Grant[],
  namespace?: string,
): readonly Manifest[] {
  const prefix = namespace === undefined ? 'Cluster' : '';
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name };
  const written = rules.map((rule) => ({ verbs: ['get', 'list'], ...rule }));
  return [
    { apiVersion, kind: `${prefix}Role`, metadata, rules: written },
    { apiVersion, kind: `${prefix}RoleBinding`, metadata, roleRef, subjects: [subject] },
  ];
}
