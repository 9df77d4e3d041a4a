import { workloadNamed } from '@kroot/graph';
import {
  CONFIDENCE,
  type AnalyzerMeta,
  type Container,
  type Evidence,
  type Finding,
  type Fix,
  type PodSpec,
  type Snapshot,
} from '@kroot/types';
import { evictionEvidence, type EvictionGroup } from './evictions.ts';
import { optional } from './optional.ts';
import { refsOfPods } from './pods-on-node.ts';

/** The pod template of a workload, or the pod's own spec. */
export function templateSpec(snapshot: Snapshot, { owner, pods }: EvictionGroup): PodSpec | undefined {
  return workloadNamed(snapshot, owner)?.template.spec ?? pods[0]?.pod.spec;
}

/** A container of a workload by name. */
export function containerNamed(spec: PodSpec | undefined, name: string): Container | undefined {
  return spec?.containers.find((container) => container.name === name);
}

/** Where the pod template of a workload is, as a field path: `spec.template.`, or '' for a pod. */
export function templatePath({ owner }: EvictionGroup): string {
  if (owner.kind === 'Pod') return '';
  return owner.kind === 'CronJob' ? 'spec.jobTemplate.spec.template.' : 'spec.template.';
}

/** The finding that all rules about evictions make. */
export function evictionFinding(
  snapshot: Snapshot,
  meta: AnalyzerMeta,
  group: EvictionGroup,
  words: {
    readonly message: string;
    readonly cause: string;
    readonly discriminator: string;
    readonly evidence: readonly Evidence[];
    readonly fixes: readonly Fix[];
    readonly because?: Finding['because'];
  },
): Finding {
  const { owner, pods, last, healed } = group;
  return {
    rule: meta.id,
    subject: owner,
    ...(words.discriminator === '' ? {} : { discriminator: words.discriminator }),
    severity: healed ? 'warning' : 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', last === undefined ? undefined : new Date(last).toISOString()),
    message: words.message,
    cause: words.cause,
    detail: { evicted: pods.length, nodes: group.nodes },
    evidence: [...evictionEvidence(snapshot, group), ...words.evidence],
    // Evicted pods have ended and show no symptom: the workload itself is what lacks them.
    affects: [...(owner.kind === 'Pod' ? [] : [owner]), ...refsOfPods(pods)],
    fixes: words.fixes,
    ...because(words.because),
  };
}

/** Without a node that is still under pressure the workload stands for itself. */
function because(causes: Finding['because']): Pick<Finding, 'because' | 'waitsFor'> {
  return causes === undefined || causes.length === 0 ? { waitsFor: [] } : { because: causes };
}
