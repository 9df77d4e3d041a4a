import { podsOf, refOf, serviceEndpoints, workloads } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  refKey,
  type Analyzer,
  type AnalyzerMeta,
  type Finding,
  type Mechanism,
  type Pod,
  type ResourceRef,
  type Severity,
} from '@kroot/types';

/** Pods that cannot start, by `refKey`, and how bad what stops them is. */
export type StuckPods = ReadonlyMap<string, Severity>;

/** What a symptom of manifests is called; a means to tell what a fault takes down, no rule that anybody can look up. */
const PREFIX = 'foreseen-';

/** Whether a rule is one of the symptoms that are made here. */
export function isForeseen(rule: string): boolean {
  return rule.startsWith(PREFIX);
}

/**
 * The symptoms that faults in manifests show as: pods that cannot start, workloads and Services that have no other pods.
 * Thus what depends on them is explained by what stops them, as in a cluster.
 */
export function willNotStart(stuck: StuckPods): readonly Analyzer[] {
  const areStuck = (pods: readonly Pod[]): boolean =>
    pods.length > 0 && pods.every((pod) => stuck.has(refKey(refOf(pod))));
  // What may be in the cluster all the same takes nothing down for certain.
  const worst = (pods: readonly Pod[]): Severity =>
    pods.every((pod) => stuck.get(refKey(refOf(pod))) === 'critical') ? 'critical' : 'warning';
  const pod = symptom(
    'pod',
    'warning',
    ['scheduling', 'volume', 'image', 'container-config', 'container-start', 'pod-creation', 'provisioning'],
    ['availability', 'endpoints'],
  );
  const workload = symptom(
    'workload',
    'critical',
    ['availability', 'pod-creation'],
    ['endpoints', 'availability', 'scaling'],
  );
  const service = symptom('service', 'critical', ['endpoints'], ['route', 'dependency', 'endpoints', 'extension-api']);
  return [
    {
      meta: pod,
      *analyze({ snapshot }) {
        for (const each of snapshot.list('Pod'))
          if (areStuck([each])) yield said(pod, 'warning', refOf(each), 'cannot start without it');
      },
    },
    {
      meta: workload,
      *analyze({ snapshot }) {
        for (const { ref } of workloads(snapshot)) {
          const pods = podsOf(snapshot, ref);
          if (areStuck(pods)) yield said(workload, worst(pods), ref, 'cannot start its pods');
          else if (pods.some((each) => stuck.has(refKey(refOf(each)))))
            yield said(workload, 'warning', ref, 'gets stuck in its rollout, and the old pods stay');
        }
      },
    },
    {
      meta: service,
      *analyze({ snapshot }) {
        for (const each of snapshot.list('Service')) {
          const { managed, selected } = serviceEndpoints(snapshot, each);
          if (managed && areStuck(selected)) yield said(service, worst(selected), refOf(each), '0 endpoints');
        }
      },
    },
  ];
}

function symptom(
  name: string,
  severity: Severity,
  waitsFor: readonly Mechanism[],
  breaks: readonly Mechanism[],
): AnalyzerMeta {
  return {
    id: `${PREFIX}${name}`,
    title: 'Will not work',
    role: 'symptom',
    severity,
    reads: ['Pod'],
    waitsFor,
    breaks,
    docs: {
      means: 'It will not work once the manifests are applied.',
      decides: 'A fault in the manifests stops its pods before their containers run.',
      silent: 'Where only programs, images and nodes could stop it.',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/'],
    },
  };
}

function said({ id }: AnalyzerMeta, severity: Severity, subject: ResourceRef, state: string): Finding {
  return {
    rule: id,
    subject,
    severity,
    confidence: CONFIDENCE.proved,
    message: `${formatRef(subject)} ${state === '0 endpoints' ? 'gets no endpoints' : state}`,
    cause: 'What it needs is not there.',
    state,
    evidence: [],
    fixes: [],
  };
}
