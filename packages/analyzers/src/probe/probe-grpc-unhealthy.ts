import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { consequence, probeFacts } from '../support/probe-fault.ts';
import { whatItSays } from '../support/probe-fixes.ts';
import { editByHand } from '../support/container-fixes.ts';

/** Reports gRPC health checks that say the service is not serving, or that nobody implements. */
export const probeGrpcUnhealthy: Analyzer = containerFault(
  {
    id: 'probe-grpc-unhealthy',
    title: 'gRPC health check does not say SERVING',
    breaks: ['readiness', 'container-exit', 'availability'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The program speaks gRPC, but its health service answers NOT_SERVING, does not know the service that the probe names, or does not exist.',
      decides: 'Failures of a gRPC readiness probe with NOT_SERVING, unknown service, Unimplemented or NotFound.',
      silent: 'Inside the budget of the probes.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-a-grpc-liveness-probe',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const service = facts.probe.grpc?.service ?? '';
    const asked = service === '' ? 'the whole server' : `service "${service}"`;
    return {
      message: `${capital(group.words)} ${consequence(group)}: its gRPC health check does not say SERVING`,
      cause: `The ${facts.kind} probe (${facts.does}) of container "${group.container}" asks for the health of ${asked} and gets "${facts.said}".`,
      evidence: facts.evidence,
      fixes: [
        editByHand(group, `Make the health service of container "${group.container}" answer for ${asked}`, [
          'The name in grpc.service must be one that the program sets a status for.',
          "NOT_SERVING is the program's own word: something that it needs is not there.",
        ]),
        ...whatItSays(group),
      ],
    };
  },
);
