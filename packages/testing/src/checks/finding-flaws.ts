import { commandProblems } from '@kroot/engine';
import {
  builtinKind,
  formatRef,
  kindKey,
  type AnalyzerMeta,
  type Finding,
  type GraphView,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';

interface World {
  readonly snapshot: Snapshot;
  readonly graph: GraphView;
}

/** What may still have to be filled in by a reader: angle brackets, shell variables, dots. */
const PLACEHOLDER = /<[A-Za-z][^<>\n]*>|…|\$\{?[A-Z][A-Z0-9_]*\b|\.\.\.(?=["'\s]|$)/;
const BROKEN = /undefined|NaN|\[object/;

/** What is wrong with a finding as a reader would meet it; empty when it is sound. */
export function findingFlaws(meta: AnalyzerMeta, finding: Finding, world: World): readonly string[] {
  const { rule, message, cause, state, evidence, fixes, confidence } = finding;
  const checks: readonly (readonly [boolean, string])[] = [
    [rule !== meta.id, `speaks for the rule ${rule}`],
    [message === '' || message.endsWith('.') || BROKEN.test(message), `message, which has no full stop: "${message}"`],
    [!cause.endsWith('.') || BROKEN.test(cause), `cause, which is a sentence: "${cause}"`],
    [!(confidence > 0 && confidence <= 1), `confidence ${confidence}; take one of CONFIDENCE`],
    [evidence.length === 0, 'has no evidence'],
    [meta.role === 'fault' && fixes.length === 0, 'is a fault without a way to repair it'],
    [meta.role === 'symptom' && state === undefined, 'is a symptom without a state for the tree'],
  ];
  return [
    ...checks.filter(([wrong]) => wrong).map(([, words]) => words),
    ...commandFlaws(finding, world.snapshot),
    ...affectsFlaws(finding, meta, world),
    ...refsOf(finding).flatMap((ref) => refFlaw(ref, world)),
  ];
}

/** Commands run as they are: no placeholder but the value of a secret, words that kubectl has, patches that fit. */
function commandFlaws({ fixes }: Finding, snapshot: Snapshot): readonly string[] {
  const texts = fixes
    .flatMap(({ commands }) => commands)
    .map(({ argv, input = '' }) => `${argv.filter((part) => typeof part === 'string').join(' ')}\n${input}`);
  const open = texts.filter((text) => PLACEHOLDER.test(text) || BROKEN.test(text));
  return [
    ...open.map((text) => `a command has something to fill in: ${text.trim()}`),
    ...fixes.flatMap((fix) => commandProblems(snapshot, fix)).map((problem) => `a command cannot run: ${problem}`),
  ];
}

/** Everything that is named; an unknown object is nothing wrong, but its kind has to be one that there can be. */
function refsOf({ subject, evidence, because = [], affects = [] }: Finding): readonly ResourceRef[] {
  return [subject, ...evidence.map(({ ref }) => ref), ...because.map(({ ref }) => ref), ...affects];
}

/** What is named exists, is known not to, is referred to by some object, or is at least of a kind that there is. */
function refFlaw(ref: ResourceRef, { snapshot, graph }: World): readonly string[] {
  if (isKnown(ref, { snapshot, graph })) return [];
  const { group, kind, namespace } = ref;
  const known = builtinKind(kind);
  if (known === undefined ? group !== '' : known.group !== group && snapshot.kinds().includes(kindKey(group, kind)))
    return [];
  if (known === undefined) return [`names ${formatRef(ref)}: there is no kind ${kind} in the core group`];
  if (known.group !== group)
    return [`names ${formatRef(ref)}: the group of ${kind} is "${known.group}", not "${group}"`];
  return known.namespaced === (namespace !== undefined)
    ? []
    : [`names ${formatRef(ref)}: ${kind} objects are ${known.namespaced ? '' : 'not '}in namespaces`];
}

/** Those from whose state a finding was made have been seen, or are of a kind that the rule asks for. */
function affectsFlaws({ affects = [] }: Finding, { reads }: AnalyzerMeta, world: World): readonly string[] {
  return affects
    .filter((ref) => !isKnown(ref, world) && !reads.includes(kindKey(ref.group, ref.kind)))
    .map((ref) => `affects ${formatRef(ref)}, which is neither in the cluster nor known to be missing`);
}

function isKnown(ref: ResourceRef, { snapshot, graph }: World): boolean {
  if (snapshot.lookup(ref).state !== 'unknown') return true;
  return graph.dependents(ref).length + graph.dependencies(ref).length > 0;
}
