import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrationPage } from './page.ts';
import { classTable, overconfident } from './tables.ts';

test('docs/calibration.md says what the fixtures say (vitest -u writes it)', async () => {
  const page = join(import.meta.dirname, '../../../../docs/calibration.md');
  await expect(await calibrationPage()).toMatchFileSnapshot(page);
});

test('a rule that is right less often than its class promises is named with the places', () => {
  const told = (rule: string, right: boolean, place: string): Parameters<typeof classTable>[0][number] => ({
    rule,
    confidence: 0.95,
    right,
    place,
  });
  const judged = [told('good', true, 'a'), told('bad', true, 'a'), told('bad', false, 'b')];
  expect(classTable(judged)).toContain('| 0.95 | proved by complete coverage | 3 | 2 | 66.7% |');
  expect(overconfident(judged).split('\n').at(-1)).toBe('| `bad` | 0.95 | 2 | 1 | 50.0% | b |');
  expect(overconfident(judged.slice(0, 2))).toBe('');
});
