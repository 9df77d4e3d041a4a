import { judgeFolder, judgeIncidents, judgeRuleFixtures } from './calibration/judged.ts';
import { classTable, overconfident } from './calibration/tables.ts';

// pnpm calibration [FOLDER …]: how often each class of confidence is right.

const folders = process.argv.slice(2);
const sets = [
  ['fixtures of the rules', (await judgeRuleFixtures()).judged],
  ['incidents of the repository', await judgeIncidents()],
] as const;
const given = await Promise.all(folders.map(async (folder) => [folder, await judgeFolder(folder)] as const));
for (const [name, judged] of [...sets, ...given]) {
  console.log(`\n${name}\n\n${classTable(judged)}`);
  const weak = overconfident(judged);
  console.log(weak === '' ? '\nNo rule is below its class.' : `\nRules below their class:\n\n${weak}`);
}
