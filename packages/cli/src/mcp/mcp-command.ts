import type { McpFlags, serve as Serve } from '@kroot/mcp';
import { UsageError } from '../errors.ts';
import { environmentOf } from '../live/environment.ts';
import { type Streams } from '../streams.ts';

/** Serves agents until they close standard input. The server is a package of its own, which most users do not need. */
export async function runMcp(flags: McpFlags, streams: Streams): Promise<void> {
  const { serve } = await server();
  const { env, cwd, home, stderr } = environmentOf(streams);
  await serve(flags, { env, cwd, home, stderr, now: () => Date.now() });
}

async function server(): Promise<{ readonly serve: typeof Serve }> {
  try {
    return await import('@kroot/mcp');
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new UsageError('kroot mcp needs the package @kroot/mcp: npm install -g @kroot/mcp, or run npx @kroot/mcp', {
      cause: error,
    });
  }
}

/** Whether it is that package which is not there, and not one that it needs. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    /['"]@kroot\/mcp['"]/.test(error.message)
  );
}
