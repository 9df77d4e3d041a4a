import { manifestRule } from '@kroot/analyzers';
import { type Manifest } from '@kroot/cluster';
import { groupBy } from '@kroot/graph';
import { CONFIDENCE, formatRef, refKey, type Analyzer, type SourceLocation } from '@kroot/types';
import { dirname } from 'node:path';

/** Reports objects that the manifests hold more than once. */
export function manifestDuplicate(manifests: readonly Manifest[]): Analyzer {
  const meta = manifestRule('manifest-duplicate');
  return {
    meta,
    *analyze() {
      for (const group of groupBy(
        manifests,
        ({ location, ref }) => `${dirname(location.file)} ${refKey(ref)}`,
      ).values()) {
        const last = group.at(-1);
        if (last === undefined || group.length < 2) continue;
        const name = formatRef(last.ref);
        yield {
          rule: meta.id,
          subject: last.ref,
          severity: 'warning',
          confidence: CONFIDENCE.proved,
          message: `${name} is in the manifests ${group.length === 2 ? 'twice' : `${group.length} times`}`,
          cause: `It is written at ${group.map(({ location }) => place(location)).join(' and ')}; the last one is checked here.`,
          evidence: group.toReversed().map(({ location, ref }) => ({ source: 'spec', ref, quote: name, location })),
          fixes: [{ summary: 'Keep one of them.', steps: [], commands: [], effect: 'none', where: 'git' }],
        };
      }
    },
  };
}

function place({ file, line }: SourceLocation): string {
  return `${file}:${line}`;
}
