import { formatQuantity, parseQuantity } from '@kroot/graph';
import { CONFIDENCE, type Evidence, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { type CreateGroup } from './create-groups.ts';
import { failureOf, refusedDo, TRIES_AGAIN, type CreateText } from './create-rule.ts';
import { enough } from './enough.ts';
import { computed } from './evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from './kubectl.ts';
import { present } from './present.ts';
import { bareResource, fullQuota, isObjectCount, quotaUsers, type QuotaLine } from './quota-room.ts';
import { counted, listed } from './words.ts';

/** What both quota rules say: which resource, how much is asked, used and allowed, and who uses most. */
export function quotaText(group: CreateGroup, snapshot: Snapshot): CreateText {
  const { subject } = group;
  const lines = linesOf(group, snapshot);
  const [worst] = lines;
  const stated = group.refused.some(({ failure }) => failure !== undefined);
  const silent =
    stated || group.refused.some(({ since }) => since !== undefined) ? CONFIDENCE.strong : CONFIDENCE.heuristic;
  if (worst === undefined) return bare(group);
  const all = lines.map(({ resource, used, hard }) => `${resource} ${used} of ${hard}`);
  return {
    message: `${inWords(subject)} is used up: ${listed(all)}`,
    cause: `${refusedDo(group, 'wants', 'want')} ${wish(lines)}, and ${inWords(subject)} has ${listed(all)} in use.`,
    confidence: stated ? CONFIDENCE.stated : silent,
    evidence: [...usageNow(subject, worst, snapshot), ...biggest(subject, worst, snapshot)],
    fixes: [...raise(subject, lines, group), scaleDown(subject, worst, snapshot)],
    notes: [
      ...(stated
        ? []
        : [
            'The refusals themselves are no longer in the events: this follows from the full quota and the missing pods.',
          ]),
      ...terminating(subject, snapshot),
    ],
  };
}

/** What the next pod takes: itself, where pods are counted. */
function wish(lines: readonly QuotaLine[]): string {
  const amounts = lines.filter(({ resource }) => resource !== 'pods' && resource !== 'count/pods');
  if (amounts.length === 0) return 'one more pod';
  return `${listed(amounts.map(({ resource, wanted }) => `${wanted} ${resource}`))} for the next pod`;
}

function bare(group: CreateGroup): CreateText {
  return {
    message: `${inWords(group.subject)} is used up`,
    cause: `${refusedDo(group, 'is', 'are')} refused new pods by ${inWords(group.subject)}.`,
    fixes: [describeFix(group.subject, `Look what uses ${inWords(group.subject)}`, [TRIES_AGAIN])],
  };
}

function linesOf({ refused }: CreateGroup, snapshot: Snapshot): readonly QuotaLine[] {
  for (const candidate of refused) {
    const failure = failureOf(candidate, 'quota');
    if (failure === undefined) continue;
    return [...failure.requested].map(([resource, wanted]) => ({
      resource,
      wanted,
      used: failure.used.get(resource) ?? '?',
      hard: failure.limited.get(resource) ?? '?',
    }));
  }
  return fullQuota(snapshot, refused[0])?.lines ?? [];
}

/** What the quota's own status says now, where it is in the snapshot. */
function usageNow(quota: ResourceRef, { resource }: QuotaLine, snapshot: Snapshot): readonly Evidence[] {
  const status = present(snapshot, 'ResourceQuota', quota.namespace, quota.name)?.status;
  const { used = {}, hard = {} } = status ?? {};
  if (!Object.hasOwn(used, resource) || !Object.hasOwn(hard, resource)) return [];
  return [
    {
      source: 'status',
      ref: quota,
      path: 'status.used',
      quote: `${resource}: ${used[resource] ?? ''} of ${hard[resource] ?? ''}`,
    },
  ];
}

function biggest(quota: ResourceRef, { resource }: QuotaLine, snapshot: Snapshot): readonly Evidence[] {
  const users = quotaUsers(snapshot, quota.namespace ?? '', resource).slice(0, 3);
  if (users.length === 0) return [];
  const words = users.map(
    ({ owner, amount, pods }) =>
      `${owner.kind} ${owner.name} ${formatQuantity(bareResource(resource), amount)} in ${counted(pods, 'pod')}`,
  );
  return [computed(quota, `most ${resource} is used by ${listed(words)}`)];
}

/** The smallest limit that lets all refused controllers make all the pods that they lack. */
function raise(quota: ResourceRef, lines: readonly QuotaLine[], { refused }: CreateGroup): readonly Fix[] {
  const lacks = refused.reduce((sum, { lacks: count }) => sum + BigInt(Math.max(1, count)), 0n);
  const amounts = lines.flatMap(({ resource, wanted, used }): readonly (readonly [string, string])[] => {
    const each = parseQuantity(wanted);
    const have = parseQuantity(used);
    return each === undefined || have === undefined
      ? []
      : [[resource, enough(bareResource(resource), have + each * lacks)]];
  });
  if (amounts.length === 0) return [];
  const hard = Object.fromEntries(amounts);
  const words = amounts.map(([resource, amount]) => `${resource} to ${amount}`);
  return [
    {
      summary: `Raise ${inWords(quota)}: ${listed(words)}`,
      steps: [`That is what is in use plus ${counted(Number(lacks), 'missing pod')}. ${TRIES_AGAIN}`],
      commands: [
        kubectl(
          quota.namespace,
          'patch',
          'resourcequota',
          quota.name,
          '--type=merge',
          '-p',
          JSON.stringify({ spec: { hard } }),
        ),
      ],
      effect: 'change',
      where: 'cluster',
    },
  ];
}

function scaleDown(quota: ResourceRef, { resource }: QuotaLine, snapshot: Snapshot): Fix {
  const [most] = quotaUsers(snapshot, quota.namespace ?? '', resource);
  const step = isObjectCount(resource)
    ? `Remove what is no longer needed in namespace ${quota.namespace ?? ''}.`
    : `Lower the requests or the scale of a workload in namespace ${quota.namespace ?? ''}.`;
  return describeFix(quota, `Or free ${resource} in namespace ${quota.namespace ?? ''}`, [
    most === undefined ? step : `${step} ${inWords(most.owner)} (\`${kubectlName(most.owner)}\`) uses most.`,
  ]);
}

function terminating({ namespace }: ResourceRef, snapshot: Snapshot): readonly string[] {
  const leaving = snapshot
    .list('Pod', namespace)
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length;
  return leaving === 0
    ? []
    : [
        `${counted(leaving, 'pod')} of the namespace ${leaving === 1 ? 'is' : 'are'} being deleted and count until gone.`,
      ];
}
