import { type ContainerLog, type LogTarget } from '@kroot/types';
import { tailOf, type Tail } from '../input/collect-bytes.ts';
import { logObject } from './log-object.ts';
import { LOG_LIMITS, logLines } from './log-tail.ts';

const MARK = Buffer.from('==== ');
const START = /^==== START logs for container (\S{1,253}) of pod (\S{1,253})\/(\S{1,253}) ====\r?$/;
/** A mark with its names is not longer. */
const MARK_BYTES = 1024;
/** Containers in one dump whose logs are kept; a dump with more of them was not made by kubectl. */
const MOST_LOGS = 10_000;

/** Takes a text apart in which logs of containers stand between marks, as kubectl cluster-info dump writes them. */
export interface DumpScanner {
  readonly push: (chunk: Uint8Array) => void;
  /** The logs, once everything has been pushed; of each no more than its end was ever kept. */
  readonly finish: () => readonly ContainerLog[];
}

/** Who listens to a scanner. */
export interface DumpListener {
  /** Gets what stands outside the logs. */
  readonly onText?: (part: Uint8Array) => void;
  /** A log begins. */
  readonly onLog?: () => void;
}

/** Starts in front of the first piece. */
export function dumpScanner({ onText, onLog }: DumpListener = {}): DumpScanner {
  const logs: ContainerLog[] = [];
  let open: { readonly target: LogTarget; readonly end: Buffer; readonly tail: Tail } | undefined;
  let rest = Buffer.alloc(0);
  let lineBegins = true;

  function flush(buffer: Buffer, from: number, to: number): void {
    if (to <= from) return;
    const part = buffer.subarray(from, to);
    if (open === undefined) onText?.(part);
    else open.tail.push(part);
    lineBegins = buffer[to - 1] === 0x0a;
  }

  function close(): void {
    if (open !== undefined && logs.length < MOST_LOGS) logs.push(logObject(open.target, logLines(open.tail.bytes())));
    open = undefined;
  }

  /** Looks at a mark: gives where to go on, or undefined if more bytes are needed to tell. */
  function mark(buffer: Buffer, from: number, hit: number): { readonly from: number; readonly at: number } | undefined {
    const next = { from, at: hit + MARK.length };
    if (open !== undefined) {
      const there = buffer.subarray(hit, hit + open.end.length);
      if (there.length < open.end.length) return open.end.subarray(0, there.length).equals(there) ? undefined : next;
      // The last line of a log need not end, so that the mark may stand behind it.
      if (!there.equals(open.end)) return next;
      flush(buffer, from, hit);
      close();
      lineBegins = true;
      return { from: hit + there.length, at: hit + there.length };
    }
    if (hit === from ? !lineBegins : buffer[hit - 1] !== 0x0a) return next;
    const lineEnd = buffer.subarray(hit, hit + MARK_BYTES).indexOf(0x0a);
    if (lineEnd === -1) return buffer.length - hit < MARK_BYTES ? undefined : next;
    const [, container, namespace, pod] = START.exec(buffer.toString('utf8', hit, hit + lineEnd)) ?? [];
    if (container === undefined || namespace === undefined || pod === undefined) return next;
    flush(buffer, from, hit);
    onLog?.();
    open = {
      target: { namespace, pod, container, previous: false },
      end: Buffer.from(`==== END logs for container ${container} of pod ${namespace}/${pod} ====`),
      tail: tailOf(LOG_LIMITS.bytes + MARK_BYTES),
    };
    return { from: hit + lineEnd + 1, at: hit + lineEnd + 1 };
  }

  return {
    push(chunk) {
      const added = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      const buffer = rest.length === 0 ? added : Buffer.concat([rest, added]);
      let place = { from: 0, at: 0 };
      for (let hit = buffer.indexOf(MARK); hit !== -1; hit = buffer.indexOf(MARK, place.at)) {
        const next = mark(buffer, place.from, hit);
        if (next === undefined) {
          flush(buffer, place.from, hit);
          rest = Buffer.from(buffer.subarray(hit));
          return;
        }
        place = next;
      }
      // A mark may begin at the very end.
      const kept = Math.max(place.from, buffer.length - MARK.length + 1);
      flush(buffer, place.from, kept);
      rest = Buffer.from(buffer.subarray(kept));
    },
    finish() {
      flush(rest, 0, rest.length);
      rest = Buffer.alloc(0);
      // A dump that was cut off ends within a log.
      close();
      return logs;
    },
  };
}
