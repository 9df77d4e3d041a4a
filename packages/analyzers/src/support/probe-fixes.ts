import { type Fix } from '@kroot/types';
import { type FaultGroup } from './container-fault.ts';
import { changeContainer, editByHand, presentLogs, rollBack } from './container-fixes.ts';
import { kubectl } from './kubectl.ts';
import { probeHandler } from './probe-target.ts';
import { type ProbeFacts } from './probe-fault.ts';

/** Sends the probe to the port that the container leaves as the only one; a look where there are several. */
export function changePort(group: FaultGroup, facts: ProbeFacts): Fix {
  const { kind, field, probe, likelyPort } = facts;
  const summary =
    likelyPort === undefined
      ? `Send the ${kind} probe of container "${group.container}" to the port on which the program listens`
      : `Send the ${kind} probe of container "${group.container}" to port ${likelyPort}`;
  const steps = ['The program must listen on that port on all addresses, not on localhost only.'];
  if (likelyPort === undefined) return editByHand(group, summary, steps);
  return changeContainer(group, summary, steps, [
    { op: 'replace', path: `${field}/${probeHandler(probe)}/port`, value: likelyPort },
  ]);
}

/** Gives the probe more time. */
export function changeTimeout(group: FaultGroup, { kind, field, probe }: ProbeFacts): Fix {
  const now = probe.timeoutSeconds ?? 1;
  const more = Math.max(5, now * 2);
  return changeContainer(
    group,
    `Give the ${kind} probe of container "${group.container}" ${more} s instead of ${now} s`,
    ['An answer that takes long points at a CPU limit or a dependency as well; the timeout only stops the harm.'],
    [{ op: 'add', path: `${field}/timeoutSeconds`, value: more }],
  );
}

/** Lets the program start before the liveness probe may kill it. */
export function addStartupProbe(group: FaultGroup, { probe }: ProbeFacts): Fix {
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const handler = {
    ...(httpGet === undefined ? {} : { httpGet }),
    ...(tcpSocket === undefined ? {} : { tcpSocket }),
    ...(grpc === undefined ? {} : { grpc }),
    ...(exec === undefined ? {} : { exec }),
  };
  return changeContainer(
    group,
    `Give container "${group.container}" a startup probe, so that its liveness probe waits until the program is up`,
    ['failureThreshold times periodSeconds (here 5 min) must be longer than the slowest start.'],
    [{ op: 'add', path: 'startupProbe', value: { ...handler, periodSeconds: 10, failureThreshold: 30 } }],
  );
}

/** Runs an exec probe's command by hand. */
export function runProbeByHand(group: FaultGroup, { kind, probe }: ProbeFacts): Fix {
  const { namespace, name } = group.first.pod.ref;
  return {
    summary: `Run the command of the ${kind} probe by hand in container "${group.container}"`,
    steps: ['Its output says what it misses; exit code 0 is success.'],
    commands: [kubectl(namespace, 'exec', name, '-c', group.container, '--', ...(probe.exec?.command ?? ['true']))],
    effect: 'none',
    where: 'cluster',
  };
}

/** The last resort of every probe rule: what the program says. */
export function whatItSays(group: FaultGroup): readonly Fix[] {
  return [
    ...rollBack(group),
    presentLogs(group, ['See whether the program listens, on which address and port, and what it waits for.']),
  ];
}
