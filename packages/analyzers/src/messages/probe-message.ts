/** Which probe speaks. */
export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** What a probe's failure says about its target. */
export type ProbeFailureClass =
  /** Nothing accepts connections on the port. */
  | 'refused'
  /** The gRPC probe could not connect in time: it says so both for a closed port and for a slow program. */
  | 'grpc-connect'
  /** Something is there, or packets are lost, but no answer comes in time. */
  | 'timeout'
  /** The connection is accepted and dropped. */
  | 'dropped'
  | 'http-status'
  /** The gRPC health service answers that it is not serving, or is not there. */
  | 'grpc-unhealthy'
  /** The two sides speak different protocols. */
  | 'protocol'
  /** The probe was sent on to another address. */
  | 'redirected'
  | 'named-port'
  | 'missing-binary'
  | 'command-timeout'
  /** A command that ran and failed, or words that fit nothing else. */
  | 'other';

/** One `Unhealthy` event, read. */
export interface ProbeMessage {
  readonly kind: ProbeKind;
  /** The kubelet could not run the probe; such a liveness probe never restarts the container. */
  readonly errored: boolean;
  readonly failure: ProbeFailureClass;
  /** The words after the prefix. */
  readonly text: string;
  /** The port that was tried. */
  readonly port?: number;
  /** The status code, of `http-status`. */
  readonly status?: number;
  /** The name that no container declares, of `named-port`. */
  readonly portName?: string;
  /** What was asked for, of HTTP probes. */
  readonly url?: string;
  /** What the target speaks, of `protocol`. */
  readonly speaks?: 'http' | 'https' | 'http2';
}

const MAX_TEXT = 8192;
const KINDS: ReadonlyMap<string, ProbeKind> = new Map([
  ['startup', 'startup'],
  ['liveness', 'liveness'],
  ['readiness', 'readiness'],
]);
const PREFIX =
  /^(?:\(combined from similar events\): )?(Startup|Liveness|Readiness) probe (failed|errored)[^:]{0,80}: ?/;

/** Words of a probe that was cut off because its container is being stopped: they say nothing about the container. */
const NOISE =
  /context canceled|container is stopping|cannot register an exec PID|container not running|task .{1,200} not found/;

/**
 * Reads the message of an `Unhealthy` event; undefined if it is none, or only the noise of a container that stops.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/prober/prober.go
 */
export function readProbeMessage(message: string | undefined): ProbeMessage | undefined {
  const cut = (message ?? '').slice(0, MAX_TEXT);
  const match = PREFIX.exec(cut);
  const kind = KINDS.get(match?.[1]?.toLowerCase() ?? '');
  if (match === null || kind === undefined) return undefined;
  const text = cut.slice(match[0].length).trim();
  if (NOISE.test(text)) return undefined;
  const url = /Get "([^"\s]{1,2000})"/.exec(text)?.[1];
  const port = portIn(text, url);
  return {
    kind,
    errored: match[2] === 'errored',
    ...failureOf(text),
    text,
    ...(url === undefined ? {} : { url }),
    ...(port === undefined ? {} : { port }),
  };
}

function portIn(text: string, url: string | undefined): number | undefined {
  const fromUrl =
    url === undefined ? undefined : /^https?:\/\/(?:\[[^\]]{0,100}\]|[^/:]{0,300}):(\d{1,5})/.exec(url)?.[1];
  const found =
    fromUrl ??
    /dial tcp (?:\[[^\]]{0,100}\]|[^\s:]{1,100}):(\d{1,5})/.exec(text)?.[1] ??
    /service "[^"]{0,200}:(\d{1,5})"/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

type Read = Pick<ProbeMessage, 'failure' | 'status' | 'portName' | 'speaks'>;

/** In this order: the exact wordings before those that also stand inside other messages. */
const CLASSES: readonly (readonly [RegExp, (match: RegExpExecArray) => Read])[] = [
  [
    /strconv\.Atoi: parsing "([^"]{0,100})": invalid syntax/,
    (match) => ({ failure: 'named-port', portName: match[1] ?? '' }),
  ],
  [
    /\bport "([^"]{1,100})" not found|couldn't find port: ?"?([^"\s]{1,100})"?/,
    (match) => ({ failure: 'named-port', portName: match[1] ?? match[2] ?? '' }),
  ],
  [/statuscode: (\d{3})/, (match) => ({ failure: 'http-status', status: Number(match[1]) })],
  [/server gave HTTP response to HTTPS client/, () => ({ failure: 'protocol', speaks: 'http' })],
  [/malformed HTTP response "\\x15\\x03/, () => ({ failure: 'protocol', speaks: 'https' })],
  [/malformed HTTP response "\\x00\\x00/, () => ({ failure: 'protocol', speaks: 'http2' })],
  [/malformed HTTP (?:response|version|status)/, () => ({ failure: 'protocol' })],
  [/first record does not look like a TLS handshake|tls: unexpected message/, () => ({ failure: 'protocol' })],
  [
    /http2: (?:frame too large|failed reading)|error reading server preface/,
    () => ({ failure: 'protocol', speaks: 'http' }),
  ],
  [/stopped after 10 redirects/, () => ({ failure: 'redirected' })],
  [
    /NOT_SERVING|does not implement the grpc health protocol|code = (?:Unimplemented|NotFound)|unknown service/,
    () => ({ failure: 'grpc-unhealthy' }),
  ],
  [
    /executable file not found|stat [^\s:]{1,300}: no such file or directory|exec: "[^"]{1,300}": .{0,60}no such file|(?:^|\n)[\w./-]{0,60}sh(?:: (?:line )?\d{1,6})?: [^\n:]{1,200}: (?:command )?not found\b/,
    () => ({ failure: 'missing-binary' }),
  ],
  [/command .{0,2000}timed out|timed out after \d/s, () => ({ failure: 'command-timeout' })],
  [/connection refused/, () => ({ failure: 'refused' })],
  [/failed to connect service/, () => ({ failure: 'grpc-connect' })],
  [
    /deadline exceeded|Client\.Timeout|i\/o timeout|did not complete within|no route to host|network is unreachable|awaiting headers/,
    () => ({ failure: 'timeout' }),
  ],
  [/connection reset by peer|\bEOF$|broken pipe/, () => ({ failure: 'dropped' })],
];

function failureOf(text: string): Read {
  for (const [pattern, read] of CLASSES) {
    const match = pattern.exec(text);
    if (match !== null) return read(match);
  }
  return { failure: 'other' };
}

/** Which probe's failures made the kubelet kill the container, from the message of a `Killing` event. */
export function readProbeKill(
  message: string | undefined,
): { readonly kind: ProbeKind; readonly container: string } | undefined {
  const match =
    /^(?:Container |\(combined from similar events\): Container )(\S{1,100}) failed (liveness|startup) probe/.exec(
      (message ?? '').slice(0, MAX_TEXT),
    );
  const kind = KINDS.get(match?.[2] ?? '');
  return match?.[1] === undefined || kind === undefined ? undefined : { container: match[1], kind };
}
