import { loadPlugins } from '@kroot/cluster';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { type McpFlags } from './flags.ts';
import { createServer } from './server.ts';
import { type Surroundings } from './surroundings.ts';

/**
 * Serves on standard input and output until the client closes them. Plugins are loaded first, and only those that are named.
 * @throws an error with a `KROOT_` code and one line as its message when it cannot begin.
 */
export async function serve(flags: McpFlags, surroundings: Surroundings): Promise<void> {
  const plugins = await loadPlugins(flags.plugin ?? [], surroundings.cwd);
  const make = (): ReturnType<typeof createServer> => createServer({ flags, surroundings, plugins });
  // Tells of a wrong option before a client connects.
  make();
  const transport = new StdioServerTransport();
  const closed = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
  });
  const handle = serveStdio(make, {
    transport,
    onerror: (error) => surroundings.stderr.write(`kroot: ${error.message}\n`),
  });
  await closed;
  await handle.close();
}
