import { manifestRule } from '@kroot/analyzers';
import { type ManifestProblem } from '@kroot/cluster';
import { CONFIDENCE, type Analyzer } from '@kroot/types';

/** Reports files that are no YAML. */
export function manifestUnreadable(problems: readonly ManifestProblem[]): Analyzer {
  const meta = manifestRule('manifest-unreadable');
  return {
    meta,
    *analyze() {
      for (const { location, next, problem } of problems) {
        const { file, line, column } = location;
        const subject = { group: '', kind: 'File', name: file };
        yield {
          rule: meta.id,
          subject,
          discriminator: `${line}:${column}`,
          severity: 'critical',
          confidence: CONFIDENCE.stated,
          message: `${file} cannot be read: ${problem}`,
          cause: `It breaks at line ${line}: the whole document is left out, the other documents are checked.`,
          evidence: [{ source: 'spec', ref: subject, quote: problem, location }],
          fixes: [
            {
              summary: `${next[0]?.toUpperCase() ?? ''}${next.slice(1)}.`,
              steps: [],
              commands: [],
              effect: 'none',
              where: 'git',
            },
          ],
        };
      }
    },
  };
}
