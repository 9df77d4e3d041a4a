import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '@kroot/types/config-schema';

it.each(['docs/config.md', 'docs/suppressions.md'])('%s has only configurations that hold', (page) => {
  const text = readFileSync(join(import.meta.dirname, '../../../..', page), 'utf8');
  const yaml = [...text.matchAll(/```yaml\n(?<text>[^]*?)```/g)].map(
    ({ groups }) => parse(groups?.['text'] ?? '') as object,
  );
  const configs = yaml.filter((each) => !('metadata' in each));
  expect(configs.length).toBeGreaterThan(0);
  for (const config of configs) expect(configSchema.safeParse(config).error).toBeUndefined();
});
