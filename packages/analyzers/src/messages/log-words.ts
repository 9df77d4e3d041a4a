import { wordsOfLine, type CrashWords } from './crash-words.ts';

/** Ordinary lines that may follow the words that tell: more of them, and the program went on. */
const LAST_LINES = 5;
/** Frames, continued and empty lines belong to what stands above them. */
const FRAME = /^\s|^(?:goroutine \d|main\.|created by |\.{3} \d+ more|Node\.js v|\}|\)|exit status \d|\[signal )/;
/** Ends of another kind: whatever was said before, the program came to this point. */
const OTHER_END =
  /^panic: |\bpanicked at\b|\bSIG(?:SEGV|ABRT|BUS|ILL)\b|[Ss]egmentation fault|\bruntime error: |^Traceback \(most recent call last\)|^Exception in thread |^(?:[\w$]{1,80}\.){0,12}\w{0,60}(?:Error|Exception)(?::|$)|\b(?:FATAL|fatal|CRITICAL|PANIC|EMERG|emerg)\b|^Error: /;
/** A fatal line that adds nothing to the one above it. */
const SUMMARY =
  /\b(?:exit(?:ing|ed)?|giving up|gave up|shutting down|shutdown|terminat(?:ed|ing)|aborting|stopping|(?:could not|cannot|can't|failed to|unable to) (?:start|boot|initiali[sz]e|run)|start(?:up)? (?:failed|error)|boot failed|initiali[sz]ation (?:failed|error)|application run failed|connection (?:failed|error)|(?:db|database|cache|queue|broker) (?:error|unavailable|not reachable))\b/i;
/** Frameworks chain exceptions, the first one first. */
const CHAINED = /^(?:During handling of the above exception|The above exception was the direct cause)/;
const REACHED =
  /(?<!not |never |is not )\b(?:re)?connected\b(?! to nothing)|\bconnection (?:is )?(?:established|restored|successful|succeeded|ok|opened|ready)\b|\bsuccessfully connected\b|\b(?:listening|serving) on\b|\bready to accept connections\b|\bmigrations? (?:done|complete|applied)\b|\bstarted (?:in|on|server)\b/i;
/** Servers write the failures of their clients into their own logs. */
const OF_A_CLIENT =
  /\bclient[ =:]|\bUTC \[\d+\]|\b(?:INFO|DEBUG|TRACE)\b|\blevel=(?:info|debug|trace)\b|"level":"(?:info|debug|trace)"/i;

/** What the end of a log says, and the number of the line that does; none where nothing that counts is said. */
export interface LogEnd {
  readonly words: CrashWords;
  readonly line?: number;
}

/**
 * Reads the end of a log. Unlike a termination message a log also holds what the program got over: only the last error counts, and
 * only while nothing later says that it was overcome, or that the program ended for another reason.
 */
export function readLogEnd(lines: readonly string[]): LogEnd {
  const later: string[] = [];
  let ordinary = 0;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    const words = wordsOfLine(line);
    if (words !== undefined && isOwn(line, words)) return isOvercome(words, later) ? NOTHING : { words, line: at };
    if (!FRAME.test(line) && line !== '') {
      if (isOtherEnd(line, lines.slice(0, at))) return NOTHING;
      ordinary += 1;
      if (ordinary > LAST_LINES) return NOTHING;
    }
    later.push(line);
  }
  return NOTHING;
}

const NOTHING: LogEnd = { words: {} };

function isOwn(line: string, { trouble, problem }: CrashWords): boolean {
  return (trouble === undefined && problem === undefined) || !OF_A_CLIENT.test(line);
}

function isOtherEnd(line: string, before: readonly string[]): boolean {
  if (!OTHER_END.test(line)) return false;
  if (line.startsWith('Traceback ')) return !before.slice(-3).some((earlier) => CHAINED.test(earlier));
  // The last link of a chain may say less than the first.
  if (/^[\w.$]{1,200}(?:Error|Exception)\b/.test(line)) return !isChainedBefore(before);
  return !SUMMARY.test(line);
}

function isChainedBefore(before: readonly string[]): boolean {
  return before.some((earlier) => CHAINED.test(earlier));
}

/** A line that names somebody else was about somebody else. */
function isOvercome({ host, problem, trouble }: CrashWords, later: readonly string[]): boolean {
  if (problem === undefined && trouble === undefined) return false;
  return later.some((line) => {
    if (!REACHED.test(line)) return false;
    const [, named] =
      /\b(?:connected|connection) (?:established )?(?:to|with) (?:the )?([A-Za-z][\w.-]{0,252})/i.exec(line) ?? [];
    if (named === undefined || host === undefined || /^[\d.:]+$/.test(host)) return true;
    return shortOf(named) === shortOf(host);
  });
}

function shortOf(host: string): string {
  return (host.split('.')[0] ?? host).toLowerCase();
}
