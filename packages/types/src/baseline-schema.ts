import { z } from 'zod';
import { type BaselineDocument } from './baseline-document.ts';

// Loaded with the schema of the configuration; see there.

const MAX_ENTRIES = 1_000_000;

/** Checks a baseline file. */
export const baselineSchema: z.ZodType<BaselineDocument> = z
  .looseObject({
    $schema: z.string().exactOptional(),
    baseline_version: z.string().regex(/^1\.\d+$/, 'is a version that this kroot does not know; use a newer kroot'),
    entries: z
      .array(
        z.looseObject({
          id: z.string().min(1).describe('Fingerprint, as in reports'),
          rule: z.string().min(1),
          namespace: z.string().exactOptional(),
          what: z.string().exactOptional().describe('For people who read the file'),
        }),
      )
      .max(MAX_ENTRIES),
  })
  .meta({ title: 'kroot baseline', description: 'What kroot baseline update writes.' });
