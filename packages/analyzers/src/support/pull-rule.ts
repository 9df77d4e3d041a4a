import { memoize } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerDocs,
  type AnalyzerMeta,
  type Evidence,
  type Finding,
  type Fix,
  type Snapshot,
} from '@kroot/types';
import { contactedHost, lastWords } from '../messages/image-error.ts';
import { fromContainer, fromEvent, fromSpec } from './evidence.ts';
import { sinceOf } from './group-pods.ts';
import { injectedBy } from './injected-faults.ts';
import { inWords } from './kubectl.ts';
import { optional } from './optional.ts';
import { refsOfPods } from './pods-on-node.ts';
import { type PullFailure } from './pull-failures.ts';
import { pullGroups, type PullGroup, type PullRule } from './pull-groups.ts';
import { containerField } from './template.ts';
import { doing, inline, listed } from './words.ts';

/** What a rule says about one group of failed pulls. */
export interface PullText {
  readonly message: string;
  readonly cause: string;
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
  /** Told after the machine's words. */
  readonly evidence?: readonly Evidence[];
  readonly confidence?: number;
}

/** The part of an image rule that differs from the others. */
export interface PullRuleSpec {
  readonly id: PullRule;
  readonly title: string;
  readonly reads?: readonly string[];
  readonly docs: Omit<AnalyzerDocs, 'references'> & { readonly references?: readonly string[] };
  readonly describe: (group: PullGroup, snapshot: Snapshot) => PullText;
}

const RESOLVER = 'https://github.com/containerd/containerd/blob/main/core/remotes/docker/resolver.go';
const IMAGES = 'https://kubernetes.io/docs/concepts/containers/images/';

/** Makes an analyzer of the failed pulls that belong to one rule; which do is decided in one place for all rules. */
export function pullRule({ id, title, reads = [], docs, describe }: PullRuleSpec): Analyzer {
  const meta: AnalyzerMeta = {
    id,
    title,
    role: 'fault',
    severity: 'critical',
    reads: [...new Set(['Pod', 'Event', 'Node', 'ReplicaSet', 'Secret', 'ServiceAccount', ...reads])],
    breaks: ['image'],
    docs: { ...docs, references: docs.references ?? [IMAGES, RESOLVER] },
  };
  return {
    meta,
    *analyze({ snapshot }) {
      for (const group of pullGroups(snapshot)) {
        if (group.rule === id) yield finding(meta, group, describe(group, snapshot), snapshot);
      }
    },
  };
}

function finding(meta: AnalyzerMeta, group: PullGroup, text: PullText, snapshot: Snapshot): Finding {
  const [first] = group.failures;
  const pods = group.failures.map(({ pod }) => pod);
  return {
    rule: meta.id,
    subject: group.subject,
    ...optional('discriminator', group.discriminator),
    severity: 'critical',
    confidence: text.confidence ?? CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: text.message,
    cause: text.cause,
    detail: { image: first.image, registry: first.host, container: first.state.name },
    evidence: [...machineWords(first), ...specOf(snapshot, first), ...(text.evidence ?? [])],
    ...optional('because', injectedBy(snapshot, first.pod.ref, first.state.name)),
    affects: refsOfPods(pods),
    fixes: text.fixes,
    ...(text.notes === undefined || text.notes.length === 0 ? {} : { notes: text.notes }),
  };
}

function machineWords({ pod, state, event }: PullFailure): readonly Evidence[] {
  const status = fromContainer(pod.ref, state);
  return event === undefined ? [status] : [fromEvent(event, pod.ref), status];
}

function specOf(snapshot: Snapshot, { owner, state, image, pod }: PullFailure): readonly Evidence[] {
  const field = containerField(snapshot, owner, state.name);
  if (field?.container.image === image) return [fromSpec(owner, `${field.path}.image`, image)];
  return [fromSpec(pod.ref, `${state.path}.image`, image)];
}

const MAX_SAID = 240;

/** What the registry, the network or the runtime said, for use inside a sentence. Of long errors the end tells most. */
export function saidOf({ words }: PullFailure): string {
  const said = inline(lastWords(words), 2000);
  return said.length <= MAX_SAID ? said : `…${said.slice(1 - MAX_SAID)}`;
}

/** The images of a group in words. */
export function imagesOf(group: PullGroup): string {
  return listed([...new Set(group.failures.map(({ image }) => image))].toSorted());
}

/** The workloads of a group and what they do, as the beginning of a sentence: `Deployment a/b pulls`. */
export function ownersDo(group: PullGroup, one: string, many: string): string {
  return doing([...new Set(group.failures.map(({ owner }) => inWords(owner)))].toSorted(), one, many);
}

/** The nodes of a group in words. */
export function nodesOf(group: PullGroup): string {
  return listed(
    [...new Set(group.failures.map(({ pod }) => pod.pod.spec.nodeName ?? '').filter((name) => name !== ''))].toSorted(),
  );
}

/** A note where the runtime asked another host than the one in the image's name. */
export function mirrorNotes({ host, words }: PullFailure): readonly string[] {
  const contacted = contactedHost(words);
  if (contacted === undefined || contacted === host || contacted.endsWith(`.${host}`)) return [];
  return [
    `The node asked ${contacted} for an image of ${host}: a mirror, a proxy or a token server answered, so look there as well.`,
  ];
}

/** The images that pods of the cluster have got from their registries: a typing error shows beside them. */
export const pulledImages: (snapshot: Snapshot) => ReadonlySet<string> = memoize((snapshot) => {
  const images = new Set<string>();
  for (const pod of snapshot.list('Pod')) {
    const statuses = (pod.status?.containerStatuses ?? []).filter(({ imageID }) => (imageID ?? '') !== '');
    const pulled = new Set(statuses.map(({ name }) => name));
    for (const { name, image } of pod.spec.containers) if (image !== undefined && pulled.has(name)) images.add(image);
  }
  return images;
});
