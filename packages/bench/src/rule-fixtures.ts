import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A fixture of a rule. */
export interface RuleFixture {
  readonly rule: string;
  /** `secret-missing-env/fires.yaml`. */
  readonly name: string;
  readonly path: string;
  /** Whether the rule has to say something about it; else it has to stay silent. */
  readonly fires: boolean;
}

const folder = join(import.meta.dirname, '../../../fixtures/rules');

/** Every fixture of every rule, in order of name. */
export function ruleFixtures(): readonly RuleFixture[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((rule) =>
      readdirSync(join(folder, rule))
        .filter((file) => /^(?:fires|silent)[^.]*\.(?:json|yaml)$/.test(file))
        .toSorted()
        .map((file) => ({
          rule,
          name: `${rule}/${file}`,
          path: join(folder, rule, file),
          fires: file.startsWith('fires'),
        })),
    );
}
