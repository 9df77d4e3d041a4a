import { expect, test } from 'vitest';
import { z } from 'zod';
import { REPORT_SCHEMA_ID } from './report-document.ts';
import { reportDocumentSchema } from './report-schema.ts';

// `vitest -u` writes the published schema; CI fails when it is stale.
test('the published JSON Schema is the one that the code checks', async () => {
  const { $schema, ...schema } = z.toJSONSchema(reportDocumentSchema, { target: 'draft-2020-12' });
  const published = { $schema, $id: REPORT_SCHEMA_ID, ...schema };
  await expect(`${JSON.stringify(published, undefined, 2)}\n`).toMatchFileSnapshot('../schema/report.v1.json');
});

test('a document without its diagnoses is refused', () => {
  expect(reportDocumentSchema.safeParse({ schema_version: '1.0' }).success).toBe(false);
});
