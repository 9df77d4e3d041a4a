import { judgeIncidents, judgeRuleFixtures } from './judged.ts';
import { classTable, inferringRules, overconfident } from './tables.ts';

/** The page `docs/calibration.md`: what is in the repository, measured. */
export async function calibrationPage(): Promise<string> {
  const { judged, silent } = await judgeRuleFixtures();
  const incidents = await judgeIncidents();
  const all = [...judged, ...incidents];
  const weak = overconfident(all);
  return `${[
    '# Calibration',
    'Generated from the fixtures by `pnpm test -u`.',
    `Confidence is a class of evidence, and each class is a promise: of a hundred diagnoses with 0.95, at least 95 are right.
This page holds the classes against what the repository knows the truth about. \`pnpm calibration FOLDER …\` does the same
for folders of incidents with an \`expected.json\` (\`roots[].accept\` and \`roots[].failures\`); more incidents, not these
fixtures, are what can prove a class wrong.`,
    '## Fixtures of the rules',
    `A rule is right in a fixture where it has to fire and wrong in one where it has to stay silent; what other rules say there is
not judged. In ${silent} fixtures it had to stay silent and did.`,
    classTable(judged),
    '## Incidents',
    'Whole clusters whose reports have been read by people.',
    classTable(incidents),
    '## Rules below their class',
    weak === '' ? 'None.' : weak,
    '## Rules that infer',
    'The others state what a component of Kubernetes says, or prove it.',
    inferringRules(all),
  ].join('\n\n')}\n`;
}
