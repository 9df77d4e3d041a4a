import { serviceEndpoints } from '@kroot/graph';
import {
  type AnalyzerContext,
  type AnalyzerMeta,
  type ContainerPort,
  type Evidence,
  type Finding,
  type Fix,
  type Severity,
} from '@kroot/types';
import { computed, fromSpec } from './evidence.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';
import { needEvidence, needWords, type Needer } from './needer.ts';
import { portWords, serviceOf, type PortMiss } from './port-miss.ts';
import { isNeeded, needersOf, needersOfPort } from './service-need.ts';
import { jsonPatch } from './template-patch.ts';
import { listed } from './words.ts';

/** What a port that leads nowhere stops in others. */
export const PORT_BREAKS: NonNullable<AnalyzerMeta['breaks']> = [
  'endpoints',
  'route',
  'dependency',
  'name-resolution',
  'admission',
  'extension-api',
  'metrics',
];

/** What the rule adds to a finding on a port. */
interface PortWords {
  readonly rule: string;
  readonly message: string;
  /** Without final stop. */
  readonly cause: string;
  readonly confidence: number;
  /** The severity when somebody surely needs the port, and when nobody is known to; a vague mention makes a warning. */
  readonly needed: Severity;
  readonly unneeded: Severity;
  /** What the patch would put in its place, if that is clear. */
  readonly patch?: { readonly field: 'targetPort' | 'protocol'; readonly value: number | string };
  readonly notes?: readonly string[];
}

/** A finding on one port of a Service. */
export function portFinding(context: AnalyzerContext, miss: PortMiss, words: PortWords): Finding {
  const subject = serviceOf(miss);
  const { port, index } = miss;
  const needers = needersOfPort(needersOf(context, miss.service), port);
  const need = needWords(needers);
  const notes = [
    ...(words.notes ?? []),
    ...(needers.length === 0 ? ['Nothing in the snapshot is known to use this port of the Service.'] : []),
  ];
  return {
    rule: words.rule,
    subject,
    discriminator: port.name ?? String(port.port),
    severity: severityOf(miss, needers, words),
    confidence: words.confidence,
    message: words.message,
    cause: `${words.cause}${need === undefined ? '' : `, and ${need}`}.`,
    detail: { port: port.port, target: String(miss.target), protocol: miss.protocol },
    evidence: [
      fromSpec(subject, `spec.ports[${index}]`, portQuote(miss)),
      fromSpec(
        miss.owner,
        'containerPorts',
        miss.declared.length === 0
          ? 'none declared'
          : miss.declared
              .map((each) => portWords(each))
              .slice(0, 8)
              .join(', '),
      ),
      ...statedEvidence(context, miss),
      ...needEvidence(needers),
    ],
    fixes: fixesOf(miss, words),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function severityOf({ othersFit }: PortMiss, needers: readonly Needer[], { needed, unneeded }: PortWords): Severity {
  // Who names no port may well use one of those that fit.
  const sure = othersFit ? needers.filter(({ port }) => port !== undefined) : needers;
  if (isNeeded(sure)) return needed;
  if (sure.length > 0) return 'warning';
  return othersFit ? 'info' : unneeded;
}

function portQuote({ port, target, protocol }: PortMiss): string {
  return `${port.name === undefined ? '' : `name: ${port.name}, `}port: ${port.port}, targetPort: ${target}, protocol: ${protocol}`;
}

function statedEvidence({ snapshot }: AnalyzerContext, { service, kind }: PortMiss): readonly Evidence[] {
  const { source, ready } = serviceEndpoints(snapshot, service);
  if (kind !== 'named' || (source !== 'EndpointSlice' && source !== 'Endpoints') || ready.length > 0) return [];
  return [
    computed(serviceOfService(service), `its ${source} ${source === 'Endpoints' ? 'hold' : 'holds'} no ready address`),
  ];
}

function serviceOfService(service: PortMiss['service']): Evidence['ref'] {
  return { group: '', kind: 'Service', namespace: service.metadata.namespace ?? '', name: service.metadata.name };
}

function fixesOf(miss: PortMiss, { patch }: PortWords): readonly Fix[] {
  const subject = serviceOf(miss);
  const look: Fix = {
    summary: `Compare the ports of ${inWords(subject)} with those of its pods`,
    steps: [
      `Make ${patch?.field ?? 'targetPort'} of port ${miss.port.port} the one on which the program in ${inWords(miss.owner)} listens, or declare that port on the container.`,
    ],
    commands: [
      kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'jsonpath={.spec.ports}'),
      kubectl(miss.owner.namespace, 'get', kubectlName(miss.owner), '-o', 'yaml'),
    ],
    effect: 'none',
    where: 'cluster',
  };
  if (patch === undefined) return [look];
  const change: Fix = {
    summary: `Set ${patch.field} of port ${miss.port.port} of ${inWords(subject)} to ${patch.value}`,
    steps: [`Change spec.ports[${miss.index}].${patch.field} to ${patch.value}.`],
    // `add` replaces a member that is there: https://www.rfc-editor.org/rfc/rfc6902#section-4.1
    commands: [
      jsonPatch(subject, [{ op: 'add', path: `/spec/ports/${miss.index}/${patch.field}`, value: patch.value }]),
    ],
    effect: 'change',
    where: 'cluster',
  };
  return [change, look];
}

/** The one declared port that is surely meant: of the wanted protocol, and the only one or the one of a like name. */
export function meantPort({ declared, protocol, port, target }: PortMiss): ContainerPort | undefined {
  const fitting = declared.filter((each) => (each.protocol ?? 'TCP') === protocol);
  const byName = fitting.filter(
    ({ name }) => name !== undefined && name !== '' && (name === port.name || name === target),
  );
  const byNumber = fitting.filter(({ containerPort }) => containerPort === port.port);
  const [only, ...more] = byName.length === 1 ? byName : byNumber.length === 1 ? byNumber : fitting;
  return more.length === 0 ? only : undefined;
}

/** `8080 ("http") and 9090`, or `no port`. */
export function declaredWords({ declared }: PortMiss): string {
  return declared.length === 0
    ? 'no port'
    : `only ${listed(
        declared.map((each) => portWords(each)),
        4,
      )}`;
}
