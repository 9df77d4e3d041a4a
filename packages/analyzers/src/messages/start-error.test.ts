import { expect, test } from 'vitest';
import { isInitDeath, isInitOom, readStartError, type StartError } from './start-error.ts';

const RUNC =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

const cases: readonly (readonly [string, StartError])[] = [
  [`${RUNC}exec: "serve": executable file not found in $PATH: unknown`, { failure: 'exec-not-found', path: 'serve' }],
  [
    `${RUNC}exec: "/app/run.sh": stat /app/run.sh: no such file or directory: unknown`,
    { failure: 'exec-not-found', path: '/app/run.sh' },
  ],
  [`${RUNC}exec /entrypoint.sh: no such file or directory`, { failure: 'exec-not-found', path: '/entrypoint.sh' }],
  [`${RUNC}exec: "/app/run.sh": permission denied: unknown`, { failure: 'not-executable', path: '/app/run.sh' }],
  ['exec /usr/local/bin/app: exec format error', { failure: 'exec-format', path: '/usr/local/bin/app' }],
  ['standard_init_linux.go:228: exec user process caused: exec format error', { failure: 'exec-format' }],
  [`${RUNC}container init was OOM-killed (memory limit too low?): unknown`, { failure: 'init-oom' }],
  [
    'failed to generate container "ab" spec: failed to generate spec: failed to mkdir "/etc/x": mkdir /etc/x: read-only file system',
    { failure: 'read-only-path', path: '/etc/x' },
  ],
  [
    `${RUNC}error mounting "/a" to rootfs at "/b": not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?`,
    { failure: 'mount-type' },
  ],
  ['failed to generate container "ab" spec: failed to generate spec: no command specified', { failure: 'no-command' }],
  ['failed to reserve container name "web_web-0_default_1_0": name is reserved for "ab"', { failure: 'name-reserved' }],
  [
    'failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/a.json": open /var/lib/kubelet/seccomp/a.json: no such file or directory',
    { failure: 'seccomp-profile', path: '/var/lib/kubelet/seccomp/a.json' },
  ],
  [
    'setup seccomp: unable to load local profile "/var/lib/kubelet/seccomp/a.json": open /var/lib/kubelet/seccomp/a.json: no such file or directory',
    { failure: 'seccomp-profile', path: '/var/lib/kubelet/seccomp/a.json' },
  ],
  [
    'failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found deny-write',
    { failure: 'apparmor-profile', path: 'deny-write' },
  ],
  [
    `${RUNC}unable to apply apparmor profile: apparmor failed to apply profile: unknown`,
    { failure: 'apparmor-profile' },
  ],
  [
    'hcs::CreateComputeSystem ab: The container operating system does not match the host operating system.',
    { failure: 'windows-build' },
  ],
  ['context deadline exceeded', { failure: 'other' }],
];

test.each(cases)('%s', (message, wanted) => {
  expect(readStartError(message)).toEqual(wanted);
});

test('tiny limits', () => {
  expect(isInitOom('container init was OOM-killed (memory limit too low?): unknown')).toBe(true);
  expect(isInitDeath('context deadline exceeded')).toBe(false);
  expect(isInitDeath('container init caused: : unknown')).toBe(true);
  expect(isInitDeath('runc did not terminate sucessfully: exit status 137')).toBe(true);
});
