import { ownerChain, podState, timeOf, topOwner, type ContainerState, type PodState } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type AnalyzerContext, type Finding } from '@kroot/types';
import { computed, fromContainer } from '../support/evidence.ts';
import { groupPods } from '../support/group-pods.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { isInjected } from '../support/template-container.ts';
import { span } from '../support/words.ts';

/** A companion that only needs a moment to end is none. */
const GRACE = 300_000;

/** Reports Jobs whose work is done while another container keeps their pod running. */
export const jobNeverCompletesSidecar: Analyzer = {
  meta: {
    id: 'job-never-completes-sidecar',
    title: 'Job is kept alive by a container that never ends',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Job', 'CronJob'],
    breaks: ['availability'],
    docs: {
      means:
        'A pod of a Job is complete only when all its regular containers have ended. The one that does the work has, and a proxy or agent beside it runs on.',
      decides:
        'In a running pod of a Job a regular container ended with exit code 0 more than five minutes ago, and what still runs was injected at admission, or is a server (it declares ports or probes, and the one that ended does not).',
      silent:
        'For sidecars proper (init containers with restartPolicy Always), which end with the pod, and while the container that runs may be the one that works.',
      references: [
        'https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#jobs-with-sidecar-containers',
      ],
    },
  },
  *analyze(context) {
    const found = new Map<string, { done: ContainerState; injected: boolean }>();
    const entries: { pod: PodState; container: string; key: string }[] = [];
    for (const pod of context.snapshot.list('Pod')) {
      const hit = companion(context, podState(context.snapshot, pod));
      if (hit === undefined) continue;
      entries.push({ pod: hit.pod, container: hit.running.name, key: '' });
      found.set(`${hit.pod.ref.namespace ?? ''}/${hit.pod.ref.name}`, hit);
    }
    for (const group of groupPods(context, entries)) {
      const [first] = group.pods;
      const hit = first === undefined ? undefined : found.get(`${first.ref.namespace ?? ''}/${first.ref.name}`);
      if (first !== undefined && hit !== undefined) yield finding(context, { ...group, first, ...hit });
    }
  },
};

interface Hit {
  readonly pod: PodState;
  readonly done: ContainerState;
  readonly running: ContainerState;
  readonly injected: boolean;
}

function companion({ snapshot, now }: AnalyzerContext, pod: PodState): Hit | undefined {
  if (pod.pod.metadata.deletionTimestamp !== undefined || pod.pod.status?.phase !== 'Running') return undefined;
  if (!ownerChain(snapshot, pod.pod).some(({ kind }) => kind === 'Job')) return undefined;
  const apps = pod.containers.filter(({ role }) => role === 'app');
  const running = apps.filter(({ status }) => status?.state?.running !== undefined);
  const done = apps.filter(({ status }) => status?.state?.terminated?.exitCode === 0);
  const [last] = done.toSorted((a, b) => (endOf(b) ?? 0) - (endOf(a) ?? 0));
  const end = last === undefined ? undefined : endOf(last);
  if (last === undefined || end === undefined || now - end < GRACE || done.length + running.length !== apps.length)
    return undefined;
  const owner = topOwner(snapshot, pod.pod);
  const injected = running.filter(({ name }) => isInjected(snapshot, owner, pod.pod, name));
  const [first] = running;
  if (first === undefined) return undefined;
  if (injected.length === running.length) return { pod, done: last, running: first, injected: true };
  return running.every(isServer) && !done.some(isServer)
    ? { pod, done: last, running: first, injected: false }
    : undefined;
}

function endOf({ status }: ContainerState): number | undefined {
  return timeOf(status?.state?.terminated?.finishedAt);
}

function isServer({ container }: ContainerState): boolean {
  const { ports = [], readinessProbe, livenessProbe, startupProbe } = container;
  return ports.length > 0 || [readinessProbe, livenessProbe, startupProbe].some((probe) => probe !== undefined);
}

function finding(
  { now }: AnalyzerContext,
  group: Omit<Hit, 'pod' | 'running'> & ReturnType<typeof groupPods>[number] & { readonly first: PodState },
): Finding {
  const { owner, container, first, done, injected, pods } = group;
  const running = first.containers.find(({ name }) => name === container);
  const ended = done.status?.state?.terminated?.finishedAt;
  const age = span(now - (timeOf(ended) ?? now));
  return {
    rule: jobNeverCompletesSidecar.meta.id,
    subject: owner,
    discriminator: container,
    severity: 'warning',
    confidence: injected ? CONFIDENCE.proved : CONFIDENCE.strong,
    ...(ended === undefined ? {} : { since: ended }),
    message: `${inWords(owner)} has done its work, but container "${container}" keeps its pod running`,
    cause: `Container "${done.name}" of ${inWords(first.ref)} ended with exit code 0 ${age} ago, and ${injected ? 'the injected container' : 'container'} "${container}" runs on, so the pod never completes.`,
    evidence: [
      fromContainer(first.ref, done),
      computed(
        first.ref,
        `container "${container}" has been running since ${running?.status?.state?.running?.startedAt ?? 'an unknown time'}`,
      ),
      ...(injected
        ? [computed(owner, `the template has no container "${container}": it was injected at admission`)]
        : []),
    ],
    affects: pods.map(({ ref }) => ref),
    fixes: [
      ...(injected
        ? [
            {
              summary: `Keep the injector away from the pods of ${inWords(owner)}`,
              steps: [
                'Set the injector\'s opt-out in the pod template (for Istio the label sidecar.istio.io/inject: "false"), or let it inject a native sidecar, which ends with the work.',
              ],
              commands: [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml')],
              effect: 'none' as const,
              where: 'cluster' as const,
            },
          ]
        : [
            {
              summary: `Make container "${container}" a sidecar: an init container with restartPolicy Always`,
              steps: [
                'Such a container is stopped when the regular containers have ended (Kubernetes 1.29 and later).',
              ],
              commands: [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml')],
              effect: 'none' as const,
              where: 'cluster' as const,
            },
          ]),
      {
        summary: `Delete ${inWords(first.ref)} by hand, if nobody needs its result any more`,
        steps: ['The Job may start a new pod for it, which ends in the same way.'],
        commands: [kubectl(first.ref.namespace, 'delete', kubectlName(first.ref))],
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}
