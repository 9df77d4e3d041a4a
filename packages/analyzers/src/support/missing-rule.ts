import { nearNames } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerMeta,
  type Because,
  type Evidence,
  type Finding,
  type Mechanism,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from './evidence.ts';
import { sinceOf } from './group-pods.ts';
import { inWords } from './kubectl.ts';
import { missingFixes, neededKeys, referencePath } from './missing-fixes.ts';
import { missingGroups, type MissingGroup, type MissingRule } from './missing-groups.ts';
import { isVolumeUse, type MissingUse } from './missing-uses.ts';
import { elsewhere, otherKind, similarObjects } from './near-objects.ts';
import { optional } from './optional.ts';
import { refsOfPods } from './pods-on-node.ts';
import { present } from './present.ts';
import { isInTheMaking, secretMakerRefs, secretMakers } from './secret-makers.ts';
import { counted, listed } from './words.ts';

/** The part of a rule on missing configuration that differs from the others. */
export interface MissingRuleSpec {
  readonly id: MissingRule;
  readonly title: string;
  readonly means: string;
  readonly decides: string;
}

/** Makes an analyzer of the missing Secrets, ConfigMaps and keys that belong to one rule. */
export function missingRule({ id, title, means, decides }: MissingRuleSpec): Analyzer {
  const meta: AnalyzerMeta = {
    id,
    title,
    role: 'fault',
    severity: 'critical',
    reads: [
      'Pod',
      'Event',
      'Secret',
      'ConfigMap',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'Job',
      'CronJob',
      'ReplicaSet',
    ],
    breaks: ['container-config', 'volume'],
    docs: {
      means,
      decides: `${decides} Either the kubelet says so about a pod that it holds up now, or the snapshot proves it: then it is critical where a pod stands at that stage, and a note for the future (info) where pods run that have read it before.`,
      silent:
        "For references marked optional, finished and deleted pods, workloads scaled to zero, time-outs of the kubelet's cache (`failed to sync … cache`, `not registered`), and objects that have been made since. What could not be listed counts as unknown, never as missing.",
      references: [
        'https://kubernetes.io/docs/concepts/configuration/secret/#restriction-secret-must-exist',
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go',
      ],
    },
  };
  return {
    meta,
    *analyze({ snapshot }) {
      for (const group of missingGroups(snapshot)) if (group.rule === id) yield finding(meta, group, snapshot);
    },
  };
}

function finding(meta: AnalyzerMeta, group: MissingGroup, snapshot: Snapshot): Finding {
  const { target, key, uses } = group;
  const blocking = uses.filter((use) => use.blocking);
  const pods = blocking.flatMap(({ pod }) => pod ?? []);
  const deciding = blocking.length === 0 ? uses : blocking;
  const stated = deciding.some((use) => use.stated.length > 0);
  const breaks = new Set(
    deciding.map(({ reference }) => (isVolumeUse(reference) ? ('volume' as const) : ('container-config' as const))),
  );
  const keys = neededKeys(group);
  return {
    rule: meta.id,
    subject: target,
    ...optional('discriminator', key),
    severity: blocking.length === 0 || isInTheMaking(snapshot, target) ? 'info' : 'critical',
    confidence: stated ? CONFIDENCE.stated : CONFIDENCE.proved,
    ...optional('since', sinceOf(pods)),
    message: key === undefined ? `${inWords(target)} does not exist` : `${inWords(target)} has no key ${key}`,
    cause: causeOf(group, blocking.length > 0, snapshot),
    ...(keys.length === 0 ? {} : { detail: { keys } }),
    evidence: evidenceOf(group, deciding, snapshot),
    breaks: [...breaks].toSorted(),
    ...becauseOf(snapshot, target, [...breaks].toSorted()),
    ...(pods.length === 0 ? {} : { affects: refsOfPods(pods) }),
    fixes: missingFixes(snapshot, group),
    ...notesOf(group, snapshot),
  };
}

/** Whatever should make a Secret and fails is the fault behind it. */
function becauseOf(
  snapshot: Snapshot,
  target: ResourceRef,
  breaks: readonly Mechanism[],
): { readonly because?: readonly Because[] } {
  const makers = secretMakerRefs(snapshot, target);
  return makers.length === 0
    ? {}
    : { because: makers.flatMap((maker) => breaks.map((mechanism) => ({ ref: maker, mechanism }))) };
}

function causeOf({ target, key, uses }: MissingGroup, blocks: boolean, snapshot: Snapshot): string {
  const [first] = uses;
  const owners = new Set(uses.map(({ owner }) => inWords(owner))).size;
  const others =
    owners < 2 ? '' : `, ${counted(owners - 1, 'other workload')} ${owners === 2 ? 'needs' : 'need'} it too`;
  const absent =
    key === undefined
      ? `namespace ${target.namespace ?? ''} has no ${target.kind} of that name`
      : `${target.kind} ${target.name} has no such key${keysOf(snapshot, target)}`;
  const said = uses.some(({ proved }) => proved) ? absent : `the kubelet says that ${absent}`;
  if (blocks) return `${placeOf(first)}${others}, and ${said}.`;
  const later =
    first.pod === undefined
      ? 'its first pod will not start'
      : 'pods that are already past that step go on, and the next one will not start';
  return `${placeOf(first)}${others}, and ${said}: ${later}.`;
}

