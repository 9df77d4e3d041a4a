import { CONFIDENCE, type Evidence, type Probe } from '@kroot/types';
import { type Claim } from './claims.ts';
import { containerField, type FaultGroup } from './container-fault.ts';
import { probeOf, probePort } from './probe-events.ts';
import { declaredPorts, otherProbePorts, probeWords } from './probe-target.ts';
import { runtimeWords } from '../messages/start-error.ts';
import { inline, listed } from './words.ts';

/** Where and how often a probe of the group fails: what all probe rules tell from. */
export interface ProbeFacts {
  readonly kind: NonNullable<Claim['probe']>;
  /** Field of the container: `readinessProbe`. */
  readonly field: 'readinessProbe' | 'livenessProbe' | 'startupProbe';
  readonly probe: Probe;
  /** `GET http port 8080/healthz`. */
  readonly does: string;
  readonly port?: number;
  /** The name of the port, where the probe uses one. */
  readonly portName?: string;
  readonly declared: readonly number[];
  readonly others: readonly number[];
  /** The port that the probe should use, if the container leaves only one. */
  readonly likelyPort?: number;
  /** The machine's words, short. */
  readonly said: string;
  readonly evidence: readonly Evidence[];
}

/** The facts about the probe that a group is about. */
export function probeFacts(group: FaultGroup): ProbeFacts {
  const { first } = group;
  const kind = first.probe ?? 'readiness';
  const field = `${kind}Probe` as const;
  const { container } = first.state;
  const probe = probeOf(container, kind) ?? {};
  const { number, name } = probePort(container, probe);
  const declared = declaredPorts(container);
  const others = [...new Set(otherProbePorts(container, probe))].filter((port) => port !== number);
  const candidates =
    others.length > 0 ? others.filter((port) => declared.length === 0 || declared.includes(port)) : declared;
  const [likelyPort] = candidates;
  return {
    kind,
    field,
    probe,
    does: probeWords(probe),
    ...(number === undefined ? {} : { port: number }),
    ...(name === undefined ? {} : { portName: name }),
    declared,
    others,
    ...(candidates.length === 1 && likelyPort !== undefined && likelyPort !== number ? { likelyPort } : {}),
    said: inline(runtimeWords(first.failure?.text ?? ''), 200),
    evidence: [
      containerField(group, field, probe),
      ...(declared.length > 0 && number !== undefined && !declared.includes(number)
        ? [containerField(group, 'ports', container.ports)]
        : []),
    ],
  };
}

/** `, as the readiness probe uses port 8080`: what the other ports say about this one. */
export function portContrast({ port, declared, others }: ProbeFacts): string {
  if (port === undefined || declared.includes(port)) return '';
  const parts = [
    ...(declared.length === 0 ? [] : [`the container declares port ${listed(declared.map(String))}`]),
    ...(others.length === 0 ? [] : [`its other probes use port ${listed(others.map(String))}`]),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(' and ')}`;
}

/** Words of the kubelet about now are as good as it gets; the spec alone leaves an alternative. */
export function probeConfidence({ first }: FaultGroup): number {
  return first.unsaid === true ? CONFIDENCE.strong : CONFIDENCE.stated;
}

/** How the container suffers: killed for it, or left unready. */
export function consequence({ first }: FaultGroup): string {
  if (first.probe === 'readiness') return 'is not ready';
  if (first.probe === 'startup') return 'never counts as started';
  return 'is killed again and again';
}
