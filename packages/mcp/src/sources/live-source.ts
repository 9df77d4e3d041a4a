import { collectCapture, CONDITION_GROUPS, connect, kindsToRead } from '@kroot/cluster';
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
    const options = {
      kinds: [...kindsToRead(analyzers)],
      groups: CONDITION_GROUPS,
      deadline,
      tool: `kroot ${VERSION}`,
      ...(flags.logs === true && { logs: wantedLogs }),
    };
    const first = await collectCapture(connection, { ...options, namespace: flags.namespace });
    if (!first.refused) return first.snapshot;
    // Who may not read all namespaces may read that of the context.
    const second =
      flags.namespace === undefined
        ? await collectCapture(connection, { ...options, namespace: connection.namespace })
        : first;
    if (!second.refused) return second.snapshot;
    const who = connection.user === undefined ? 'the user of the kubeconfig' : `user "${connection.user}"`;
    throw new McpError(`${who} may read nothing in ${connection.context ?? connection.server}; see kroot doctor`);
  } finally {
    await connection.transport.close();
  }
}
