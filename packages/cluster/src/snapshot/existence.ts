import {
  builtinKind,
  kindKey,
  type Container,
  type KubernetesObject,
  type Pod,
  type RoleBinding,
  type TypedKinds,
} from '@kroot/types';

/** Objects by kind and then by `namespace/name`. */
export type ObjectTable = ReadonlyMap<string, ReadonlyMap<string, KubernetesObject>>;

/** Tells of an object that must exist: its kind, namespace ('' for none) and name. */
type Prove = (kind: string, namespace: string, name: string) => void;

/** A way in which objects prove that others exist, and how many of those may be missing before the list is not believed. */
export interface ExistenceProof {
  /** Completes `3 of 4 that must exist are not in the input: …`. */
  readonly why: string;
  /** So many missing objects in a namespace contradict its list; fewer can be a fault of the cluster … */
  readonly atLeast: number;
  /** … and so can a share of the proved objects up to this one. */
  readonly above: number;
  readonly collect: (objects: ObjectTable, prove: Prove) => void;
}

/** Roles that the API server itself makes, and makes again: plugin/pkg/auth/authorizer/rbac/bootstrappolicy. */
const BOOTSTRAP_ROLE = /^(?:system:|extension-apiserver-authentication-reader$)/;

/** Published into every namespace, and again when it is lost, since 1.20: pkg/controller/certificates/rootcacertpublisher. */
const ROOT_CA = 'kube-root-ca.crt';

/**
 * What can be told from objects alone. Something that a user can delete under what uses it is a fault when one of it is
 * missing, and a capture that left the kind out when all of it is; something that a controller restores or that a finalizer
 * holds cannot be missing for long.
 */
export const EXISTENCE_PROOFS: readonly ExistenceProof[] = [
  {
    why: 'objects are in them',
    atLeast: 1,
    above: 0,
    collect: (objects, prove) => {
      for (const list of objects.values()) {
        for (const { metadata } of list.values()) {
          if (metadata.namespace !== undefined) prove('Namespace', '', metadata.namespace);
        }
      }
    },
  },
  {
    // Admission refuses a pod whose ServiceAccount is not there, and the kubelet needs it for the pod's token. `default` is
    // made in every namespace: pkg/controller/serviceaccount/serviceaccounts_controller.go
    why: 'pods run as them',
    atLeast: 2,
    above: 0.2,
    collect: forRunningPods(({ spec, metadata }, prove) => {
      prove('ServiceAccount', metadata.namespace ?? '', 'default');
      if (spec.serviceAccountName) prove('ServiceAccount', metadata.namespace ?? '', spec.serviceAccountName);
    }),
  },
  {
    why: 'ready pods mount it, and a controller restores it',
    atLeast: 1,
    above: 0,
    collect: forReadyPods((pod, prove) => {
      referencedBy(pod, (kind, namespace, name) => {
        if (kind === 'ConfigMap' && name === ROOT_CA) prove(kind, namespace, name);
      });
    }),
  },
  {
    why: 'ready pods use them',
    atLeast: 2,
    above: 0.99,
    collect: forReadyPods((pod, prove) => {
      referencedBy(pod, (kind, namespace, name) => {
        if (name !== ROOT_CA) prove(kind, namespace, name);
      });
    }),
  },
  {
    // A node can go while its pods stay for minutes; most nodes cannot.
    why: 'pods run on them',
    atLeast: 2,
    above: 0.5,
    collect: forRunningPods(({ spec }, prove) => {
      if (spec.nodeName) prove('Node', '', spec.nodeName);
    }),
  },
  {
    // Kept as long as a pod uses it by the finalizer kubernetes.io/pvc-protection.
    why: 'running pods mount them',
    atLeast: 2,
    above: 0.2,
    collect: forRunningPods(({ spec, metadata }, prove) => {
      for (const { persistentVolumeClaim } of spec.volumes ?? []) {
        if (persistentVolumeClaim)
          prove('PersistentVolumeClaim', metadata.namespace ?? '', persistentVolumeClaim.claimName);
      }
    }),
  },
  {
    // Kept by kubernetes.io/pv-protection; a claim that lost its volume has phase Lost.
    why: 'claims are bound to them',
    atLeast: 2,
    above: 0.2,
    collect: forEach('PersistentVolumeClaim', ({ spec, status }, prove) => {
      if (status?.phase === 'Bound' && spec?.volumeName) prove('PersistentVolume', '', spec.volumeName);
    }),
  },
  {
    // The garbage collector deletes what its last owner has left behind. Nodes have their own rule.
    why: 'they own other objects',
    atLeast: 2,
    above: 0.2,
    collect: (objects, prove) => {
      for (const list of objects.values()) for (const object of list.values()) ownersOf(object, prove);
    },
  },
  {
    why: 'the API server makes them itself, and bindings name them',
    atLeast: 1,
    above: 0,
    collect: (objects, prove) => {
      forEach('ClusterRoleBinding', bootstrapRole)(objects, prove);
      forEach('RoleBinding', bootstrapRole)(objects, prove);
    },
  },
];

