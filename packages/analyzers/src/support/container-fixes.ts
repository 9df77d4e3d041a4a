import { type Container, type Fix } from '@kroot/types';
import { fieldOf, type FaultGroup } from './container-fault.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';

/** One change of a JSON patch, below the container. */
export interface ContainerChange {
  readonly op: 'add' | 'replace' | 'remove';
  /** Below the container, such as `readinessProbe/httpGet/port`. */
  readonly path: string;
  readonly value?: unknown;
}

/** A look at what the container wrote before it ended. */
export function lastLogs(group: FaultGroup): Fix {
  const { first, container } = group;
  const { namespace, name } = first.pod.ref;
  // Before the first restart there is no previous container.
  const previous = (first.state.status?.restartCount ?? 0) > 0 ? ['--previous'] : [];
  return {
    summary: `Read the last output of ${group.words}`,
    steps: ['Look at the last lines that the container wrote before it ended.'],
    commands: [kubectl(namespace, 'logs', name, '-c', container, ...previous, '--tail=50')],
    effect: 'none',
    where: 'cluster',
  };
}

/** A look at what the container that runs now writes. */
export function presentLogs(group: FaultGroup, steps: readonly string[]): Fix {
  const { namespace, name } = group.first.pod.ref;
  return {
    summary: `Read the output of ${group.words}`,
    steps,
    commands: [kubectl(namespace, 'logs', name, '-c', group.container, '--tail=50')],
    effect: 'none',
    where: 'cluster',
  };
}

/** A change of the container in its workload's template; a look where there is no template to change. */
export function changeContainer(
  group: FaultGroup,
  summary: string,
  steps: readonly string[],
  changes: readonly ContainerChange[],
): Fix {
  const { owner, place } = group;
  // What admission rewrote in the pod is not in the template, and a patch of it would fail.
  if (place === undefined || !changes.every((change) => fits(place.container, change)))
    return editByHand(group, summary, steps);
  const patch = changes.map(({ op, path, value }) =>
    value === undefined ? { op, path: `${place.pointer}/${path}` } : { op, path: `${place.pointer}/${path}`, value },
  );
  return {
    summary,
    steps,
    commands: [kubectl(owner.namespace, 'patch', kubectlName(owner), '--type=json', '-p', JSON.stringify(patch))],
    effect: 'change',
    where: 'cluster',
  };
}

function fits(container: Container, { op, path }: ContainerChange): boolean {
  const steps = path.split('/');
  return fieldOf(container, op === 'add' ? steps.slice(0, -1) : steps) !== undefined;
}

/** The steps alone, with a look at the object that holds the container. */
export function editByHand({ owner, first, injected }: FaultGroup, summary: string, steps: readonly string[]): Fix {
  const target = injected ? first.pod.ref : owner;
  return {
    summary,
    steps,
    commands: [kubectl(target.namespace, 'get', kubectlName(target), '-o', 'yaml')],
    effect: 'none',
    where: 'cluster',
  };
}

/** Going back to the revision that worked; nothing where no older one is known to be better. */
export function rollBack({ owner, revision }: FaultGroup): readonly Fix[] {
  if (revision === undefined || (!revision.previousServes && revision.changed.length === 0)) return [];
  return [
    {
      summary: `Go back to revision ${revision.previous} of ${inWords(owner)} until the change is repaired`,
      steps: [
        `Revision ${revision.failing} brought the failure; roll back, then correct the change and roll out again.`,
      ],
      commands: [kubectl(owner.namespace, 'rollout', 'undo', kubectlName(owner), `--to-revision=${revision.previous}`)],
      effect: 'change',
      where: 'cluster',
    },
  ];
}

/** An image that has to be built anew. */
export function rebuildImage(group: FaultGroup, summary: string, steps: readonly string[]): Fix {
  const { owner } = group;
  return {
    summary,
    steps,
    commands: [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'wide')],
    effect: 'none',
    where: 'image',
  };
}
