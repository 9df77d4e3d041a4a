import { formatQuantity, podRequests, type Rejection } from '@kroot/graph';
import { type Evidence, type Fix, type PodSpec, type ResourceRef } from '@kroot/types';
import { computed } from './evidence.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';
import { scaleUpCause } from './scale-up-faults.ts';
import { schedulerWords, templated, type SchedulingStory } from './scheduling-rule.ts';
import { isChangeable, podSpecPath, unchangeableNote } from './template-patch.ts';
import { type UnschedulableGroup } from './unschedulable.ts';

type Fit = Extract<Rejection, { readonly plugin: 'NodeResourcesFit' }>;

/** A node that lacks the resource, and by how much. */
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
  const amount = `${formatQuantity(resource, requested)} ${resource}`;
  const impossible = requested > largest;
  return {
    why: whyOf(amount, largest, impossible),
    cause: causeOf(group, { amount, largest, nearest, impossible }),
    evidence: nearest === undefined ? [] : [roomEvidence(group, nearest)],
    fixes: fixes(group, { resource, nearest, impossible }),
    notes: unchangeableNote(templated(group)),
    discriminator: resource,
    ...scalerStory(group),
  };
}

/** Where an autoscaler should have brought a node, it is what the shortage comes from. */
export function scalerStory({ snapshot, pods }: UnschedulableGroup): Pick<SchedulingStory, 'because'> {
  const because = scaleUpCause(snapshot, pods);
  return because.length === 0 ? {} : { because };
}

function whyOf(amount: string, largest: bigint, impossible: boolean): string {
  if (largest === 0n) return `${amount} requested, which no usable node has`;
  return impossible
    ? `${amount} requested, more than any usable node has`
    : `${amount} requested, and no usable node has that much free`;
}

interface Shortage {
  readonly amount: string;
  readonly largest: bigint;
  readonly nearest: Room | undefined;
  readonly impossible: boolean;
}

function causeOf({ first }: UnschedulableGroup, { amount, largest, nearest, impossible }: Shortage): string {
  const pod = first.state.ref.name;
  if (nearest === undefined) return `${pod} asks for ${amount}.`;
  const { resource, free, allocatable } = nearest.fit;
  if (largest === 0n) return `${pod} asks for ${amount}, and no node that it may use offers ${resource}.`;
  const have = formatQuantity(resource, allocatable);
  return impossible
    ? `${pod} asks for ${amount}, but the largest node that it may use has ${formatQuantity(resource, largest)} in all.`
    : `${pod} asks for ${amount}; node ${nearest.node.name} comes nearest with ${formatQuantity(resource, positive(free))} of ${have} not yet requested.`;
}

function positive(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}

function toldOnly(group: UnschedulableGroup): SchedulingStory {
  return {
    why: schedulerWords(group),
    cause: `No node had room for a pod of ${inWords(group.owner)} when the scheduler last looked; ${schedulerWords(group)}.`,
    ...scalerStory(group),
    fixes: [lookAtNodes()],
  };
}

/** Nodes that lack the resource; where there are such, only those that would take the pod if they had it. */
function roomsOf({ first }: UnschedulableGroup, resource: string): readonly Room[] {
  const counted = new Set((first.reason?.nodes ?? []).map(({ name }) => name));
  const lacking = first.replay.nodes.filter(({ node }) => counted.has(node.name));
  const usable = lacking.filter(({ rejections }) =>
    rejections.every((rejection) => rejection.plugin === 'NodeResourcesFit' && rejection.resource === resource),
  );
  return (usable.length === 0 ? lacking : usable).flatMap(({ node, rejections }) => {
    const fit = rejections.find(
      (rejection): rejection is Fit => rejection.plugin === 'NodeResourcesFit' && rejection.resource === resource,
    );
    return fit === undefined ? [] : [{ node, fit }];
  });
}

/** Both sides of the sum on one node. */
function roomEvidence({ first }: UnschedulableGroup, { node, fit }: Room): Evidence {
  const { resource } = fit;
  const amount = (value: bigint): string => formatQuantity(resource, value);
  return computed(
    node,
    `${resource}: ${amount(fit.allocatable)} allocatable, ${amount(fit.allocatable - fit.free)} requested by pods, ${amount(positive(fit.free))} free; ${first.state.ref.name} asks for ${amount(fit.requested)}`,
  );
}

function fixes(
  group: UnschedulableGroup,
  about: { readonly resource: string; readonly nearest: Room | undefined; readonly impossible: boolean },
): readonly Fix[] {
  const { resource, nearest, impossible } = about;
  const lower = lowerRequest(group, resource, nearest);
  const absent = nearest !== undefined && nearest.fit.allocatable === 0n;
  const grow: Fix = {
    summary: impossible
      ? `Add a node that has this much ${resource}`
      : `Make room: add a node, or scale down what holds the ${resource}`,
    steps: absent
      ? [
          `See whether any node offers ${resource}: extended resources are announced by a device plugin that must run on the node`,
          'If the name is misspelt, correct it in resources.limits of the container',
        ]
      : [
          `See in the section Allocated resources who holds the ${resource}`,
          impossible
            ? 'Add a node of a size that fits, or lower the request'
            : 'Add a node, or scale down a workload that requests more than it needs',
        ],
    commands: [{ argv: ['kubectl', 'describe', ...(nearest === undefined ? ['nodes'] : ['node', nearest.node.name])] }],
    effect: 'none',
    where: 'node',
  };
  return lower === undefined ? [grow] : [lower, grow];
}

const LOWERED: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** Lowering the request of the container that asks for most, if that can make the pod fit on the nearest node. */
function lowerRequest(group: UnschedulableGroup, resource: string, nearest: Room | undefined): Fix | undefined {
  const { owner, first } = group;
  const { template } = first;
  if (nearest === undefined || template === undefined || !LOWERED.has(resource)) return undefined;
  const free = positive(nearest.fit.free);
  const containers = template.containers.map((container) => ({
    name: container.name,
    own: podRequests({ containers: [container] }).get(resource) ?? 0n,
  }));
  const [biggest] = containers.toSorted((a, b) => Number(b.own - a.own));
  if (biggest === undefined) return undefined;
  const room = biggest.own - (nearest.fit.requested - free);
  if (room <= 0n) return undefined;
  const amount = roundedDown(resource, room);
  if ((lowered(template, biggest.name, resource, amount).get(resource) ?? 0n) > free) return undefined;
  return {
    summary: `Lower the ${resource} request of container "${biggest.name}" to ${amount} or less, if it needs no more`,
    steps: [
      `Edit ${podSpecPath(owner)}.containers of ${inWords(owner)}: resources.requests.${resource} of "${biggest.name}" is ${formatQuantity(resource, biggest.own)}, node ${nearest.node.name} has ${formatQuantity(resource, free)} free`,
    ],
    commands: isChangeable(templated(group))
      ? [
          kubectl(
            owner.namespace,
            'set',
            'resources',
            kubectlName(owner),
            '-c',
            biggest.name,
            `--requests=${resource}=${amount}`,
          ),
        ]
      : [],
    effect: 'change',
    where: 'cluster',
  };
}

/** What the pod asks for with one request lowered: init containers may ask for more than all others together. */
function lowered(template: PodSpec, name: string, resource: string, amount: string): ReadonlyMap<string, bigint> {
  const containers = template.containers.map((container) =>
    container.name === name
      ? {
          ...container,
          resources: { ...container.resources, requests: { ...container.resources?.requests, [resource]: amount } },
        }
      : container,
  );
  return podRequests({ ...template, containers });
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
