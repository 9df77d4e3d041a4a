import { CONFIDENCE, type Analyzer, type Because } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault, containerField } from '../support/container-fault.ts';
import { presentLogs } from '../support/container-fixes.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { serviceNamed } from '../support/peer.ts';
import { waitTarget } from '../support/wait-target.ts';
import { span } from '../support/words.ts';

/** Reports init containers that have run for long without an end, mostly waiting for somebody. */
export const initContainerHang: Analyzer = containerFault(
  {
    id: 'init-container-hang',
    title: 'Init container does not come to an end',
    breaks: ['dependency', 'readiness'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'An init container has been running for more than ten minutes; the app containers wait for it. Such containers often wait for a Service that is not there.',
      decides:
        'The first init container that is not done runs, for ten minutes or more. The host that its command waits for is read from the command, arguments and variables.',
      silent: 'In the first ten minutes, and for sidecars, which are meant to run on.',
      falsePositives: 'A long migration or download that is still at work.',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/init-containers/'],
    },
  },
  (group) => {
    const { first, container, owner, snapshot } = group;
    const now = snapshot.now.getTime();
    const age = first.pod.since === undefined ? 'for long' : `for ${span(now - first.pod.since)}`;
    const target = waitTarget(first.state.container);
    const service = target === undefined ? undefined : serviceNamed(snapshot, target.host, owner.namespace);
    const because: readonly Because[] | undefined =
      service === undefined ? undefined : [{ ref: service, mechanism: 'dependency' }];
    const address =
      target === undefined ? undefined : `${target.host}${target.port === undefined ? '' : `:${target.port}`}`;
    return {
      message:
        address === undefined
          ? `Init ${group.words} has been running ${age} and does not end`
          : `Init ${group.words} has been waiting ${age} for ${address}`,
      cause: `Init container "${container}" has been running ${age}${address === undefined ? '' : `, and its command waits for ${address}`}; the other containers of ${inWords(first.pod.ref)} start only after it.`,
      confidence: address === undefined ? CONFIDENCE.heuristic : CONFIDENCE.strong,
      ...optional('because', because),
      evidence: [
        containerField(group, first.state.container.command === undefined ? 'args' : 'command', [
          ...(first.state.container.command ?? []),
          ...(first.state.container.args ?? []),
        ]),
      ],
      fixes: [
        ...(service === undefined
          ? []
          : [
              {
                summary: `${capital('repair')} ${inWords(service)}, which it waits for`,
                steps: [`See whether ${inWords(service)} exists and has endpoints.`],
                commands: [
                  kubectl(service.namespace, 'get', kubectlName(service)),
                  kubectl(
                    service.namespace,
                    'get',
                    'endpointslices',
                    '-l',
                    `kubernetes.io/service-name=${service.name}`,
                  ),
                ],
                effect: 'none' as const,
                where: 'cluster' as const,
              },
            ]),
        presentLogs(group, ['See what the init container is doing.']),
      ],
    };
  },
);
