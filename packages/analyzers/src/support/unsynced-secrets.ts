import { conditionOf, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Because,
  type Condition,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { fromCondition } from './evidence.ts';
import { inWords } from './kubectl.ts';
import { optional } from './optional.ts';
import { inline } from './words.ts';

/** What a rule on operators that make Secrets says itself. */
export interface UnsyncedRule {
  readonly rule: string;
  readonly kind: string;
  readonly condition: 'Ready' | 'Synced';
  readonly secretOf: (object: UntypedObject) => string;
  readonly because?: (object: UntypedObject) => readonly Because[];
  readonly fixes: (subject: ResourceRef, secret: ResourceRef) => readonly Fix[];
}

/** The first try takes a moment. */
const GRACE = 120_000;

/** Custom objects whose Secret is not made or not kept up to date, by their own condition. */
export function* unsyncedFindings(snapshot: Snapshot, rule: UnsyncedRule): Iterable<Finding> {
  for (const object of snapshot.list(rule.kind)) {
    const bad = conditionOf(object.status?.conditions, rule.condition);
    const { deletionTimestamp, creationTimestamp } = object.metadata;
    if (bad?.status !== 'False' || deletionTimestamp !== undefined) continue;
    if (snapshot.now.getTime() - (timeOf(creationTimestamp) ?? 0) < GRACE) continue;
    yield finding(snapshot, rule, object, bad);
  }
}

function finding(snapshot: Snapshot, rule: UnsyncedRule, object: UntypedObject, bad: Condition): Finding {
  const subject = refOf(object);
  const secret = ref('Secret', subject.namespace, rule.secretOf(object));
  const exists = snapshot.lookup(secret).state === 'present';
  const reason = bad.reason ?? `${rule.condition}=False`;
  const said = inline(bad.message ?? reason);
  const because = rule.because?.(object) ?? [];
  return {
    rule: rule.rule,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', bad.lastTransitionTime),
    message: exists
      ? `${inWords(subject)} no longer keeps Secret ${secret.name} up to date (${reason})`
      : `${inWords(subject)} does not make Secret ${secret.name} (${reason})`,
    cause: exists
      ? `Secret ${secret.name} is there as it was made last, and its source cannot be read now: ${said}.`
      : `Secret ${secret.name} is made from ${inWords(subject)} alone, and that fails: ${said}.`,
    evidence: [fromCondition(subject, bad)],
    ...(because.length === 0 ? {} : { because }),
    fixes: rule.fixes(subject, secret),
  };
}
