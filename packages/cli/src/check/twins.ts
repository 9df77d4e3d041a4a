import { refKey, type Analyzer, type ResourceRef } from '@kroot/types';

/** Rules on manifests, and the rules on clusters that tell the same of the same object once controllers have met it. */
const TWINS: ReadonlyMap<string, string> = new Map([
  ['manifest-account-missing', 'sa-missing'],
  ['manifest-target-missing', 'hpa-target-missing'],
]);

/** What a diagnosis is about, whichever of two twins tells it. */
export function faultOf({ rootCause, rule }: { readonly rule: string; readonly rootCause: ResourceRef }): string {
  return `${TWINS.get(rule) ?? rule} ${refKey(rootCause)}`;
}

/** Whether a rule has a twin on clusters. */
export function hasTwin(rule: string): boolean {
  return TWINS.has(rule);
}

/** A rule on clusters, without what its twin tells of the manifests. */
export function unlessTold(rule: Analyzer, others: readonly Analyzer[]): Analyzer {
  const twin = others.find(({ meta }) => TWINS.get(meta.id) === rule.meta.id);
  if (twin === undefined) return rule;
  return {
    meta: rule.meta,
    *analyze(context) {
      const told = new Set([...twin.analyze(context)].map(({ subject }) => refKey(subject)));
      for (const finding of rule.analyze(context)) if (!told.has(refKey(finding.subject))) yield finding;
    },
  };
}

/** A rule on manifests, which speaks for its twin on clusters as well: what that finds hit is hit by the same. */
export function withTold(rule: Analyzer, others: readonly Analyzer[]): Analyzer {
  const twin = others.find(({ meta }) => TWINS.get(rule.meta.id) === meta.id);
  if (twin === undefined) return rule;
  return {
    meta: rule.meta,
    *analyze(context) {
      const hit = new Map([...twin.analyze(context)].map(({ affects = [], subject }) => [refKey(subject), affects]));
      for (const finding of rule.analyze(context)) {
        yield { ...finding, affects: [...(finding.affects ?? []), ...(hit.get(refKey(finding.subject)) ?? [])] };
      }
    },
  };
}
