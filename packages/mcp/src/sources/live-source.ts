import {
  captureSnapshot,
  collectSnapshot,
  CONDITION_GROUPS,
  connect,
  kindsToRead,
  readLogs,
  toCapture,
  type Connection,
} from '@kroot/cluster';
import { VERSION } from '@kroot/engine';
import { wantedLogs } from '@kroot/graph';
import { type Analyzer, type Snapshot } from '@kroot/types';
import { McpError } from '../errors.ts';
import { type McpFlags } from '../flags.ts';
import { type Surroundings } from '../surroundings.ts';

/** How to collect. */
export interface LiveSource {
  readonly flags: McpFlags;
  readonly analyzers: readonly Analyzer[];
  /** Milliseconds. */
  readonly deadline: number;
  readonly surroundings: Surroundings;
}

/** Connects, reads what the analyzers need, and nothing else; never writes. As a capture has it: without what looks like a credential. */
export async function collectLive({ flags, analyzers, deadline, surroundings }: LiveSource): Promise<Snapshot> {
  const { env, cwd, home, stderr } = surroundings;
  // Standard input is the protocol's: no credential plugin may ask there.
  const connection = await connect(flags, { env, cwd, home, stderr, interactive: false, version: VERSION });
  try {
    const kinds = kindsToRead(analyzers);
    const first = await collect(connection, { flags, kinds, deadline, namespace: flags.namespace });
    if (first !== undefined) return first;
    // Who may not read all namespaces may read that of the context.
    const second =
      flags.namespace === undefined
        ? await collect(connection, { flags, kinds, deadline, namespace: connection.namespace })
        : undefined;
    if (second !== undefined) return second;
    const who = connection.user === undefined ? 'the user of the kubeconfig' : `user "${connection.user}"`;
    throw new McpError(`${who} may read nothing in ${connection.context ?? connection.server}; see kroot doctor`);
  } finally {
    await connection.transport.close();
  }
}

interface Asked {
  readonly flags: McpFlags;
  readonly kinds: readonly string[];
  readonly deadline: number;
  readonly namespace: string | undefined;
}

/** Undefined where nothing may be read. */
async function collect(
  connection: Connection,
  { flags, kinds, deadline, namespace }: Asked,
): Promise<Snapshot | undefined> {
  const end = AbortSignal.timeout(deadline);
  const collected = await collectSnapshot(connection, { kinds, groups: CONDITION_GROUPS, namespace, deadline });
  const { objects, coverage, notices } = collected;
  const mayNothing =
    objects.length === 0 &&
    coverage.some(({ state }) => state === 'forbidden') &&
    !coverage.some(({ state }) => state === 'complete' || state === 'partial');
  if (mayNothing) return undefined;
  const read =
    flags.logs === true ? await readLogs(connection.transport, wantedLogs(collected.snapshot), end) : undefined;
  const source = { ...collected.source, ...(namespace !== undefined && { namespace }) };
  return captureSnapshot(
    toCapture(
      {
        ...collected,
        source,
        objects: [...objects, ...(read?.logs ?? [])],
        notices: [...notices, ...(read?.notices ?? [])],
      },
      `kroot ${VERSION}`,
    ),
  );
}
