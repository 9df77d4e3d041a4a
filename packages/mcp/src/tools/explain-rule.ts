import { z } from 'zod';
import { ruleNamed, rulePage } from '../answers/rules.ts';
import { defineTool, type Tool } from '../tool.ts';

/** What a rule means. */
export const explainRuleTool: Tool = defineTool({
  name: 'explain_rule',
  title: 'Explain a rule',
  description:
    'Use this when an incident names a rule and you need to know what it means, how it decides, when it stays silent and how it can be wrong.',
  input: z.strictObject({ id: z.string().min(1).max(200).describe('The id of a rule, such as secret-missing-env') }),
  output: z.object({
    id: z.string(),
    title: z.string(),
    role: z.enum(['fault', 'symptom']),
    severity: z.enum(['critical', 'warning', 'info']),
    means: z.string(),
    decides: z.string(),
    silent: z.string(),
    false_positives: z.string().optional(),
    reads: z.array(z.string()),
    references: z.array(z.string()),
  }),
  run({ id }, { rules }) {
    const meta = ruleNamed(rules, id);
    const { title, role, severity, reads, docs } = meta;
    return Promise.resolve({
      data: {
        id,
        title,
        role,
        severity,
        means: docs.means,
        decides: docs.decides,
        silent: docs.silent,
        ...(docs.falsePositives !== undefined && { false_positives: docs.falsePositives }),
        reads: [...reads],
        references: [...docs.references],
      },
      lines: rulePage(meta)
        .split('\n')
        .filter((line) => line !== ''),
    });
  },
});
