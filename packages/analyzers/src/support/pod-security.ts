import { podContainers } from '@kroot/graph';
import { type PodSpec, type SecurityContext } from '@kroot/types';

/** The levels of the Pod Security Standards that restrict anything. */
export type PodSecurityLevel = 'baseline' | 'restricted';

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const BASELINE_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** What of a pod the level forbids, as the API server words it; Windows pods and the rarer controls are left out. */
export function podSecurityViolations(spec: PodSpec, level: PodSecurityLevel): readonly string[] {
  const found = baseline(spec);
  return level === 'baseline' ? found : [...found, ...restricted(spec)];
}

function contexts(spec: PodSpec): readonly { readonly name: string; readonly own: SecurityContext }[] {
  return podContainers(spec).map(({ container }) => ({ name: container.name, own: container.securityContext ?? {} }));
}

function baseline(spec: PodSpec): readonly string[] {
  const found: string[] = [];
  if (spec.hostNetwork === true || spec.hostPID === true || spec.hostIPC === true) found.push('host namespaces');
  for (const { name, hostPath } of spec.volumes ?? []) {
    if (hostPath !== undefined) found.push(`hostPath volume "${name}"`);
  }
  for (const { container } of podContainers(spec)) {
    const ports = (container.ports ?? []).flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [hostPort]));
    if (ports.length > 0) found.push(`hostPort ${ports.join(', ')} of container "${container.name}"`);
  }
  for (const { name, own } of contexts(spec)) {
    if (own.privileged === true) found.push(`privileged container "${name}"`);
    const more = (own.capabilities?.add ?? []).filter((each) => !BASELINE_CAPABILITIES.has(each));
    if (more.length > 0) found.push(`capabilities ${more.join(', ')} of container "${name}"`);
  }
  return found;
}

function restricted(spec: PodSpec): readonly string[] {
  const found: string[] = [];
  const pod = spec.securityContext ?? {};
  for (const { name, own } of contexts(spec)) {
    if (own.allowPrivilegeEscalation !== false)
      found.push(`allowPrivilegeEscalation of container "${name}" is not false`);
    if (own.capabilities?.drop?.includes('ALL') !== true)
      found.push(`container "${name}" does not drop ALL capabilities`);
    if ((own.runAsNonRoot ?? pod.runAsNonRoot) !== true) found.push(`runAsNonRoot of container "${name}" is not true`);
    if ((own.seccompProfile ?? pod.seccompProfile)?.type === undefined)
      found.push(`container "${name}" has no seccompProfile`);
  }
  return found;
}
