import { nearNames, podsOf, refOf, workloads, type Workload } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  ref,
  refKey,
  type Analyzer,
  type AnalyzerMeta,
  type Finding,
  type Mechanism,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { manifestMeta } from './manifest-rule.ts';
import { templatePath } from './template-path.ts';

/** What a template names, and where. */
interface Need {
  readonly target: ResourceRef;
  readonly path: string;
}

/** Reports ServiceAccounts that are not there; in a cluster controllers say so, manifests say nothing. */
export const manifestAccountMissing: Analyzer = needRule(
  manifestMeta('manifest-account-missing', 'ServiceAccount is missing', 'critical', {
    means: 'Pods name a ServiceAccount that is not in their namespace, so none of them can be created.',
    decides: 'spec.serviceAccountName of a pod template names an account that its namespace does not have.',
    silent: 'For the account "default", which every namespace gets.',
    references: ['https://kubernetes.io/docs/concepts/security/service-accounts/'],
  }),
  ['pod-creation'],
  ({ ref: { namespace }, template, ...workload }) => {
    const name = template.spec.serviceAccountName;
    const path = `${templatePath(workload.object.kind)}spec.serviceAccountName`;
    return name === undefined ? [] : [{ target: ref('ServiceAccount', namespace, name), path }];
  },
);

/** Reports claims that are not there; in a cluster the scheduler says so. */
export const manifestClaimMissing: Analyzer = needRule(
  manifestMeta('manifest-claim-missing', 'PersistentVolumeClaim is missing', 'critical', {
    means: 'Pods mount a claim that is not in their namespace, so the scheduler places none of them.',
    decides: 'A volume of a pod template names a claim that its namespace does not have.',
    silent: 'For claims that StatefulSets and generic ephemeral volumes bring along.',
    references: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes'],
  }),
  ['scheduling', 'volume'],
  ({ object, ref: { namespace }, template }) =>
    (template.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }, i) => {
      const name = persistentVolumeClaim?.claimName;
      const path = `${templatePath(object.kind)}spec.volumes[${i}].persistentVolumeClaim.claimName`;
      return name === undefined ? [] : [{ target: ref('PersistentVolumeClaim', namespace, name), path }];
    }),
);

function needRule(
  plain: AnalyzerMeta,
  breaks: readonly Mechanism[],
  needsOf: (workload: Workload) => readonly Need[],
): Analyzer {
  const meta = { ...plain, breaks };
  return {
    meta,
    *analyze({ snapshot }) {
      const users = new Map<string, { readonly need: Need; readonly all: Workload[] }>();
      for (const workload of workloads(snapshot)) {
        for (const need of needsOf(workload)) {
          if (snapshot.lookup(need.target).state !== 'absent') continue;
          const key = refKey(need.target);
          const known = users.get(key) ?? { need, all: [] };
          users.set(key, known);
          known.all.push(workload);
        }
      }
      for (const { need, all } of users.values()) yield finding(meta, snapshot, need, all);
    },
  };
}

function finding({ id }: AnalyzerMeta, snapshot: Snapshot, { target, path }: Need, all: readonly Workload[]): Finding {
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
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `${kind} ${namespace}/${name} does not exist`,
    cause: `${formatRef(owner)}${all.length > 1 ? ` and ${all.length - 1} more name` : ' names'} it.`,
    state: 'not found',
    evidence: [{ source: 'spec', ref: owner, path, quote: name }],
    affects: all.flatMap((workload) => podsOf(snapshot, workload.ref).map((pod) => refOf(pod))),
    fixes: [
      { summary: `Add the ${kind}, or correct the name.`, steps: [], commands: [], effect: 'none', where: 'git' },
    ],
    ...(near.length > 0 && { notes: [`There is ${near.map((one) => `${kind} ${one}`).join(' and ')}.`] }),
  };
}
