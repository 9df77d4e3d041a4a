import { EXISTENCE_PROOFS, type ExistenceProof, type ObjectTable } from './existence.ts';

/** Where objects contradict the completeness of a list. */
export interface Doubts {
  /** Why the objects of the kind in the namespace (undefined: in the whole cluster) cannot be all; undefined if they can. */
  reason(kind: string, namespace: string | undefined): string | undefined;
}

interface Tally {
  readonly proved: Set<string>;
  missing: number;
}

/** What one proof shows about one kind, by namespace. */
interface Finding {
  readonly proof: ExistenceProof;
  readonly namespaces: Map<string, Tally>;
}

/** More than this share missing, in two namespaces or more, and the list is not believed where nothing speaks for it. */
const MOST = 0.5;

/** Holds all objects against what they prove to exist; linear in the number of references. */
export function findDoubts(objects: ObjectTable, isListed: (kind: string) => boolean): Doubts {
  const reasons = new Map<string, Map<string, string>>();
  const verified = new Map<string, Set<string>>();
  const general = new Map<string, string>();
  for (const proof of EXISTENCE_PROOFS) {
    for (const [kind, finding] of tally(proof, objects, isListed)) judge(kind, finding);
  }

  function judge(kind: string, { proof, namespaces }: Finding): void {
    const whole = sum([...namespaces.values()]);
    const isGeneral = whole.places > 1 && whole.missing / whole.proved > Math.max(MOST, proof.above);
    if (isGeneral) general.set(kind, sentence(proof, whole.missing, whole.proved));
    for (const [namespace, { proved, missing }] of namespaces) {
      const isDoubtful = missing > 0 && missing / proved.size > proof.above && (missing >= proof.atLeast || isGeneral);
      if (isDoubtful) at(reasons, kind).set(namespace, sentence(proof, missing, proved.size));
      else if (missing === 0) verified.set(kind, (verified.get(kind) ?? new Set()).add(namespace));
    }
  }

  return {
    reason(kind, namespace) {
      const here = reasons.get(kind);
      if (namespace === undefined) return general.get(kind) ?? here?.values().next().value;
      return here?.get(namespace) ?? (verified.get(kind)?.has(namespace) === true ? undefined : general.get(kind));
    },
  };
}

function tally(
  proof: ExistenceProof,
  objects: ObjectTable,
  isListed: (kind: string) => boolean,
): ReadonlyMap<string, Finding> {
  const findings = new Map<string, Finding>();
  proof.collect(objects, (kind, namespace, name) => {
    if (!isListed(kind)) return;
    let finding = findings.get(kind);
    if (finding === undefined) findings.set(kind, (finding = { proof, namespaces: new Map() }));
    let place = finding.namespaces.get(namespace);
    if (place === undefined) finding.namespaces.set(namespace, (place = { proved: new Set(), missing: 0 }));
    if (place.proved.has(name)) return;
    place.proved.add(name);
    if (objects.get(kind)?.has(`${namespace}/${name}`) !== true) place.missing += 1;
  });
  return findings;
}

function sum(tallies: readonly Tally[]): {
  readonly places: number;
  readonly missing: number;
  readonly proved: number;
} {
  const total = { places: 0, missing: 0, proved: 0 };
  for (const { proved, missing } of tallies) {
    total.proved += proved.size;
    total.missing += missing;
    if (missing > 0) total.places += 1;
  }
  return total;
}

function at(reasons: Map<string, Map<string, string>>, kind: string): Map<string, string> {
  const known = reasons.get(kind) ?? new Map<string, string>();
  reasons.set(kind, known);
  return known;
}

function sentence({ why }: ExistenceProof, missing: number, proved: number): string {
  return `${missing} of ${proved} that must exist ${missing === 1 ? 'is' : 'are'} not in the input: ${why}`;
}
