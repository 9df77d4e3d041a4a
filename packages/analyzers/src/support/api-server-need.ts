import { type Evidence, ref, type Service, type Snapshot } from '@kroot/types';
import { type Client, waitingPods } from './clients.ts';
import { fromSpec } from './evidence.ts';
import { inWords } from './kubectl.ts';
import { present } from './present.ts';
import { boundRoles } from './rbac-rights.ts';

/** That a client needs the API server. */
interface ApiServerNeed {
  readonly service: Service;
  readonly need: { readonly evidence: Evidence; readonly port: number };
}

const API_PORT = 443;

/**
 * Whether a client needs the API server: it has a token, somebody has given its own ServiceAccount rights, and it is held up. That
 * an account may ask is no proof that a program does, so those that run are left alone.
 */
export function apiServerNeed(snapshot: Snapshot, client: Client): ApiServerNeed | undefined {
  const service = present(snapshot, 'Service', 'default', 'kubernetes');
  if (service === undefined || waitingPods(client).length === 0) return undefined;
  const account = ref('ServiceAccount', client.namespace, client.spec.serviceAccountName ?? 'default');
  if (!hasToken(snapshot, client, account.name)) return undefined;
  const bound = boundRoles(snapshot).find(({ binding }) =>
    (binding.subjects ?? []).some(
      ({ kind, name, namespace = binding.metadata.namespace }) =>
        kind === 'ServiceAccount' && name === account.name && namespace === account.namespace,
    ),
  );
  if (bound === undefined) return undefined;
  const words = `${account.name}, which ${inWords(bound.bindingRef)} gives ${inWords(bound.roleRef)}`;
  const evidence = fromSpec(client.ref, `${client.specPath}.serviceAccountName`, words);
  return { service, need: { evidence, port: API_PORT } };
}

/** https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting */
function hasToken(snapshot: Snapshot, { spec, namespace }: Client, account: string): boolean {
  const projected = (spec.volumes ?? []).some(({ projected: volume }) =>
    (volume?.sources ?? []).some(({ serviceAccountToken }) => serviceAccountToken !== undefined),
  );
  if (projected || spec.automountServiceAccountToken !== undefined)
    return projected || spec.automountServiceAccountToken === true;
  return present(snapshot, 'ServiceAccount', namespace, account)?.automountServiceAccountToken !== false;
}
