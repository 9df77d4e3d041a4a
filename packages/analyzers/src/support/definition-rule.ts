import { conditionOf, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Because,
  type Condition,
  type CustomResourceDefinition,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { fromCondition } from './evidence.ts';
import { optional } from './optional.ts';

/** What a rule on a condition of CustomResourceDefinitions says itself. */
export interface DefinitionRule {
  readonly rule: string;
  readonly condition: string;
  /** The value of the condition that is a fault. */
  readonly bad: string;
  /** How long it may last, in milliseconds. */
  readonly grace: number;
  readonly applies?: (definition: CustomResourceDefinition) => boolean;
  readonly message: (subject: ResourceRef, condition: Condition) => string;
  readonly cause: (subject: ResourceRef, condition: Condition) => string;
  /** Objects whose own trouble explains the condition. */
  readonly because?: (definition: CustomResourceDefinition) => readonly Because[];
  readonly fixes: (subject: ResourceRef, definition: CustomResourceDefinition) => readonly Fix[];
}

/** The definitions that a condition says something bad of. */
export function* definitionFindings(snapshot: Snapshot, rule: DefinitionRule): Iterable<Finding> {
  for (const definition of snapshot.list('CustomResourceDefinition')) {
    const condition = conditionOf(definition.status?.conditions, rule.condition);
    if (condition?.status !== rule.bad || rule.applies?.(definition) === false) continue;
    if (snapshot.now.getTime() - (timeOf(condition.lastTransitionTime) ?? 0) < rule.grace) continue;
    const subject = refOf(definition);
    yield {
      rule: rule.rule,
      subject,
      severity: 'warning',
      confidence: CONFIDENCE.stated,
      ...optional('since', condition.lastTransitionTime),
      message: rule.message(subject, condition),
      cause: rule.cause(subject, condition),
      evidence: [fromCondition(subject, condition)],
      ...optional('because', rule.because?.(definition)),
      fixes: rule.fixes(subject, definition),
    };
  }
}
