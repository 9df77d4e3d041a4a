import { type ContainerLog, type LogTarget } from '@kroot/types';
import { inChains } from '../live/chains.ts';
import { TransportError } from '../live/transport-error.ts';
import { type Transport } from '../live/transport-types.ts';
import { logObject } from './log-object.ts';
import { LOG_LIMITS, logLines } from './log-tail.ts';

/** What came of reading logs. */
export interface ReadLogs {
  /** In the order of the targets; those that could not be had are not among them. */
  readonly logs: readonly ContainerLog[];
  /** Why some could not be had, one line each. */
  readonly notices: readonly string[];
}

const CHAINS = 4;
/** Logs are a help, not worth more waiting than this. */
const PATIENCE = 20_000;

/** Reads the last lines of containers. Never throws for what a server answers: a log that cannot be had is not known. */
export async function readLogs(
  transport: Transport,
  targets: readonly LogTarget[],
  signal?: AbortSignal,
): Promise<ReadLogs> {
  const found = new Map<LogTarget, ContainerLog>();
  const end = AbortSignal.any([...(signal === undefined ? [] : [signal]), AbortSignal.timeout(PATIENCE)]);
  const failed = new Map<string, number>();
  await inChains(targets, CHAINS, async (target) => {
    try {
      const log = await readOne(transport, target, end);
      if (log.spec.lines.length > 0) found.set(target, log);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      const why =
        error.problem === 'denied' ? 'you may not read them (pods/log)' : (error.statusMessage ?? error.message);
      failed.set(why, (failed.get(why) ?? 0) + 1);
    }
  });
  const notices = [...failed]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([why, count]) => `logs of ${count} ${count === 1 ? 'container' : 'containers'} not read: ${why}`);
  return { logs: targets.flatMap((target) => found.get(target) ?? []), notices };
}

/** Of a container whose earlier log is gone, the present one. */
async function readOne(transport: Transport, target: LogTarget, signal: AbortSignal): Promise<ContainerLog> {
  try {
    return await tailOf(transport, target, signal);
  } catch (error) {
    const isGone = target.previous && error instanceof TransportError && error.status === 400;
    if (!isGone) throw error;
    return tailOf(transport, { ...target, previous: false }, signal);
  }
}

async function tailOf(transport: Transport, target: LogTarget, signal: AbortSignal): Promise<ContainerLog> {
  const { namespace, pod, container, previous } = target;
  const query = new URLSearchParams({
    container,
    limitBytes: String(LOG_LIMITS.bytes * 4),
    ...(previous && { previous: 'true' }),
    tailLines: String(LOG_LIMITS.lines),
  });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`;
  const { body } = await transport.get(path, { accept: 'text/plain', signal });
  return logObject(target, logLines(body));
}
