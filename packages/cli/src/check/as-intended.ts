import { nearNames, workloads } from '@kroot/graph';
import { type DiagnoseOptions } from '@kroot/engine';
import {
  CONFIDENCE,
  type Analyzer,
  type Diagnosis,
  type Finding,
  type Report,
  type ResourceRef,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { isSelecting, selectsCustomPods } from './selects-custom-pods.ts';
import { ranked } from './ranked.ts';
import { type IsExternal } from './externals.ts';

/** Rules on what only a running cluster can show: who injects sidecars, what provisions volumes, the cluster's own DNS. */
const NOT_OF_MANIFESTS: ReadonlySet<string> = new Set([
  'kube-dns-service-missing',
  'mesh-sidecar-not-injected',
  'mesh-strict-mtls-unmeshed-client',
  'mutation-missed',
  'provisioner-not-running',
  'pvc-pending',
]);

/** Whether a rule says anything about manifests without a cluster. */
export function isOfManifests({ meta }: Analyzer): boolean {
  return !NOT_OF_MANIFESTS.has(meta.id);
}

/** What is only a note in a cluster, where nobody may need the Service, is a slip in manifests that bring it along. */
const SLIPS: ReadonlySet<string> = new Set([
  'svc-selector-no-match',
  'svc-selector-partial-extra-key',
  'svc-targetport-named-missing',
  'sts-governing-service-missing',
]);

const HAS_NONE = /\bnamespace \S+ has no (?:such )?/g;
const NOT_HERE = 'is not in these manifests';
const MISSING = /\bdo(?:es)? not exist\b/g;

/**
 * An analyzer on manifests without a cluster: what they do not hold is not in them, which is a warning, because it may be in
 * the cluster; what others make is no finding at all.
 */
export function asIntended(analyzer: Analyzer, isExternal: IsExternal): Analyzer {
  return {
    meta: analyzer.meta,
    *analyze(context) {
      for (const finding of analyzer.analyze(context)) {
        if (isExternal(finding.subject) || isOfOthers(context.snapshot, finding)) continue;
        if (isWanted(context.snapshot, finding) || selectsCustomPods(context.snapshot, finding)) continue;
        yield isAbout(context.snapshot, finding) ? ofManifests(finding) : onlyNotHere(finding);
      }
    },
  };
}

/** Whether a finding speaks of what is in the manifests, not of what is missing from them. */
function isAbout(snapshot: Snapshot, { message, subject }: Finding): boolean {
  return message.search(MISSING) === -1 && isPresent(snapshot, subject);
}

/** A finding on what manifests say of themselves. */
export function ofManifests(finding: Finding): Finding {
  return finding.severity === 'info' && SLIPS.has(finding.rule) ? { ...finding, severity: 'warning' } : finding;
}

/** Who forbids everything means DNS, too; who allows something and forgets DNS does not. */
function isWanted(snapshot: Snapshot, { rule, subject }: Finding): boolean {
  if (rule !== 'np-egress-blocks-dns') return false;
  const policy = snapshot
    .list('NetworkPolicy', subject.namespace)
    .find(({ metadata }) => metadata.name === subject.name);
  return policy?.spec !== undefined && (policy.spec.egress ?? []).length === 0;
}

/**
 * A setting that names a Service of another team is the rule; a slip shows by a name that is nearly there. Where there are no
 * pods at all, Services are for those of others.
 */
function isOfOthers(snapshot: Snapshot, { detail = {}, discriminator = '', rule, subject }: Finding): boolean {
  if (isSelecting(rule) && snapshot.list('Pod', subject.namespace).length === 0) return true;
  if (isSelecting(rule) && asksForLeader(snapshot, subject)) return true;
  if (rule !== 'env-dangling-service-ref') return false;
  const namespace = discriminator.slice(0, discriminator.lastIndexOf('/'));
  const name = String(detail['service']);
  const services = snapshot.list('Service', namespace).map(({ metadata }) => metadata.name);
  const hasTwin = workloads(snapshot).some(({ ref }) => ref.name === name && ref.namespace === namespace);
  return services.length === 0 || (!hasTwin && nearNames(name, services).length === 0);
}

/** Which of its pods leads a program writes into their labels itself. */
function asksForLeader(snapshot: Snapshot, subject: ResourceRef): boolean {
  const service = snapshot.lookup({ ...subject, kind: 'Service' as const });
  if (subject.kind !== 'Service' || service.state !== 'present') return false;
  return Object.entries(service.object.spec?.selector ?? {}).some(
    ([key, value]) =>
      /role$/i.test(key) && /^(?:leader|follower|master|slave|primary|secondary|replica|standby)$/.test(value),
  );
}

function isPresent(snapshot: Snapshot, subject: ResourceRef): boolean {
  return snapshot.lookup(subject).state !== 'absent';
}

/**
 * What may be in the cluster takes nothing down for certain, though it stands in the way of what something else takes down;
 * unless the user says how bad it is.
 */
export function withoutAlarm(report: Report, snapshot: Snapshot, severities: DiagnoseOptions['severities']): Report {
  const isCertain = ({ message, rootCause, rule }: Diagnosis): boolean =>
    severities?.has(rule) === true || (!message.includes(NOT_HERE) && isPresent(snapshot, rootCause));
  return {
    ...report,
    diagnoses: ranked(report.diagnoses.map((each) => (isCertain(each) ? each : atMostWarning(each)))),
    suppressed: ranked(report.suppressed.map((each) => (isCertain(each) ? each : atMostWarning(each)))),
  };
}

function atMostWarning<T extends { readonly severity: Severity }>(told: T): T {
  return told.severity === 'critical' ? { ...told, severity: 'warning' } : told;
}

function onlyNotHere(finding: Finding): Finding {
  const { cause, message } = finding;
  return {
    ...atMostWarning(finding),
    confidence: Math.min(finding.confidence, CONFIDENCE.proved),
    message: message.replaceAll(MISSING, NOT_HERE),
    cause: cause.replaceAll(HAS_NONE, 'these manifests have no '),
    notes: [
      ...(finding.notes ?? []),
      'The cluster may have it already: --against live, or --against with a capture, tells.',
    ],
  };
}
