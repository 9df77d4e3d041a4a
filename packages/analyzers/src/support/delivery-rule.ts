import {
  builtinKind,
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type AnalyzerDocs,
  type Because,
  type Finding,
  type Fix,
  type Mechanism,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { isWaiting, namedDependencies, namedObjects } from '../messages/delivery-words.ts';
import { failedDeliveries, FLUX_SOURCES, HELM_RELEASE_KIND, type FailedDelivery } from './deliveries.ts';
import { deliveredBy, hurtWorkloads } from './delivered.ts';
import { describeFix, inWords } from './kubectl.ts';
import { optional } from './optional.ts';
import { pendingReleases } from './pending-releases.ts';
import { textOf } from './untyped.ts';
import { inline, listed } from './words.ts';

/** The part of a rule on failed deliveries that differs from the others. */
export interface DeliveryRuleSpec {
  readonly id: string;
  readonly title: string;
  readonly kinds: readonly string[];
  readonly step: FailedDelivery['step'];
  readonly docs: AnalyzerDocs;
  /** What goes wrong, after the name of the object: `cannot be applied`. */
  readonly fails: (delivery: FailedDelivery) => string;
  readonly fix: (delivery: FailedDelivery) => { readonly summary: string; readonly steps: readonly string[] };
}

const BREAKS: readonly Mechanism[] = ['rollout'];
const WAITS_FOR: readonly Mechanism[] = ['rollout', 'availability', 'admission', 'extension-api', 'dependency'];

/**
 * Makes an analyzer of deliveries that fail. What they report is mostly the fault of something else, which the words or the
 * labels of what they deliver name: they stand as roots only where nothing of that is at fault.
 */
export function deliveryRule({ id, title, kinds, step, docs, fails, fix }: DeliveryRuleSpec): Analyzer {
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity: 'warning',
      reads: [...kinds, 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'],
      breaks: BREAKS,
      waitsFor: WAITS_FOR,
      docs,
    },
    *analyze({ snapshot }) {
      for (const delivery of failedDeliveries(snapshot)) {
        if (delivery.step !== step || !kinds.includes(kindOf(delivery.ref))) continue;
        yield finding(snapshot, delivery);
      }
    },
  };

  function finding(snapshot: Snapshot, delivery: FailedDelivery): Finding {
    const { ref: subject, reason, text, evidence, since } = delivery;
    const because = causes(snapshot, delivery);
    const hurt = hurtWorkloads(snapshot, subject).filter(({ kind }) => kind !== 'Pod');
    return {
      rule: id,
      subject,
      severity: 'warning',
      confidence: CONFIDENCE.stated,
      ...optional('since', since),
      message: `${inWords(subject)} ${fails(delivery)} (${reason})`,
      cause: `${subject.kind} ${subject.name} says: ${inline(text)}.`,
      evidence,
      ...(because.length === 0 ? {} : { because }),
      fixes: [toFix(delivery)],
      ...(hurt.length === 0
        ? {}
        : { notes: [`It delivers ${listed(hurt.map((target) => inWords(target)))}, whose pods are held up now.`] }),
    };
  }

  function toFix(delivery: FailedDelivery): Fix {
    const { summary, steps } = fix(delivery);
    return describeFix(delivery.ref, summary, steps);
  }
}

function kindOf({ kind, group }: ResourceRef): string {
  return `${kind}.${group}`;
}

/** What the words name, and what is held up of what it delivers where it only waits for that. */
function causes(snapshot: Snapshot, delivery: FailedDelivery): readonly Because[] {
  const found = new Map<string, Because>();
  const add = (target: ResourceRef | undefined, mechanism: Mechanism): void => {
    if (target === undefined || refKey(target) === refKey(delivery.ref)) return;
    found.set(`${mechanism}\n${refKey(target)}`, { ref: target, mechanism });
  };
  for (const target of namedTargets(delivery)) add(target, 'rollout');
  for (const target of sourcesOf(delivery)) add(target, 'rollout');
  for (const release of pendingReleases(snapshot)) {
    if (release.delivery !== undefined && refKey(release.delivery) === refKey(delivery.ref))
      add(release.ref, 'rollout');
  }
  if (isWaiting(delivery.words)) {
    for (const target of hurtWorkloads(snapshot, delivery.ref)) add(target, 'availability');
    for (const target of deliveredBy(snapshot, delivery.ref)) if (target.group.includes('.')) add(target, 'rollout');
    for (const { kind, namespace, name } of namedObjects(delivery.words)) {
      const known = builtinKind(kind);
      if (known !== undefined) add(ref(kind, known.namespaced ? namespace : undefined, name), 'availability');
    }
  }
  return [...found.values()];
}

/** Deliveries that the words name: a HelmRelease in a failed health check, a Kustomization that this one depends on. */
function namedTargets({ ref: self, words }: FailedDelivery): readonly ResourceRef[] {
  const [helm = '', helmGroup = ''] = splitKind(HELM_RELEASE_KIND);
  return [
    ...namedDependencies(words).map(({ namespace, name }) => ({ group: self.group, kind: self.kind, namespace, name })),
    ...namedObjects(words)
      .filter(({ kind }) => kind === helm || kind === 'Kustomization')
      .map(({ kind, namespace, name }) => ({
        group: kind === helm ? helmGroup : 'kustomize.toolkit.fluxcd.io',
        kind,
        namespace,
        name,
      })),
  ];
}

function splitKind(kind: string): readonly string[] {
  const dot = kind.indexOf('.');
  return [kind.slice(0, dot), kind.slice(dot + 1)];
}

/** Where the delivery gets what it delivers: its source, and the chart that the controller makes of it. */
function sourcesOf({ ref: self, object }: FailedDelivery): readonly ResourceRef[] {
  const { spec, metadata } = object;
  const named = [
    [spec, 'sourceRef'],
    [spec, 'chartRef'],
    [spec, 'chart', 'spec', 'sourceRef'],
  ] as const;
  const refs = named.flatMap(([from, ...path]) => {
    const kind = textOf(from, ...path, 'kind');
    const name = textOf(from, ...path, 'name');
    const known = FLUX_SOURCES.find((source) => splitKind(source)[0] === kind);
    if (known === undefined || kind === undefined || name === undefined) return [];
    const group = splitKind(known)[1] ?? '';
    return [{ group, kind, namespace: textOf(from, ...path, 'namespace') ?? metadata.namespace ?? '', name }];
  });
  const [first] = refs;
  if (self.kind !== 'HelmRelease' || first === undefined) return refs;
  const chart = {
    group: first.group,
    kind: 'HelmChart',
    namespace: first.namespace,
    name: `${metadata.namespace ?? ''}-${metadata.name}`,
  };
  return [chart, ...refs];
}
