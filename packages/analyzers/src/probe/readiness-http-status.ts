import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { probeConfidence, probeFacts, type ProbeFacts } from '../support/probe-fault.ts';
import { whatItSays } from '../support/probe-fixes.ts';
import { editByHand } from '../support/container-fixes.ts';
import { optional } from '../support/optional.ts';

/** Reports readiness probes that get an HTTP status which is no success. */
export const readinessHttpStatus: Analyzer = containerFault(
  {
    id: 'readiness-http-status',
    title: 'Readiness probe gets an HTTP error',
    breaks: ['readiness'],
    waitsFor: ['dependency', 'name-resolution', 'network'],
    docs: {
      means:
        'The program answers the readiness probe with an HTTP status below 200 or from 400 on. 404 and 401 speak of the path in the probe, 5xx of the program or of what it depends on.',
      decides: 'Failures of the readiness probe with "HTTP probe failed with statuscode".',
      silent: 'Inside the budget of the probes, and for redirects, which the kubelet follows or counts as success.',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const status = group.first.failure?.status ?? 0;
    return {
      message: `${capital(group.words)} is not ready: its readiness probe gets HTTP ${status}`,
      cause: `The readiness probe (${facts.does}) of container "${group.container}" gets status ${status}: ${meaning(status)}.`,
      confidence: probeConfidence(group),
      evidence: facts.evidence,
      detail: { container: group.container, status, ...optional('port', facts.port) },
      notes: notesOf(status, facts),
      fixes: [
        ...(status >= 500
          ? []
          : [
              editByHand(group, `Correct the path of the readiness probe of container "${group.container}"`, [
                `${facts.probe.httpGet?.path ?? '/'} is answered with ${status}; ask for a path that the program serves without a login.`,
              ]),
            ]),
        ...whatItSays(group),
      ],
    };
  },
);

function meaning(status: number): string {
  if (status === 404) return 'the program serves no such path';
  if (status === 401 || status === 403) return 'the program wants a login for that path';
  if (status >= 500) return 'the program itself says that it, or something it needs, is not well';
  return 'the program does not accept the request';
}

function notesOf(status: number, { probe, port }: ProbeFacts): readonly string[] {
  const secure = port === 443 || port === 8443 || port === 6443;
  return status === 400 && secure && (probe.httpGet?.scheme ?? 'HTTP') === 'HTTP'
    ? ['Servers that speak TLS answer plain HTTP with status 400: the probe may need scheme HTTPS.']
    : [];
}
