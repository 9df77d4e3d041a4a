import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { consequence, probeFacts } from '../support/probe-fault.ts';
import { whatItSays } from '../support/probe-fixes.ts';
import { nearNames } from '@kroot/graph';
import { CONFIDENCE } from '@kroot/types';
import { changeContainer, editByHand } from '../support/container-fixes.ts';
import { listed } from '../support/words.ts';
import { probeHandler } from '../support/probe-target.ts';

/** Reports probes that use a port name which the container does not declare. */
export const probeNamedPortMissing: Analyzer = containerFault(
  {
    id: 'probe-named-port-missing',
    title: 'Probe uses a port name that the container does not declare',
    breaks: ['readiness'],
    docs: {
      means:
        'The kubelet looks the name of a probe port up among the ports of the container. It finds none, cannot run the probe, and the container is never ready.',
      decides:
        'The kubelet says strconv.Atoi (older) or that the port is not found (newer); without events, a readiness or startup probe of a container that is not ready names a port that the container does not declare.',
      silent: 'For liveness probes alone: the result of a probe that errors is thrown away, so nothing is killed.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const { container } = group.first.state;
    const name = group.first.failure?.portName ?? facts.portName ?? '';
    const names = (container.ports ?? []).map((port) => port.name).filter((one) => one !== undefined);
    const near = nearNames(name, names);
    const right = near[0] ?? (names.length === 1 ? names[0] : undefined);
    const same = (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).filter((field) => {
      const probe = container[field];
      return probe !== undefined && (probe.httpGet?.port === name || probe.tcpSocket?.port === name);
    });
    const has = names.length === 0 ? 'no named port' : `port ${listed(names)}`;
    return {
      message: `${capital(group.words)} ${consequence(group)}: its ${facts.kind} probe uses port name ${name}, which the container does not declare`,
      cause: `The ${facts.kind} probe of container "${group.container}" asks for port "${name}", and the container declares ${has}, so the kubelet cannot run the probe.`,
      confidence: group.first.unsaid === true ? CONFIDENCE.proved : CONFIDENCE.stated,
      evidence: facts.evidence,
      detail: { container: group.container, portName: name },
      notes: right === undefined ? [] : [`Port "${right}" was probably meant.`],
      fixes: [
        right === undefined
          ? editByHand(group, `Declare a port named ${name} on container "${group.container}"`, [
              'Add it under ports with the number on which the program listens, or give the probe that number.',
            ])
          : changeContainer(
              group,
              `Let the probes of container "${group.container}" use port name ${right}`,
              [`${listed([...same])} ${same.length === 1 ? 'names' : 'name'} ${name}.`],
              same.map((field) => ({
                op: 'replace',
                path: `${field}/${probeHandler(container[field] ?? {})}/port`,
                value: right,
              })),
            ),
        ...whatItSays(group).slice(0, -1),
      ],
    };
  },
);
