/** Why a runtime could not create or start a container. */
export type StartErrorClass =
  | 'init-oom'
  | 'exec-format'
  | 'exec-not-found'
  | 'not-executable'
  | 'read-only-path'
  | 'mount-type'
  | 'no-command'
  | 'seccomp-profile'
  | 'apparmor-profile'
  | 'windows-build'
  | 'name-reserved'
  | 'other';

/** The runtime's words, read. */
export interface StartError {
  readonly failure: StartErrorClass;
  /** The program or path that the words are about. */
  readonly path?: string;
}

const MAX_TEXT = 8192;

/**
 * The container was killed before its program ran: its memory limit is below what runc itself needs. Depending on the
 * moment the same limit also shows as a bare `container init caused`, with runc's own spelling of successfully.
 * https://github.com/opencontainers/runc/blob/main/libcontainer/process_linux.go
 */
const INIT_OOM = /container init was OOM-killed|OOM-killed \(memory limit too low/;
const INIT_DIED =
  /container init caused: : unknown|runc did not terminate suc+es+fully|process_linux\.go:\d+: .{0,40}getting the final child's pid/;

const CLASSES: readonly (readonly [RegExp, StartErrorClass])[] = [
  // containerd, CRI-O and dockershim in turn; the open(2) error that follows would read as a missing program.
  [/(?:cannot|unable to) load (?:seccomp|local) profile "([^"]{1,500})"/, 'seccomp-profile'],
  [/apparmor profile not found ([^\s:"]{1,253})|apparmor profile "([^"]{1,253})" is not loaded/i, 'apparmor-profile'],
  [
    /apparmor failed to apply profile|unable to apply apparmor profile|apparmor is not (?:supported|enabled)/i,
    'apparmor-profile',
  ],
  [/container operating system does not match the host operating system/i, 'windows-build'],
  [/(?:exec: "([^"]{1,500})": |exec ([^\s:]{1,500}): )?exec format error/, 'exec-format'],
  [
    /exec: "([^"]{0,500})": executable file not found|exec: "?([^":]{0,500})"?: (?:stat [^:]{1,500}: )?no such file or directory|(?:stat|exec) ([^\s:]{1,500}): no such file or directory/,
    'exec-not-found',
  ],
  [
    /exec: "([^"]{0,500})": (?:[^:]{0,100}: )?permission denied|exec ([^\s:]{1,500}): permission denied/,
    'not-executable',
  ],
  [/exec: "([^"]{0,500})": is a directory/, 'not-executable'],
  [/mkdir ([^\s:]{1,500}): read-only file system|"([^"]{1,500})"[^:]{0,100}: read-only file system/, 'read-only-path'],
  [/not a directory: (?:unknown: )?Are you trying to mount a directory onto a file/, 'mount-type'],
  [/no command specified/, 'no-command'],
  [/failed to reserve container name/, 'name-reserved'],
];

/** Reads the words of CreateContainerError, RunContainerError, StartError and ContainerCannotRun. */
export function readStartError(message: string): StartError {
  const text = message.slice(0, MAX_TEXT);
  if (isInitOom(text)) return { failure: 'init-oom' };
  for (const [pattern, failure] of CLASSES) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const path = [match[1], match[2], match[3]].find((group) => group !== undefined && group !== '');
    return path === undefined ? { failure } : { failure, path };
  }
  return { failure: 'other' };
}

/** Whether the runtime says that the memory limit killed the container before its program ran. */
export function isInitOom(text: string): boolean {
  return INIT_OOM.test(text.slice(0, MAX_TEXT));
}

/** Whether the container died while the runtime was setting it up, without a reason: with a tiny memory limit, because of it. */
export function isInitDeath(text: string): boolean {
  return INIT_DIED.test(text.slice(0, MAX_TEXT));
}

/** The end of a runtime's message, which says what is wrong; the layers above it only pass it on. */
export function runtimeWords(text: string): string {
  const cut = text.slice(0, MAX_TEXT);
  for (const layer of [
    'unable to start container process: ',
    'failed to generate spec: ',
    'failed to exec in container: ',
  ]) {
    const at = cut.lastIndexOf(layer);
    if (at !== -1) return cut.slice(at + layer.length).replace(/: unknown$/, '');
  }
  return cut;
}