function keysOf(snapshot: Snapshot, target: ResourceRef): string {
  const keys = dataKeysOf(snapshot, target);
  if (keys === undefined) return '';
  return keys.length === 0 ? ' (it is empty)' : ` (it has ${listed(keys, 6)})`;
}

function dataKeysOf(snapshot: Snapshot, { kind, namespace, name }: ResourceRef): readonly string[] | undefined {
  const object =
    kind === 'Secret' ? present(snapshot, 'Secret', namespace, name) : present(snapshot, 'ConfigMap', namespace, name);
  return object?.dataKeys;
}

/** What needs the object, as the beginning of a sentence. */
function placeOf({ owner, reference, target }: MissingUse): string {
  const { use, container = '', volume = '', key, variable = '' } = reference;
  const from = `${target.kind} ${target.name}`;
  if (use === 'env')
    return `Container "${container}" of ${inWords(owner)} takes variable ${variable} from key ${key ?? ''} of ${from}`;
  if (use === 'envFrom') return `Container "${container}" of ${inWords(owner)} takes its variables from ${from}`;
  return `Volume "${volume}" of ${inWords(owner)} is made from ${key === undefined ? from : `key ${key} of ${from}`}`;
}

function evidenceOf(
  { target, key }: MissingGroup,
  deciding: readonly MissingUse[],
  snapshot: Snapshot,
): readonly Evidence[] {
  const [first] = deciding;
  const words = deciding.find(({ stated }) => stated.length > 0)?.stated ?? [];
  const proof = deciding.some(({ proved }) => proved) ? [computed(target, proofOf(snapshot, target, key))] : [];
  if (first === undefined) return [...words, ...proof];
  const place = referencePath(snapshot, first);
  const quote = first.reference.key === undefined ? target.name : `${target.name}, key ${first.reference.key}`;
  return [...words, fromSpec(place.ref, place.path, quote), ...proof];
}

function proofOf(snapshot: Snapshot, target: ResourceRef, key: string | undefined): string {
  if (key !== undefined)
    return `its keys are: ${(dataKeysOf(snapshot, target) ?? []).slice(0, 20).join(', ') || 'none'}`;
  if (snapshot.coverage.state(target.kind, target.namespace) !== 'complete')
    return 'the input states that it does not exist';
  const count = snapshot.list(target.kind, target.namespace).length;
  return `not among the ${counted(count, target.kind)} of namespace ${target.namespace ?? ''}`;
}

function notesOf(group: MissingGroup, snapshot: Snapshot): { readonly notes?: readonly string[] } {
  const { target, key, uses } = group;
  const near =
    key === undefined
      ? [
          ...secretMakers(snapshot, target),
          ...similarObjects(snapshot, target),
          ...otherKind(snapshot, target),
          ...elsewhere(snapshot, target),
        ]
      : [...secretMakers(snapshot, target), ...nearKeys(snapshot, target, key)];
  const unverified = uses.some(({ proved }) => proved)
    ? []
    : [
        `Not verified: the input does not show ${key === undefined ? `the ${target.kind}s of namespace ${target.namespace ?? ''}` : `the keys of ${inWords(target)}`}, so this rests on the kubelet's words.`,
      ];
  const notes = [...near, ...publisherNotes(target), ...unverified];
  return notes.length === 0 ? {} : { notes };
}

function nearKeys(snapshot: Snapshot, target: ResourceRef, key: string): readonly string[] {
  const near = nearNames(key, dataKeysOf(snapshot, target) ?? []);
  const holders = (
    target.kind === 'Secret' ? snapshot.list('Secret', target.namespace) : snapshot.list('ConfigMap', target.namespace)
  )
    .filter(({ dataKeys }) => dataKeys?.includes(key) === true)
    .map(({ metadata }) => metadata.name);
  return [
    ...(near.length === 0 ? [] : [`It has a key of a similar name: ${listed(near)}.`]),
    ...(holders.length === 0 || holders.length > 10
      ? []
      : [`Key ${key} is in ${target.kind} ${listed(holders)} of the same namespace.`]),
  ];
}

/** Every namespace gets this ConfigMap from the controller manager. */
function publisherNotes({ kind, name }: ResourceRef): readonly string[] {
  if (kind !== 'ConfigMap' || name !== 'kube-root-ca.crt') return [];
  return [
    'The kube-controller-manager (root-ca-cert-publisher) makes this ConfigMap in every namespace: if it does not come back within seconds, look there.',
  ];
}
