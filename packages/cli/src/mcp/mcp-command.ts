import type { McpFlags, serve as Serve } from '@kroot/mcp';
import { readBaseline } from '../baseline/read-baseline.ts';
import { type ConfigFlags } from '../config/config-options.ts';
import { configured } from '../config/configured.ts';
import { UsageError } from '../errors.ts';
import { environmentOf } from '../live/environment.ts';
import { type Streams } from '../streams.ts';

/**
 * Serves agents until they close standard input, with what the configuration says on findings. The server is a package of its own,
 * which most users do not need.
 */
export async function runMcp(given: McpFlags & ConfigFlags, streams: Streams): Promise<void> {
  const { serve } = await server();
  const { baseline, flags, judgement, plugins } = await configured(
    given,
    { settings: ['logs'], code: 'named' },
    streams,
  );
  const decided = {
    plugins,
    judgement: {
      ...judgement,
      ...(baseline !== undefined && { baseline: await readBaseline(baseline, streams) }),
    },
  };
  const { env, cwd, home, stderr } = environmentOf(streams);
  await serve(flags, { env, cwd, home, stderr, now: () => Date.now() }, decided);
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
