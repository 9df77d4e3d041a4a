import { formatQuantity, podRequests, type Rejection } from '@kroot/graph';
import { type Evidence, type Fix, type ResourceRef } from '@kroot/types';
import { computed } from './evidence.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';
import { schedulerWords, type SchedulingStory } from './scheduling-rule.ts';
import { podSpecPath } from './template-patch.ts';
import { type UnschedulableGroup } from './unschedulable.ts';

type Fit = Extract<Rejection, { readonly plugin: 'NodeResourcesFit' }>;

interface Room {
  readonly node: ResourceRef;
  readonly fit: Fit;
}

/** Tells a shortage: what is asked for, the node that comes nearest, and whether any node could ever take the pod. */
export function shortageStory(group: UnschedulableGroup): SchedulingStory {
  const rejection = group.first.reason?.rejection;
  if (rejection?.plugin !== 'NodeResourcesFit') return toldOnly(group);
  const { resource, requested } = rejection;
  const rooms = roomsOf(group, resource);
  const nearest = rooms.toSorted((a, b) => Number(b.fit.free - a.fit.free))[0];
  const largest = rooms.map(({ fit }) => fit.allocatable).reduce((a, b) => (a > b ? a : b), 0n);
  const amount = formatQuantity(resource, requested);
  const impossible = requested > largest;
  const nearestWords =
    nearest === undefined
      ? ''
      : `; node ${nearest.node.name} comes nearest with ${formatQuantity(resource, positive(nearest.fit.free))} of ${formatQuantity(resource, nearest.fit.allocatable)} free`;
  return {
    why: impossible
      ? `it asks for ${amount} ${resource}, more than any usable node has`
      : `it asks for ${amount} ${resource}, and no usable node has that much free`,
    cause: impossible
      ? `The pod asks for ${amount} ${resource}, but the largest node that it may use has ${formatQuantity(resource, largest)} in all${nearestWords}.`
      : `The pod asks for ${amount} ${resource}${nearestWords === '' ? '' : nearestWords}.`,
    evidence: nearest === undefined ? [] : [roomEvidence(group, nearest)],
    fixes: fixes(group, { resource, nearest, impossible }),
  };
}

function positive(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}

function toldOnly(group: UnschedulableGroup): SchedulingStory {
  const { owner } = group;
  return {
    why: schedulerWords(group),
    cause: `No node had room for a pod of ${inWords(owner)} when the scheduler last looked; ${schedulerWords(group)}.`,
    fixes: [lookAtNodes()],
  };
}

function roomsOf({ first }: UnschedulableGroup, resource: string): readonly Room[] {
  const counted = new Set((first.reason?.nodes ?? []).map(({ name }) => name));
  return first.replay.nodes
    .filter(({ node }) => counted.has(node.name))
    .flatMap(({ node, rejections }) => {
      const fit = rejections.find(
        (rejection): rejection is Fit => rejection.plugin === 'NodeResourcesFit' && rejection.resource === resource,
      );
      return fit === undefined ? [] : [{ node, fit }];
    });
}

function roomEvidence({ first }: UnschedulableGroup, { node, fit }: Room): Evidence {
  const { resource } = fit;
  const used = fit.allocatable - fit.free;
  return computed(
    node,
    `${resource}: ${formatQuantity(resource, fit.allocatable)} allocatable, ${formatQuantity(resource, used)} requested by pods, ${formatQuantity(resource, positive(fit.free))} free; ${first.state.ref.name} asks for ${formatQuantity(resource, fit.requested)}`,
  );
}

function fixes(
  group: UnschedulableGroup,
  {
    resource,
    nearest,
    impossible,
  }: { readonly resource: string; readonly nearest: Room | undefined; readonly impossible: boolean },
): readonly Fix[] {
  const lower = lowerRequest(group, resource, nearest);
  const grow: Fix = {
    summary: impossible
      ? `Add a node that has this much ${resource}`
      : `Make room: add a node, or scale down what holds the ${resource}`,
    steps: [
      `See who holds the ${resource} of each node in the Allocated resources section`,
      'Add a node of a size that fits, or scale down a workload that needs less than it requests',
    ],
    commands: [{ argv: ['kubectl', 'describe', ...(nearest === undefined ? ['nodes'] : ['node', nearest.node.name])] }],
    effect: 'none',
    where: 'node',
  };
  return lower === undefined ? [grow] : [lower, grow];
}

/** Lowering the request of the container that asks for most, if that can make the pod fit on the nearest node. */
function lowerRequest(
  { owner, first }: UnschedulableGroup,
  resource: string,
  nearest: Room | undefined,
): Fix | undefined {
  const free = nearest === undefined ? 0n : positive(nearest.fit.free);
  const pod = first.state.pod;
  const total = podRequests(pod.spec).get(resource) ?? 0n;
  const containers = pod.spec.containers.map((container) => ({
    name: container.name,
    own: podRequests({ containers: [container] }).get(resource) ?? 0n,
  }));
  const [biggest] = containers.toSorted((a, b) => Number(b.own - a.own));
  if (biggest === undefined || nearest === undefined || owner.kind === 'Pod') return undefined;
  const room = biggest.own - (total - free);
  if (room <= 0n || (resource !== 'cpu' && resource !== 'memory' && resource !== 'ephemeral-storage')) return undefined;
  const amount = roundedDown(resource, room);
  return {
    summary: `Lower the ${resource} request of container "${biggest.name}" to ${amount} or less, if it needs no more`,
    steps: [
      `Edit ${podSpecPath(owner)}.containers of ${inWords(owner)}: resources.requests.${resource} of "${biggest.name}" is ${formatQuantity(resource, biggest.own)}, node ${nearest.node.name} has ${formatQuantity(resource, free)} free`,
    ],
    commands: [
      kubectl(
        owner.namespace,
        'set',
        'resources',
        kubectlName(owner),
        '-c',
        biggest.name,
        `--requests=${resource}=${amount}`,
      ),
    ],
    effect: 'change',
    where: 'cluster',
  };
}

const MEBI = 1024n * 1024n * 1000n;

function roundedDown(resource: string, milli: bigint): string {
  if (resource === 'cpu' || milli < MEBI) return formatQuantity(resource, milli);
  return formatQuantity(resource, (milli / MEBI) * MEBI);
}

function lookAtNodes(): Fix {
  return {
    summary: 'Look at what the nodes have left',
    steps: ['Compare the Allocated resources of each node with what the pod asks for'],
    commands: [{ argv: ['kubectl', 'describe', 'nodes'] }],
    effect: 'none',
    where: 'cluster',
  };
}
