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

/** The kubelet counts bytes from the start of the tail, so that of long lines the end is missing: fewer lines are asked for then. */
const TAILS = [LOG_LIMITS.lines, 5, 1];
const LIMIT_BYTES = LOG_LIMITS.bytes * 4;
/** A server or proxy that knows no limits sends a log from its first day on. */
const MAX_BYTES = 1024 * 1024;

async function tailOf(transport: Transport, target: LogTarget, signal: AbortSignal): Promise<ContainerLog> {
  let lines: readonly string[] = [];
  for (const tailLines of TAILS) {
    // oxlint-disable-next-line no-await-in-loop -- the next question depends on the answer
    const body = await bodyOf(transport, target, tailLines, signal);
    const whole = body.length < LIMIT_BYTES;
    lines = logLines(body);
    if (whole && (lines.length > 0 || body.length === 0)) break;
    // The last line alone is too long: its beginning tells most, and is whole as far as it is kept. Many lines are a server's that does not count them.
    if (tailLines === 1 && !isOfManyLines(body)) lines = logLines(body.subarray(0, LOG_LIMITS.bytes));
  }
  return logObject(target, lines);
}

function isOfManyLines(body: Uint8Array): boolean {
  const end = body.indexOf(NEW_LINE);
  return end !== -1 && end < body.length - 1;
}

const NEW_LINE = 0x0a;

async function bodyOf(
  transport: Transport,
  { namespace, pod, container, previous }: LogTarget,
  tailLines: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const query = new URLSearchParams({
    container,
    limitBytes: String(LIMIT_BYTES),
    ...(previous && { previous: 'true' }),
    tailLines: String(tailLines),
  });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`;
  const { body } = await transport.get(path, { accept: 'text/plain', signal, maxBytes: MAX_BYTES });
  return body;
}
