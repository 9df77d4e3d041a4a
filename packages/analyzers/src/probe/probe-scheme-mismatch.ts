import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { consequence, probeFacts, type ProbeFacts } from '../support/probe-fault.ts';
import { whatItSays } from '../support/probe-fixes.ts';
import { type FaultGroup } from '../support/container-fault.ts';
import { changeContainer, editByHand } from '../support/container-fixes.ts';
import { probeHandler, probeWords } from '../support/probe-target.ts';

const SPOKEN = { http: 'plain HTTP', https: 'TLS', http2: 'HTTP/2, as gRPC servers do' } as const;

/** Reports probes that speak another protocol than the port does. */
export const probeSchemeMismatch: Analyzer = containerFault(
  {
    id: 'probe-scheme-mismatch',
    title: 'Probe speaks another protocol than its port',
    breaks: ['readiness', 'container-exit', 'availability'],
    docs: {
      means:
        'The program listens and answers, but in another protocol: HTTP to a TLS or gRPC port, HTTPS to a plain one. The probe can never succeed.',
      decides:
        'The words of the probe: "server gave HTTP response to HTTPS client", or a malformed HTTP response that begins like a TLS record or an HTTP/2 frame. A gRPC probe that cannot connect to a port with which another probe of the container gets on over HTTP.',
      silent: 'When the probe was redirected to the other scheme (probe-redirected).',
      references: [
        'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      ],
    },
  },
  (group) => {
    const facts = probeFacts(group);
    const inferred = group.first.failure?.failure === 'grpc-connect';
    const speaks = inferred ? ('http' as const) : group.first.failure?.speaks;
    const answer = speaks === undefined ? 'another protocol' : SPOKEN[speaks];
    const port = facts.port === undefined ? 'its port' : `port ${facts.port}`;
    return {
      message: `${capital(group.words)} ${consequence(group)}: its ${facts.kind} probe asks ${words(facts)}, and ${port} speaks ${answer}`,
      cause: `The ${facts.kind} probe (${facts.does}) of container "${group.container}" fails with "${facts.said}": ${port} speaks ${answer}.`,
      confidence: inferred ? CONFIDENCE.strong : CONFIDENCE.stated,
      evidence: facts.evidence,
      detail: { container: group.container, ...(speaks === undefined ? {} : { speaks }) },
      notes: sibling(group, facts),
      fixes: [repair(group, facts, speaks), ...whatItSays(group).slice(0, -1)],
    };
  },
);

function words({ probe }: ProbeFacts): string {
  if (probe.httpGet !== undefined) return probe.httpGet.scheme ?? 'HTTP';
  return probe.grpc === undefined ? 'TCP' : 'gRPC';
}

/** Another probe of the container that gets on with the same port shows what to write. */
function sibling({ first, container }: FaultGroup, facts: ProbeFacts): readonly string[] {
  const probes = { readiness: first.state.container.readinessProbe, liveness: first.state.container.livenessProbe };
  const other = facts.kind === 'readiness' ? probes.liveness : probes.readiness;
  if (other === undefined || probeHandler(other) === probeHandler(facts.probe)) return [];
  return [
    `The ${facts.kind === 'readiness' ? 'liveness' : 'readiness'} probe of container "${container}" asks ${probeWords(other)}.`,
  ];
}

function repair(
  group: FaultGroup,
  { kind, field, probe, port }: ProbeFacts,
  speaks: 'http' | 'https' | 'http2' | undefined,
): ReturnType<typeof editByHand> {
  const summary = `Let the ${kind} probe of container "${group.container}" speak ${speaks === undefined ? 'the protocol of its port' : SPOKEN[speaks]}`;
  if (probe.httpGet !== undefined && (speaks === 'https' || speaks === 'http')) {
    return changeContainer(
      group,
      summary,
      [speaks === 'https' ? 'The kubelet does not check the certificate.' : 'Plain HTTP needs no certificate.'],
      [{ op: 'add', path: `${field}/httpGet/scheme`, value: speaks.toUpperCase() }],
    );
  }
  if (probe.httpGet !== undefined && speaks === 'http2' && port !== undefined) {
    return changeContainer(
      group,
      summary,
      ['The program must offer the gRPC health service; if it does not, use tcpSocket.'],
      [
        { op: 'remove', path: `${field}/httpGet` },
        { op: 'add', path: `${field}/grpc`, value: { port } },
      ],
    );
  }
  const { readinessProbe, livenessProbe } = group.first.state.container;
  const httpGet = readinessProbe?.httpGet ?? livenessProbe?.httpGet;
  if (probe.grpc !== undefined && speaks === 'http' && httpGet !== undefined) {
    return changeContainer(
      group,
      summary,
      ['This asks what the other probe of the container asks.'],
      [
        { op: 'remove', path: `${field}/grpc` },
        { op: 'add', path: `${field}/httpGet`, value: httpGet },
      ],
    );
  }
  return editByHand(group, summary, ['Compare the handler of the probe with what the program serves on that port.']);
}
