import { groupBy } from '@kroot/graph';
import { CONFIDENCE, refKey, type Evidence, type Finding, type Fix, type Mechanism, type Snapshot } from '@kroot/types';
import { computed, fromContainer, fromSpec } from './evidence.ts';
import { sinceOf } from './group-pods.ts';
import { inWords, kubectl } from './kubectl.ts';
import { optional } from './optional.ts';
import { supersededPods, type Hold, type SupersededPod } from './superseded-pods.ts';
import { counted, listed } from './words.ts';

/** What a pod that is held up waits for: everything that a template can be to blame for. */
export const TEMPLATE_MECHANISMS: readonly Mechanism[] = [
  'image',
  'container-config',
  'container-start',
  'container-exit',
  'readiness',
  'dependency',
  'scheduling',
];

/** The findings on StatefulSets whose repaired template does not reach their pods, for the holds of one rule. */
export function* supersededFindings(snapshot: Snapshot, rule: string, holds: readonly Hold[]): Iterable<Finding> {
  const held = [...supersededPods(snapshot).values()].filter(({ hold }) => holds.includes(hold));
  for (const [first, ...rest] of groupBy(held, ({ owner }) => refKey(owner)).values()) {
    if (first !== undefined) yield finding(rule, [first, ...rest]);
  }
}

type Group = readonly [SupersededPod, ...SupersededPod[]];

const WHY: Readonly<Record<Hold, string>> = {
  'not-ready': 'the controller waits for it to become ready before it goes on with the update',
  'on-delete': 'updateStrategy OnDelete leaves pods as they are until they are deleted',
  partition: 'the partition of the update strategy leaves it out',
};

function finding(rule: string, group: Group): Finding {
  const [{ owner, hold, changed }] = group;
  const pods = group.map(({ pod }) => pod);
  const names = listed(pods.map(({ ref }) => ref.name));
  const mechanisms = [...new Set(pods.flatMap(({ mechanism }) => mechanism ?? []))];
  return {
    rule,
    subject: owner,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    ...optional('since', sinceOf(pods)),
    message: `The changed template of ${inWords(owner)} does not reach ${counted(pods.length, 'broken pod')}: ${names}`,
    cause: `${pods.length === 1 ? `Pod ${names} is` : `Pods ${names} are`} of an earlier revision and held up, the template has another ${listed(changed)} since, and ${WHY[hold]}.`,
    evidence: evidenceOf(group),
    breaks: [...mechanisms, 'rollout'],
    affects: [owner, ...pods.map(({ ref }) => ref)],
    fixes: [deleteFix(group)],
    notes:
      hold === 'not-ready'
        ? [`This is how ordered updates of StatefulSets work: a pod that never became ready has to be deleted by hand.`]
        : [
            `${inWords(owner)} is set up so on purpose: whoever changes the template decides when its pods are replaced.`,
          ],
  };
}

function evidenceOf([{ set, owner, pod }]: Group): readonly Evidence[] {
  const { status, spec } = set;
  const labels = pod.pod.metadata.labels ?? {};
  return [
    ...(pod.culprit === undefined ? [] : [fromContainer(pod.ref, pod.culprit)]),
    computed(
      pod.ref,
      `of revision ${labels['controller-revision-hash'] ?? ''}, while the StatefulSet is to have ${status?.updateRevision ?? ''}`,
    ),
    fromSpec(
      owner,
      'spec',
      `podManagementPolicy ${spec.podManagementPolicy ?? 'OrderedReady'}, updateStrategy ${JSON.stringify(spec.updateStrategy ?? {})}`,
    ),
  ];
}

function deleteFix(group: Group): Fix {
  const [{ owner }] = group;
  const pods = group.map(({ pod }) => pod.ref);
  return {
    summary: `Delete ${listed(pods.map((each) => inWords(each)))}, so that ${pods.length === 1 ? 'it is' : 'they are'} made again from the new template`,
    steps: [
      'The pod does not work as it is; its claims stay.',
      `The controller of ${inWords(owner)} makes it again with the template of today.`,
    ],
    commands: pods.slice(0, 5).map(({ namespace, name }) => kubectl(namespace, 'delete', `pod/${name}`)),
    effect: 'destructive',
    where: 'cluster',
  };
}
