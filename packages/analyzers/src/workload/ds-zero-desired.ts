import { labelValue, matchesLabels, nearNames, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerContext,
  type DaemonSet,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { daemonExclusions, exclusionWords, type DaemonExclusion } from '../support/daemon-placement.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { needEvidence, needWords, type Needer } from '../support/needer.ts';
import { isNeeded, needersOf } from '../support/service-need.ts';
import { listed } from '../support/words.ts';

const ID = 'ds-zero-desired';
/** Labels by which DaemonSets for other kinds of machines are kept apart, on purpose. */
const MACHINE: ReadonlySet<string> = new Set([
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);

/** Reports DaemonSets that no node of the cluster is meant for. */
export const dsZeroDesired: Analyzer = {
  meta: {
    id: ID,
    title: 'DaemonSet is meant for no node',
    role: 'fault',
    severity: 'critical',
    reads: ['DaemonSet', 'Node', 'Service', 'Ingress', 'Pod'],
    breaks: ['endpoints', 'availability', 'dependency'],
    docs: {
      means:
        'Its node selector, affinity or missing tolerations exclude every node, so the DaemonSet has no pods. It looks healthy: none are wanted.',
      decides:
        'status.desiredNumberScheduled is 0 and every node is excluded. Critical where somebody needs a Service in front of it; a remark where a node has nearly what is asked for (the label with another value or a similar key, or nothing but a taint in the way).',
      silent:
        'Where nothing needs it and no node comes near, such as for drivers of hardware that no node has, and for other operating systems and architectures. While nothing but the taints of nodes that are not ready or not initialized is in the way, what holds the nodes up is told.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/'],
    },
  },
  *analyze(context) {
    const { snapshot } = context;
    for (const set of snapshot.list('DaemonSet')) {
      const { deletionTimestamp } = set.metadata;
      if (set.status?.desiredNumberScheduled !== 0 || deletionTimestamp !== undefined || !isObserved(set)) continue;
      const excluded = daemonExclusions(snapshot, set) ?? [];
      if (excluded.length === 0 || excluded.length < snapshot.list('Node').length) continue;
      if (excluded.every(({ isPassing }) => isPassing)) continue;
      const found = finding(context, set, excluded);
      if (found !== undefined) yield found;
    }
  },
};

function isObserved({ metadata, status }: DaemonSet): boolean {
  return metadata.generation === undefined || (status?.observedGeneration ?? 0) >= metadata.generation;
}

function finding(context: AnalyzerContext, set: DaemonSet, excluded: readonly DaemonExclusion[]): Finding | undefined {
  const subject = refOf(set);
  const { services, needers } = needs(context, set);
  const needed = isNeeded(needers);
  const near = nearMiss(context.snapshot, excluded);
  if (!needed && near === undefined) return undefined;
  const who = needed ? `, but ${listed(services.map((each) => inWords(each)))} needs its pods` : '';
  return {
    rule: ID,
    subject,
    severity: needed ? 'critical' : 'info',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} is meant for no node${who}`,
    cause: `It excludes every node (${listed(excluded.map((each) => exclusionWords(each)))})${needed ? `; ${needWords(needers) ?? ''}` : ''}.`,
    evidence: [
      fromSpec(subject, 'spec.template.spec.nodeSelector', JSON.stringify(set.spec.template.spec.nodeSelector ?? {})),
      ...excluded.slice(0, 2).map((each) => computed(each.node, each.words)),
      ...needEvidence(needers).slice(0, 2),
    ],
    affects: services,
    fixes: fixesOf(subject, excluded, near),
    ...(near === undefined ? {} : { notes: [near] }),
  };
}

interface Needs {
  readonly services: readonly ResourceRef[];
  readonly needers: readonly Needer[];
}

function needs(context: AnalyzerContext, { metadata, spec }: DaemonSet): Needs {
  const services = context.snapshot.list('Service', metadata.namespace).filter(({ spec: service }) => {
    const selector = service?.selector ?? {};
    return Object.keys(selector).length > 0 && matchesLabels(selector, spec.template.metadata?.labels);
  });
  return {
    services: services.map((service) => refOf(service)),
    needers: services.flatMap((service) => needersOf(context, service)),
  };
}

/** What comes near, as a sentence: the label in another spelling or with another value, or only taints in the way. */
function nearMiss(snapshot: Snapshot, excluded: readonly DaemonExclusion[]): string | undefined {
  if (excluded.every(({ isTaint }) => isTaint)) return 'Only taints are in the way: a toleration would do.';
  const label = excluded.find((each) => each.label !== undefined)?.label;
  if (label === undefined || MACHINE.has(label.key)) return undefined;
  const nodes = snapshot.list('Node');
  const keys = new Set(nodes.flatMap(({ metadata }) => Object.keys(metadata.labels ?? {})));
  const values = nodes.flatMap(({ metadata }) => labelValue(metadata.labels, label.key) ?? []);
  const [value] = nearNames(label.wanted, values);
  if (value !== undefined)
    return `Nodes have ${label.key}=${value}, which is nearly the ${label.wanted} that is asked for.`;
  const [key] = keys.has(label.key) ? [] : nearNames(label.key, keys);
  return key === undefined ? undefined : `Nodes have label ${key}, which is nearly the ${label.key} that is asked for.`;
}

function fixesOf(subject: ResourceRef, excluded: readonly DaemonExclusion[], near: string | undefined): readonly Fix[] {
  const steps = [
    ...(near === undefined ? [] : [near]),
    excluded.every(({ isTaint }) => isTaint)
      ? 'Add a toleration for the taint to the template, if the pods are to run there.'
      : 'Correct nodeSelector or affinity of the template, or label the nodes that are meant.',
  ];
  return [
    describeFix(subject, `Make ${inWords(subject)} fit the nodes that it is meant for`, steps),
    {
      summary: 'Look at the labels of the nodes',
      steps: ['Labels that a node pool should have are best set where the pool is defined.'],
      commands: [kubectl(undefined, 'get', 'nodes', '--show-labels')],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
