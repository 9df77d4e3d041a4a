import { type Because, type Fix } from '@kroot/types';
import { type Claim, type ClaimRule } from './claims.ts';
import { troubleOf } from './crash-trouble.ts';
import { type FaultGroup } from './container-fault.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';
import { peerOf, type Peer } from './peer.ts';

/** Rules on containers that run without being ready, or that a probe kills: the probe says that, their log may say why. */
const AIDED: ReadonlySet<ClaimRule> = new Set([
  'init-container-hang',
  'liveness-kill-loop',
  'liveness-too-aggressive',
  'probe-grpc-unhealthy',
  'readiness-conn-refused',
  'readiness-exec-failed',
  'readiness-http-status',
  'readiness-timeout',
  'sidecar-init-not-started',
  'startup-probe-exhausted',
]);

/** Whether the log of a container may explain what the rule reports. */
export function isAided(rule: ClaimRule): boolean {
  return AIDED.has(rule);
}

/** What a container's log adds to what its probe says. */
export interface LogAid {
  readonly note: string;
  readonly notes: readonly string[];
  readonly because: readonly Because[];
  readonly fixes: readonly Fix[];
}

/** The part of the log in a fault that a probe reports; undefined where the log was not read or tells nothing. */
export function logAid(group: FaultGroup): LogAid | undefined {
  const { first } = group;
  if (first.log === undefined || !isAided(first.rule)) return undefined;
  const peer = peerOf(group.snapshot, first.crash, group.owner.namespace);
  const trouble = troubleOf(group);
  const says = peer?.words ?? trouble?.words ?? portWords(first);
  if (says === undefined) return undefined;
  return {
    note: `The end of the log of container "${group.container}" says why: ${peer === undefined ? says : `it ${says}`}.`,
    notes: [...(peer?.note === undefined ? [] : [peer.note]), ...(trouble?.notes ?? [])],
    because: peer?.because ?? trouble?.because ?? [],
    fixes: peer?.service === undefined ? [] : [lookAtPeer(group, peer)],
  };
}

function portWords({ crash }: Claim): string | undefined {
  if (crash?.portTaken !== true) return undefined;
  return crash.port === undefined ? 'a port that it wants is taken' : `port ${crash.port} is taken`;
}

/** The first repair where a program misses somebody: repair them. */
export function lookAtPeer(group: FaultGroup, peer: Peer): Fix {
  const service = peer.service ?? group.owner;
  return {
    summary: `Repair ${inWords(service)}, which the program needs`,
    steps: [`Container "${group.container}" ${peer.words}; see whether ${inWords(service)} exists and has endpoints.`],
    commands: [
      kubectl(service.namespace, 'get', kubectlName(service)),
      kubectl(service.namespace, 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${service.name}`),
    ],
    effect: 'none',
    where: 'cluster',
  };
}
