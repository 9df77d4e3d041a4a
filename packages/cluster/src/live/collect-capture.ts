import { type LogTarget, type Snapshot } from '@kroot/types';
import { captureSnapshot, toCapture, type Capture } from '../capture/capture.ts';
import { readLogs } from '../logs/read-logs.ts';
import { collectSnapshot } from './collect.ts';
import { type Collected, type CollectOptions } from './collect-types.ts';
import { type Connection } from './connection.ts';

/** How a live run collects what it diagnoses. */
export interface CaptureOptions extends CollectOptions {
  /** Name and version of the program, as the capture names it. */
  readonly tool: string;
  /** Which logs to read besides, told from what was collected; none, if not given. */
  readonly logs?: ((snapshot: Snapshot) => readonly LogTarget[]) | undefined;
}

/** What a live run works on. */
export interface CollectedCapture {
  readonly capture: Capture;
  /** That of the capture, so that its file gives the same report. */
  readonly snapshot: Snapshot;
  /** Whether the user may read nothing of what was asked for: no report could say more than that. */
  readonly refused: boolean;
}

/** Collects as `collectSnapshot` does, logs too where they are wanted, and drops what looks like a credential. */
export async function collectCapture(connection: Connection, options: CaptureOptions): Promise<CollectedCapture> {
  const { deadline, logs, namespace, signal, tool } = options;
  // For what comes after the lists; they keep to the deadline themselves.
  const end = AbortSignal.any([signal ?? [], deadline === undefined ? [] : AbortSignal.timeout(deadline)].flat());
  const collected = await collectSnapshot(connection, options);
  const refused = mayNothing(collected);
  const read =
    logs === undefined || refused ? NO_LOGS : await readLogs(connection.transport, logs(collected.snapshot), end);
  const capture = toCapture(
    {
      ...collected,
      source: { ...collected.source, ...(namespace !== undefined && { namespace }) },
      objects: [...collected.objects, ...read.logs],
      notices: [...collected.notices, ...read.notices],
    },
    tool,
  );
  return { capture, snapshot: captureSnapshot(capture), refused };
}

const NO_LOGS = { logs: [], notices: [] } as const;

function mayNothing({ coverage, objects }: Collected): boolean {
  return (
    objects.length === 0 &&
    coverage.some(({ state }) => state === 'forbidden') &&
    !coverage.some(({ state }) => state === 'complete' || state === 'partial')
  );
}
