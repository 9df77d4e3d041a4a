import { loadPlugins } from '@kroot/cluster';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { cleanLine } from './answers/clean.ts';
import { type McpFlags } from './flags.ts';
import { createServer, type ServerOptions } from './server.ts';
import { type Surroundings } from './surroundings.ts';

/** What whoever starts the server has read from a configuration, which the server does not look for itself. */
export type Decided = Required<Pick<ServerOptions, 'plugins' | 'judgement'>>;

/**
 * Serves on standard input and output until the client closes them. Without `decided`, the plugins that flags name are loaded first,
 * and nothing else.
 * @throws an error with a `KROOT_` code and one line as its message when it cannot begin.
 */
export async function serve(flags: McpFlags, surroundings: Surroundings, decided?: Decided): Promise<void> {
  const { judgement = {}, plugins } = decided ?? { plugins: await loadPlugins(flags.plugin ?? [], surroundings.cwd) };
  const make = (): ReturnType<typeof createServer> => createServer({ flags, surroundings, plugins, judgement });
  // Tells of a wrong option before a client connects.
  make();
  const transport = new StdioServerTransport();
  const closed = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
  });
  const handle = serveStdio(make, {
    transport,
    onerror: (error) => surroundings.stderr.write(`kroot: ${cleanLine(error.message)}\n`),
  });
  await closed;
  await handle.close();
}
