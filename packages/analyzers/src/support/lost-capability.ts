import { type ContainerState, type PodState } from '@kroot/graph';
import { type Pod } from '@kroot/types';

/** A capability that a program's last words ask for and its container does not have. */
export interface LostCapability {
  /** Without CAP_, as Kubernetes spells it. */
  readonly name: string;
  /** Whether containers have it unless it is dropped. */
  readonly usual: boolean;
}

/** What containerd and CRI-O give to every container that drops nothing. https://man7.org/linux/man-pages/man7/capabilities.7.html */
const USUAL: ReadonlySet<string> = new Set([
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

const DENIED = String.raw`[^\n]{0,200}?(?:[Oo]peration not permitted|EPERM)`;

/** System calls and tools by the capability that they need, as their errors name them. */
const ATTEMPTS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(String.raw`\b(?:l?chown)\b${DENIED}`), 'CHOWN'],
  [new RegExp(String.raw`\b(?:set(?:re|res)?gid|initgroups|setgroups)\b${DENIED}`), 'SETGID'],
  [new RegExp(String.raw`\b(?:set(?:re|res)?uid)\b${DENIED}`), 'SETUID'],
  [/\bbind\(\)? to \S{1,60}:\d{1,3} failed \(13: Permission denied\)/, 'NET_BIND_SERVICE'],
  [/\b(?:bind|listen)\b[^\n]{0,80}:\d{1,3}\b[^\n]{0,60}(?:permission denied|EACCES)/i, 'NET_BIND_SERVICE'],
  [new RegExp(String.raw`\b(?:chroot)\b${DENIED}`), 'SYS_CHROOT'],
  [new RegExp(String.raw`\b(?:mlockall|mlock2?)\b${DENIED}`), 'IPC_LOCK'],
  [new RegExp(String.raw`\b(?:sched_setscheduler|setpriority)\b${DENIED}`), 'SYS_NICE'],
  [new RegExp(String.raw`\b(?:RTNETLINK answers)${DENIED}`), 'NET_ADMIN'],
  [/\bip6?tables\b[^\n]{0,200}(?:Permission denied \(you must be root\)|Operation not permitted)/, 'NET_ADMIN'],
];

/**
 * The capability that a container lacks, by the words with which it ended. Programs that are known not to run as root lose
 * theirs in any case, so the setting is not what stops them.
 */
export function lostCapability({ pod }: PodState, state: ContainerState): LostCapability | undefined {
  const text = (state.terminated?.message ?? '').slice(-8192);
  if (text === '' || isPrivileged(state) || isPlainUser(pod, state)) return undefined;
  const found = ATTEMPTS.find(([pattern, name]) => pattern.test(text) && !has(state, name));
  return found === undefined ? undefined : { name: found[1], usual: USUAL.has(found[1]) };
}

function isPrivileged({ container }: ContainerState): boolean {
  return container.securityContext?.privileged === true;
}

function isPlainUser({ spec }: Pod, { container }: ContainerState): boolean {
  const own = container.securityContext;
  const user = own?.runAsUser ?? spec.securityContext?.runAsUser;
  return user === undefined ? (own?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) === true : user !== 0;
}

function has({ container }: ContainerState, name: string): boolean {
  const { add = [], drop = [] } = container.securityContext?.capabilities ?? {};
  if (lists(add, name)) return true;
  return USUAL.has(name) && !lists(drop, name);
}

function lists(names: readonly string[], name: string): boolean {
  return names.some((one) => {
    const plain = one.toUpperCase().replace(/^CAP_/, '');
    return plain === name || plain === 'ALL';
  });
}
