import { type Manifest } from '@kroot/cluster';
import { groupBy } from '@kroot/graph';
import { CONFIDENCE, formatRef, refKey, type Analyzer, type SourceLocation } from '@kroot/types';
import { dirname } from 'node:path';
import { manifestMeta } from './manifest-rule.ts';

/** Reports objects that the manifests hold more than once. */
export function manifestDuplicate(manifests: readonly Manifest[]): Analyzer {
  const meta = manifestMeta('manifest-duplicate', 'Object is in the manifests twice', 'warning', {
    means: 'Two manifests write the same object: whichever is applied last wins, and Helm refuses to install them.',
    decides: 'Two documents of one folder, or of one stream, have the same kind, namespace and name.',
    silent: 'For the same object in different folders, which stand for environments, and for patches of kustomize.',
    references: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/names/'],
  });
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
