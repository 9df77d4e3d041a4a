import { type Because, type Fix } from '@kroot/types';
import { type Claim, type ClaimRule } from './claims.ts';
import { troubleOf } from './crash-trouble.ts';
import { type FaultGroup } from './container-fault.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';
import { peerOf, type Peer } from './peer.ts';

type LogOf = 'ended' | 'running';

/** Rules on containers that run without being ready, or that a probe kills: the probe says that, their log may say why. */
const AIDED: ReadonlyMap<ClaimRule, LogOf> = new Map([
  ['init-container-hang', 'running'],
  ['liveness-kill-loop', 'ended'],
  ['liveness-too-aggressive', 'ended'],
  ['probe-grpc-unhealthy', 'running'],
  ['readiness-conn-refused', 'running'],
  ['readiness-exec-failed', 'running'],
  ['readiness-http-status', 'running'],
  ['readiness-timeout', 'running'],
  ['sidecar-init-not-started', 'running'],
  ['startup-probe-exhausted', 'ended'],
]);

/** Which log of a container may explain what a probe reports; undefined where none may. What a running one said before its last restart is over. */
export function aidingLog({ rule, state }: Claim): LogOf | undefined {
  const of = AIDED.get(rule);
  return of === undefined || state.status?.state?.running !== undefined ? of : 'ended';
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
  if (first.log === undefined || !AIDED.has(first.rule)) return undefined;
  const peer = peerOf(group.snapshot, first.crash, group.owner.namespace);
  if (peer !== undefined) return peerAid(group, peer);
  const trouble = troubleOf(group);
  const says = trouble?.words ?? portWords(first);
  if (says === undefined) return undefined;
  return { note: noteOf(group, says), notes: trouble?.notes ?? [], because: trouble?.because ?? [], fixes: [] };
}

function peerAid(group: FaultGroup, peer: Peer): LogAid {
  return {
    note: noteOf(group, `it ${peer.words}`),
    notes: peer.note === undefined ? [] : [peer.note],
    because: peer.because ?? [],
    fixes: peer.service === undefined ? [] : [lookAtPeer(group, peer)],
  };
}

function noteOf({ container }: FaultGroup, says: string): string {
  return `The end of the log of container "${container}" says why: ${says}.`;
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
