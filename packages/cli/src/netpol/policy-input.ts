import { readSnapshot } from '@kroot/cluster';
import { requireNamespace } from '@kroot/engine';
import { ADMIN_POLICY_KINDS, OTHER_POLICY_KINDS, type ConnectionOptions } from '@kroot/graph';
import { cleanText } from '@kroot/report';
import { type Snapshot } from '@kroot/types';
import { collectLive } from '../live/collect-live.ts';
import { NoAccessError } from '../errors.ts';
import { type Streams } from '../streams.ts';
import { type NetpolFlags } from './netpol-flags.ts';

/** What policies, and the ends of connections, are read from. */
const KINDS: readonly string[] = [
  'Pod',
  'Namespace',
  'Node',
  'Service',
  'NetworkPolicy',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  ...ADMIN_POLICY_KINDS,
  ...OTHER_POLICY_KINDS,
];

/** A cluster whose policies are asked. */
export interface PolicyInput extends ConnectionOptions {
  readonly snapshot: Snapshot;
  readonly interrupted: boolean;
}

/**
 * Reads the files, or collects from the cluster what decides about connections, and kinds that are asked for besides, from all
 * namespaces: peers can be in any.
 */
export async function policyInput(
  flags: Omit<NetpolFlags, 'output'>,
  streams: Streams,
  more: readonly string[] = [],
): Promise<PolicyInput> {
  const files = flags.contextFile ?? [];
  const input = files.length > 0 ? await fromFiles(files, flags, streams) : await fromCluster(flags, streams, more);
  if (flags.quiet !== true)
    for (const notice of input.snapshot.notices) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
  if (input.namespace !== undefined) requireNamespace(input.snapshot, input.namespace);
  return input;
}

/** Files that kroot did not collect itself are taken for the whole cluster: manifests of an application hold no more. */
export async function fromFiles(
  files: readonly string[],
  { namespace, allNamespaces }: Pick<NetpolFlags, 'namespace' | 'allNamespaces'>,
  streams: Streams,
): Promise<PolicyInput> {
  const snapshot = await readSnapshot(files, { stdin: streams.stdin });
  return {
    snapshot,
    namespace: allNamespaces === true ? undefined : (namespace ?? snapshot.source.namespace),
    closedWorld: snapshot.source.type === 'file',
    interrupted: false,
  };
}

/** Who may not read all namespaces gets what can be told of one. */
async function fromCluster(
  flags: Omit<NetpolFlags, 'output'>,
  streams: Streams,
  more: readonly string[],
): Promise<PolicyInput> {
  const request = { flags, kinds: [...KINDS, ...more] };
  try {
    return await collected(request, () => undefined, streams);
  } catch (error) {
    if (!(error instanceof NoAccessError) || flags.allNamespaces === true) throw error;
    return collected(request, (current) => flags.namespace ?? current, streams);
  }
}

async function collected(
  { flags, kinds }: { readonly flags: Omit<NetpolFlags, 'output'>; readonly kinds: readonly string[] },
  namespaceFor: (current: string) => string | undefined,
  streams: Streams,
): Promise<PolicyInput> {
  let current = '';
  const { snapshot, interrupted } = await collectLive(
    {
      flags,
      kinds,
      groups: [],
      namespaceFor: (contextNamespace) => {
        current = contextNamespace;
        return namespaceFor(contextNamespace);
      },
    },
    streams,
  );
  const namespace = flags.allNamespaces === true ? undefined : (flags.namespace ?? current);
  return { snapshot, namespace, closedWorld: false, interrupted };
}
