import { manifestRule } from '@kroot/analyzers';
import { nearNames, podsOf, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  ref,
  refKey,
  type Analyzer,
  type AnalyzerMeta,
  type Finding,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { allAreOwn, type IsOwn } from './is-own.ts';
import { templated, type Templated } from './templated.ts';
import { templatePath } from './template-path.ts';

/** What a template names, and where. */
interface Need {
  readonly target: ResourceRef;
  readonly path: string;
}

/** Reports ServiceAccounts that are not there; in a cluster controllers say so, manifests say nothing. */
export function manifestAccountMissing(isOwn: IsOwn = allAreOwn): Analyzer {
  return needRule(manifestRule('manifest-account-missing'), isOwn, ({ object, ref: { namespace }, template }) => {
    const name = template.spec.serviceAccountName;
    const path = `${templatePath(object.kind)}spec.serviceAccountName`;
    return name === undefined ? [] : [{ target: ref('ServiceAccount', namespace, name), path }];
  });
}

/** Reports claims that are not there; in a cluster the scheduler says so. */
export const manifestClaimMissing: Analyzer = needRule(
  manifestRule('manifest-claim-missing'),
  allAreOwn,
  ({ object, ref: { namespace }, template }) =>
    (template.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }, i) => {
      const name = persistentVolumeClaim?.claimName;
      const path = `${templatePath(object.kind)}spec.volumes[${i}].persistentVolumeClaim.claimName`;
      return name === undefined ? [] : [{ target: ref('PersistentVolumeClaim', namespace, name), path }];
    }),
);

function needRule(meta: AnalyzerMeta, isOwn: IsOwn, needsOf: (one: Templated) => readonly Need[]): Analyzer {
  return {
    meta,
    *analyze({ snapshot }) {
      const users = new Map<string, { readonly need: Need; readonly all: Templated[] }>();
      for (const one of templated(snapshot)) {
        for (const need of needsOf(one)) {
          if (snapshot.lookup(need.target).state !== 'absent' || !isOwn(one.ref)) continue;
          const key = refKey(need.target);
          const known = users.get(key) ?? { need, all: [] };
          users.set(key, known);
          known.all.push(one);
        }
      }
      for (const { need, all } of users.values()) yield finding(meta, snapshot, need, all);
    },
  };
}

function finding(
  { id, severity }: AnalyzerMeta,
  snapshot: Snapshot,
  { target, path }: Need,
  all: readonly Templated[],
): Finding {
  const { kind, name, namespace = '' } = target;
  const [first] = all;
  const owner = first?.ref ?? target;
  const near = nearNames(
    name,
    snapshot.list(kind, namespace).map(({ metadata }) => metadata.name),
  );
  return {
    rule: id,
    subject: target,
    severity,
    confidence: CONFIDENCE.proved,
    message: `${kind} ${namespace}/${name} does not exist`,
    cause: `${formatRef(owner)}${all.length > 1 ? ` and ${all.length - 1} more name` : ' names'} it.`,
    state: 'not found',
    evidence: [{ source: 'spec', ref: owner, path, quote: name }],
    affects: all.flatMap((one) =>
      one.ref.kind === 'Pod' ? [one.ref] : podsOf(snapshot, one.ref).map((pod) => refOf(pod)),
    ),
    fixes: [
      { summary: `Add the ${kind}, or correct the name.`, steps: [], commands: [], effect: 'none', where: 'git' },
    ],
    ...(near.length > 0 && { notes: [`There is ${near.map((one) => `${kind} ${one}`).join(' and ')}.`] }),
  };
}
