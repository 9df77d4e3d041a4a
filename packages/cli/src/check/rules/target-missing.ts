import { allAreOwn, type IsOwn } from './is-own.ts';
import { manifestRule } from '@kroot/analyzers';
import { nearNames, refOf } from '@kroot/graph';
import { builtinKind, CONFIDENCE, formatRef, kindKey, type Analyzer } from '@kroot/types';

const meta = manifestRule('manifest-target-missing');

/** Reports autoscalers whose target is not there; a cluster says so in conditions, manifests have none. */
export function manifestTargetMissing(isOwn: IsOwn = allAreOwn): Analyzer {
  return {
    meta,
    *analyze({ snapshot }) {
      for (const scaler of snapshot.list('HorizontalPodAutoscaler')) {
        const target = scaler.spec?.scaleTargetRef;
        if (target === undefined) continue;
        const [group = ''] = (target.apiVersion ?? '').split('/').toReversed().slice(1);
        const { namespace } = scaler.metadata;
        if (builtinKind(kindKey(group, target.kind)) === undefined) continue;
        const ref = { group, kind: target.kind, ...(namespace !== undefined && { namespace }), name: target.name };
        const subject = refOf(scaler);
        if (snapshot.lookup(ref).state !== 'absent' || !isOwn(subject)) continue;
        const near = nearNames(
          target.name,
          snapshot.list(target.kind, namespace).map(({ metadata }) => metadata.name),
        );
        yield {
          rule: meta.id,
          subject,
          severity: 'warning',
          confidence: CONFIDENCE.proved,
          message: `${formatRef(subject)} scales ${formatRef(ref)}, which does not exist`,
          cause: 'The autoscaler does nothing until there is such a workload.',
          evidence: [{ source: 'spec', ref: subject, path: 'spec.scaleTargetRef.name', quote: target.name }],
          fixes: [{ summary: 'Correct spec.scaleTargetRef.', steps: [], commands: [], effect: 'none', where: 'git' }],
          ...(near.length > 0 && {
            notes: [`There is ${near.map((name) => `${target.kind} ${name}`).join(' and ')}.`],
          }),
        };
      }
    },
  };
}
