import {
  compareStrings,
  formatRef,
  kindKey,
  refKey,
  type Diagnosis,
  type Report,
  type ResourceRef,
  type Unexplained,
} from '@kroot/types';
import { narrate, primaryChain } from '../narrative.ts';
import { sentence } from '../words.ts';

/** A test case: a workload, or the root cause of what concerns none. */
export interface TestCase {
  /** The namespace, or words for what is in none. */
  readonly suite: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'error';
  /** In a few words. */
  readonly message: string;
  /** The rule that found it. */
  readonly type: string;
  readonly text: string;
}

/** The suite of what is in no namespace. */
const CLUSTER = '(cluster)';

/** What a workload fails with. */
interface Failure {
  readonly rule: string;
  readonly message: string;
  readonly text: string;
}

/**
 * A case for each workload: failed when a diagnosis or unexplained symptom tells of it, skipped when its pods could not be seen,
 * else passed. Trouble that concerns no workload has a case of its own, remarks have none.
 */
export function workloadCases(report: Report): readonly TestCase[] {
  const failures = new Map<string, Failure[]>();
  const workloads = new Map(report.workloads.map((target) => [refKey(target), target]));
  const others = new Map<string, ResourceRef>();
  const add = (targets: readonly ResourceRef[], owner: ResourceRef, failure: Failure): void => {
    const hit = targets.map(refKey).filter((key) => workloads.has(key));
    if (hit.length === 0) others.set(refKey(owner), owner);
    for (const key of new Set(hit.length === 0 ? [refKey(owner)] : hit))
      failures.set(key, [...(failures.get(key) ?? []), failure]);
  };
  for (const diagnosis of report.diagnoses)
    if (diagnosis.severity !== 'info') add(involved(diagnosis), diagnosis.rootCause, failureOf(diagnosis));
  for (const symptom of report.unexplained)
    if (symptom.severity !== 'info') add([symptom.resource], symptom.resource, openFailure(symptom));
  return [...new Map([...workloads, ...others])]
    .map(([key, target]) => caseOf(target, failures.get(key) ?? [], report))
    .toSorted((a, b) => compareStrings(a.suite, b.suite) || compareStrings(a.name, b.name));
}

function involved({ impact, resource, rootCause, symptoms }: Diagnosis): readonly ResourceRef[] {
  const { daemonSets, deployments, jobs, others, pods, statefulSets } = impact;
  const symptomatic = symptoms.map((symptom) => symptom.resource);
  return [rootCause, resource, symptomatic, pods, deployments, statefulSets, daemonSets, jobs, others].flat();
}

function failureOf(diagnosis: Diagnosis): Failure {
  const { evidence, fixes, message, rule } = diagnosis;
  const [fix] = fixes;
  const lines = [
    narrate(diagnosis),
    `Chain: ${primaryChain(diagnosis).join(' -> ')}`,
    ...evidence.slice(0, 3).map(({ quote, ref }) => `Evidence: ${formatRef(ref)}: ${quote}`),
    ...(fix === undefined ? [] : [`Fix: ${fix.summary}`]),
  ];
  return { rule, message, text: lines.join('\n') };
}

function openFailure({ checked, message, rule }: Unexplained): Failure {
  const lines = [`${sentence(message)} No cause was found.`, ...checked.map((each) => `Checked: ${each}`)];
  return { rule, message, text: lines.join('\n') };
}

function caseOf(target: ResourceRef, [first, ...rest]: readonly Failure[], report: Report): TestCase {
  const named = { suite: target.namespace ?? CLUSTER, name: `${kindKey(target.group, target.kind)}/${target.name}` };
  if (first !== undefined) {
    const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
    const text = [first, ...rest].map((failure) => failure.text).join('\n\n');
    return { ...named, outcome: 'failed', message: first.message + more, type: first.rule, text };
  }
  const hole = blindness(target, report);
  return hole === undefined
    ? { ...named, outcome: 'passed', message: '', type: '', text: '' }
    : { ...named, outcome: 'skipped', message: hole, type: '', text: '' };
}

/** What keeps a workload from being judged: its own kind, or pods, could not be seen where it is. */
function blindness({ group, kind, namespace }: ResourceRef, { coverage }: Report): string | undefined {
  const decisive = new Set(['Pod', kindKey(group, kind)]);
  const gap = coverage.gaps.find(
    (each) => decisive.has(each.kind) && each.state !== 'api-absent' && ['*', '', namespace].includes(each.namespace),
  );
  return gap === undefined ? undefined : `not judged: ${gap.kind} is ${gap.state.replaceAll('-', ' ')}`;
}
