import { ref, type ResourceRef, type Service, type Snapshot } from '@kroot/types';

/** What a host name says in a pod's cluster DNS. */
export interface ServiceName {
  readonly service: ResourceRef;
  readonly exists: 'present' | 'absent' | 'unknown';
  readonly object?: Service;
  /** `name`, `name.namespace`, or a name that ends in `.svc` or `.svc.cluster.local`. */
  readonly form: 'label' | 'namespaced' | 'svc';
}

/**
 * The Service that a host name means to a pod of the namespace. A name that only might be one (`a.b`, or `.svc.` before
 * another domain) counts when that Service exists, or its namespace does.
 * https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export function serviceNamed(snapshot: Snapshot, host: string, namespace: string): ServiceName | undefined {
  const labels = host.split('.');
  const svc = labels.indexOf('svc', 2);
  const [first = '', second = '', third = ''] = labels;
  if (svc !== -1) {
    const found = look(snapshot, labels[svc - 2] ?? '', labels[svc - 1] ?? '', 'svc');
    const domain = labels.slice(svc + 1).join('.');
    return domain === '' || domain === 'cluster.local' ? found : ifPresent(found);
  }
  switch (labels.length) {
    case 1:
      return look(snapshot, first, namespace, 'label');
    case 2:
      return twoLabels(snapshot, first, second, namespace);
    case 3:
      // `db-0.db.data`: a pod of a headless Service.
      return ifPresent(look(snapshot, second, third, 'namespaced'));
    default:
      return undefined;
  }
}

/** `db.data`, or `db-0.db`: a pod of a headless Service of the pod's own namespace. */
function twoLabels(snapshot: Snapshot, first: string, second: string, namespace: string): ServiceName | undefined {
  const named = look(snapshot, first, second, 'namespaced');
  const headless = look(snapshot, second, namespace, 'namespaced');
  return ifPresent(named) ?? ifPresent(headless) ?? (namespaceExists(snapshot, second) ? named : undefined);
}

function ifPresent(name: ServiceName | undefined): ServiceName | undefined {
  return name?.exists === 'present' ? name : undefined;
}

function look(snapshot: Snapshot, name: string, namespace: string, form: ServiceName['form']): ServiceName | undefined {
  // Names of Services and namespaces are DNS labels: nothing else can ever be one.
  if (
    !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name) ||
    !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)
  ) {
    return undefined;
  }
  const service = ref('Service', namespace, name);
  const found = snapshot.lookup({ ...service, kind: 'Service' });
  return found.state === 'present'
    ? { service, exists: 'present', object: found.object, form }
    : { service, exists: found.state, form };
}

function namespaceExists(snapshot: Snapshot, name: string): boolean {
  return snapshot.lookup({ group: '', kind: 'Namespace', name }).state === 'present';
}
