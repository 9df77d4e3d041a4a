import { type ManifestProblem } from '@kroot/cluster';
import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { manifestMeta } from './manifest-rule.ts';

/** Reports files that are no YAML. */
export function manifestUnreadable(problems: readonly ManifestProblem[]): Analyzer {
  const meta = manifestMeta('manifest-unreadable', 'Manifest cannot be read', 'critical', {
    means: 'A file that should hold manifests is no YAML, so nothing in this document can be applied.',
    decides: 'The YAML parser refuses the document, or it is a template that was not rendered.',
    silent: 'For files of a folder that do not end in .yaml, .yml or .json.',
    references: ['https://yaml.org/spec/1.2.2/'],
  });
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
          cause: `The document at line ${line} is ${problem}.`,
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