function forEach<K extends keyof TypedKinds>(kind: K, read: (object: TypedKinds[K], prove: Prove) => void) {
  return (objects: ObjectTable, prove: Prove): void => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `project` files an object under the kind it shaped it for
    for (const object of objects.get(kind)?.values() ?? []) read(object as TypedKinds[K], prove);
  };
}

function forRunningPods(read: (pod: Pod, prove: Prove) => void) {
  return forEach('Pod', (pod, prove) => {
    if (pod.status?.phase === 'Running' && pod.metadata.deletionTimestamp === undefined) read(pod, prove);
  });
}

/** One pod of each owner: the others have the same template. */
function forReadyPods(read: (pod: Pod, prove: Prove) => void) {
  return (objects: ObjectTable, prove: Prove): void => {
    const seen = new Set<string>();
    forRunningPods((pod) => {
      if (pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') !== true) return;
      const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
      const key = owner && `${pod.metadata.namespace ?? ''}/${owner.kind}/${owner.name}`;
      if (key !== undefined && seen.has(key)) return;
      if (key !== undefined) seen.add(key);
      read(pod, prove);
    })(objects, prove);
  };
}

/** The Secrets and ConfigMaps without which the containers of a pod would not have started. */
function referencedBy({ spec, metadata }: Pod, prove: Prove): void {
  const need = (kind: string, target: Target | undefined, name = target?.name): void => {
    if (target !== undefined && name && target.optional !== true) prove(kind, metadata.namespace ?? '', name);
  };
  for (const { secret, configMap, projected } of spec.volumes ?? []) {
    need('Secret', secret, secret?.secretName);
    need('ConfigMap', configMap);
    for (const source of projected?.sources ?? []) {
      need('Secret', source.secret);
      need('ConfigMap', source.configMap);
    }
  }
  for (const container of spec.containers) environment(container, need);
}

interface Target {
  readonly name?: string;
  readonly optional?: boolean;
}

function environment({ env, envFrom }: Container, need: (kind: string, target: Target | undefined) => void): void {
  for (const { valueFrom } of env ?? []) {
    need('Secret', valueFrom?.secretKeyRef);
    need('ConfigMap', valueFrom?.configMapKeyRef);
  }
  for (const { secretRef, configMapRef } of envFrom ?? []) {
    need('Secret', secretRef);
    need('ConfigMap', configMapRef);
  }
}

function ownersOf({ metadata }: KubernetesObject, prove: Prove): void {
  if (metadata.deletionTimestamp !== undefined) return;
  for (const { apiVersion, kind, name, controller } of metadata.ownerReferences ?? []) {
    const known = builtinKind(kind);
    if (controller !== true || known === undefined || kind === 'Node') continue;
    const slash = apiVersion.lastIndexOf('/');
    if (kindKey(slash === -1 ? '' : apiVersion.slice(0, slash), kind) !== kind) continue;
    prove(kind, known.namespaced ? (metadata.namespace ?? '') : '', name);
  }
}

function bootstrapRole({ roleRef, metadata }: RoleBinding, prove: Prove): void {
  if (roleRef === undefined || !BOOTSTRAP_ROLE.test(roleRef.name)) return;
  if (roleRef.kind === 'ClusterRole' || roleRef.kind === 'Role')
    prove(roleRef.kind, roleRef.kind === 'Role' ? (metadata.namespace ?? '') : '', roleRef.name);
}
