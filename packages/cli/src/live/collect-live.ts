import {
  collectCapture,
  CONDITION_GROUPS,
  connect,
  TransportError,
  type Capture,
  type Connection,
} from '@kroot/cluster';
import { wantedLogs } from '@kroot/graph';
import { type ResourceRef, type Snapshot } from '@kroot/types';
import { type ConnectionArguments } from '../connection-options.ts';
import { parseDuration } from '../duration.ts';
import { NoAccessError, UsageError } from '../errors.ts';
import { type ScopeFlags } from '../options.ts';
import { type Streams } from '../streams.ts';
import { type TimedRequest } from '../output/stopwatch.ts';
import { packageVersion } from '../version.ts';
import { whoAmI } from '../doctor/reviews.ts';
import { environmentOf } from './environment.ts';
import { progressLine } from './progress-line.ts';
import { watchedTransport } from './watched-transport.ts';

/** What a command asks of the cluster. */
export interface LiveRequest {
  readonly flags: ConnectionArguments &
    ScopeFlags & { readonly quiet?: boolean | undefined; readonly logs?: boolean | undefined };
  readonly kinds: readonly string[];
  /** API groups of which every kind is read; those whose objects tell of trouble when absent. */
  readonly groups?: readonly string[];
  /** The namespace for a context, or undefined for all of them. */
  readonly namespaceFor: (contextNamespace: string) => string | undefined;
  /** An object that is read by itself if no list gives it. */
  readonly wanted?: (namespace: string | undefined) => readonly ResourceRef[];
  /** Is told of every request that ends. */
  readonly onRequest?: (request: TimedRequest) => void;
  /** A connection that is open already, and stays open. */
  readonly connection?: Connection;
}

/** What a live run works on. */
export interface LiveRun {
  readonly capture: Capture;
  readonly snapshot: Snapshot;
  readonly namespace: string | undefined;
  /** Whether the user has ended the collection early. */
  readonly interrupted: boolean;
}

/**
 * Connects and collects. What is diagnosed is the snapshot of the capture, never another one, so that the capture gives the
 * same report.
 */
export async function collectLive(request: LiveRequest, streams: Streams): Promise<LiveRun> {
  const deadline = parseDuration('--timeout', request.flags.timeout);
  const { onRequest } = request;
  if (request.connection !== undefined) return collect(request.connection, request, deadline, streams);
  const opened = await connect(request.flags, environmentOf(streams));
  const connection =
    onRequest === undefined ? opened : { ...opened, transport: watchedTransport(opened.transport, onRequest) };
  try {
    return await collect(connection, request, deadline, streams);
  } finally {
    await connection.transport.close();
  }
}

async function collect(
  connection: Connection,
  { flags, kinds, groups = CONDITION_GROUPS, namespaceFor, wanted, onRequest }: LiveRequest,
  deadline: number | undefined,
  streams: Streams,
): Promise<LiveRun> {
  const namespace = namespaceFor(connection.namespace);
  // Lines of a log between would leave pieces of it behind.
  const progress = progressLine(streams, flags.quiet === true || onRequest !== undefined);
  const stop = new AbortController();
  const release = streams.onInterrupt?.(() => {
    stop.abort();
    progress.clear();
    streams.stderr.write('kroot: stopped; looking at what was read so far (press Ctrl-C again to quit)\n');
  });
  try {
    const { capture, refused, snapshot } = await collectCapture(connection, {
      kinds,
      groups,
      namespace,
      wanted: wanted?.(namespace),
      deadline,
      signal: stop.signal,
      onProgress: (state) => {
        progress.show(state);
      },
      tool: `kroot ${packageVersion()}`,
      ...(flags.logs === true && { logs: wantedLogs }),
    });
    if (refused) throw await noAccess(connection);
    return { capture, snapshot, namespace, interrupted: stop.signal.aborted };
  } finally {
    progress.clear();
    release?.();
  }
}

/** Nothing was wrong with the connection, but the user may read nothing. */
async function noAccess({ context, server, user, transport }: Connection): Promise<NoAccessError | UsageError> {
  const where = context ?? server;
  const refused = await refusal(transport);
  // Then the asked-for identity was never taken on, and its own permissions are not the matter.
  if (refused?.includes('cannot impersonate') === true)
    return new UsageError(`you may not impersonate in ${where}: ${refused}`);
  const name = (await whoAmI(transport))?.user ?? user;
  const who = name === undefined ? 'you may' : `user "${name}" may`;
  return new NoAccessError(
    `${who} read nothing in ${where}; see kroot doctor, and kroot rbac for the permissions that are needed`,
  );
}

/** The server's own words when it refuses the simplest read. */
async function refusal(transport: Connection['transport']): Promise<string | undefined> {
  try {
    await transport.get('/api/v1/namespaces?limit=1');
    return undefined;
  } catch (error) {
    return error instanceof TransportError ? error.statusMessage : undefined;
  }
}
