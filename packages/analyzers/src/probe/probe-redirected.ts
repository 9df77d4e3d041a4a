import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { consequence, probeFacts } from '../support/probe-fault.ts';
import { whatItSays } from '../support/probe-fixes.ts';
import { editByHand } from '../support/container-fixes.ts';

/** Reports probes that the program sends on to another address. */
export const probeRedirected: Analyzer = containerFault(
  {
    id: 'probe-redirected',
    title: 'Probe is redirected to an address that fails',
    breaks: ['readiness', 'container-exit', 'availability'],
    docs: {
      means:
        'The program answers the probe with a redirect, the kubelet follows it, and what it gets there is the failure. The scheme in the message is that of the new address, not of the probe.',
      decides: 'The failure names a URL whose scheme, port or path is not that of the probe, or too many redirects.',
      silent: 'When the URL in the words is the one of the probe.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const target = group.first.failure?.url ?? 'another address';
    return {
      message: `${capital(group.words)} ${consequence(group)}: its ${facts.kind} probe is redirected to ${target}`,
      cause: `The ${facts.kind} probe (${facts.does}) of container "${group.container}" is redirected to ${target}, and fails there: "${facts.said}".`,
      evidence: facts.evidence,
      notes: ["A change of the probe's scheme would not help: the redirect is the program's answer."],
      fixes: [
        editByHand(group, `Ask container "${group.container}" for a path that it answers without a redirect`, [
          'Redirects to HTTPS, to a login or to a canonical host are usual on /; health paths should be exempt from them.',
        ]),
        ...whatItSays(group),
      ],
    };
  },
);
