import { type FailedRequirement, type FailedTerm } from './rejection.ts';

/** Labels that say what and where a node is: kubelet and cloud set them, and a wrong value would be a lie. */
const IDENTITY =
  /^((beta\.)?kubernetes\.io\/(hostname|os|arch|instance-type)|node\.kubernetes\.io\/instance-type|(topology|failure-domain)\..*)$/;

/** Whether the node cannot be made to fulfil the expression by a label. */
export function isFixed({ key, operator, field }: FailedRequirement): boolean {
  return field || operator === 'Gt' || operator === 'Lt' || IDENTITY.test(key);
}

/** A pair of a nodeSelector as an expression that fails. */
export function asRequirement(rejection: {
  readonly key: string;
  readonly wanted: string;
  readonly actual?: string;
}): FailedRequirement {
  const { key, wanted, actual } = rejection;
  return { key, operator: 'In', values: [wanted], field: false, ...(actual === undefined ? {} : { actual }) };
}

/** The alternative with the fewest expressions that fail. An alternative without expressions can never hold. */
export function easiestTerm(terms: readonly FailedTerm[]): readonly FailedRequirement[] {
  let easiest: readonly FailedRequirement[] = [];
  for (const { failed } of terms) {
    if (failed.length > 0 && (easiest.length === 0 || failed.length < easiest.length)) easiest = failed;
  }
  return easiest;
}
