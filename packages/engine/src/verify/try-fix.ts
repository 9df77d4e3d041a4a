import { podState, presentObject } from '@kroot/graph';
import { refKey, type Command, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { letControllersAct } from '../repair/controllers.ts';
import { Draft } from '../repair/draft.ts';
import { applyCommand, type Effect } from '../repair/effect.ts';
import { forgetWords } from '../repair/forget.ts';
import { PatchError } from '../repair/json-patch.ts';
import { valueAt } from '../repair/json.ts';
import { CommandError } from '../repair/kubectl-call.ts';
import { customKinds } from '../repair/resource-words.ts';

/** A repair on a draft, or why it cannot be done there. */
export type Trial =
  | {
      readonly draft: Draft;
      /** What the commands themselves change. */
      readonly edited: readonly ResourceRef[];
      /** Pods that are made anew and were not ready: what was said of them is over. */
      readonly anew: readonly ResourceRef[];
      /** Whether it makes a workload start more pods, which no copy can show at work. */
      readonly scales: boolean;
    }
  | { readonly reason: string };

const ELSEWHERE: Readonly<Partial<Record<Fix['where'], string>>> = {
  node: 'the repair is made on the node',
  registry: 'the repair is made in the registry',
  image: 'the repair is made in the image',
  git: 'the repair is made in Git',
};

/** Does what the commands of a fix do, and what the controllers then do, to a draft of the snapshot. */
export function tryFix(snapshot: Snapshot, fix: Fix | undefined): Trial {
  if (fix === undefined) return { reason: 'no repair is known' };
  if (fix.effect === 'none') return { reason: 'no command repairs this, it has to be looked into' };
  const draft = new Draft(snapshot);
  const kinds = customKinds(snapshot);
  for (const command of fix.commands) {
    const done = run(draft, command, kinds);
    if (done.state === 'wrong' || done.state === 'beyond') return { reason: done.reason };
  }
  const edited = draft.changed();
  if (edited.length + draft.restarted().length === 0)
    return { reason: ELSEWHERE[fix.where] ?? 'what to change is up to whoever repairs it' };
  letControllersAct(draft);
  const anew = draft.restarted().filter((pod) => !isReady(snapshot, pod));
  const scales = edited.some((target) => replicasOf(draft.get(target)) !== replicasOf(presentObject(snapshot, target)));
  return { draft, edited, anew, scales };
}

function replicasOf(object: unknown): unknown {
  return valueAt(object, ['spec', 'replicas']);
}

function isReady(snapshot: Snapshot, target: ResourceRef): boolean {
  const found = snapshot.lookup({ ...target, kind: 'Pod' as const });
  return found.state === 'present' && podState(snapshot, found.object).stage === 'ready';
}

/**
 * What is wrong with the commands of a fix: words that kroot does not know of kubectl, patches that do not fit their object.
 * Nothing, where there is nothing to fit them to.
 */
export function commandProblems(snapshot: Snapshot, { commands }: Fix): readonly string[] {
  const draft = new Draft(snapshot);
  const kinds = customKinds(snapshot);
  return commands.flatMap((command) => {
    const done = run(draft, command, kinds);
    return done.state === 'wrong' ? [done.reason] : [];
  });
}

function run(
  draft: Draft,
  command: Command,
  kinds: readonly string[],
): Effect | { readonly state: 'wrong'; readonly reason: string } {
  try {
    return applyCommand(draft, command, kinds);
  } catch (error) {
    if (error instanceof CommandError || error instanceof PatchError) return { state: 'wrong', reason: error.message };
    throw error;
  }
}

/**
 * The snapshot without what was said of some objects, and without any status of `edited`; for a draft, after what was done
 * to it.
 */
export function withoutWords(
  base: Snapshot | Draft,
  targets: readonly ResourceRef[],
  edited: readonly ResourceRef[],
): Snapshot {
  const draft = base instanceof Draft ? base : new Draft(base);
  forgetWords(draft, distinctRefs([...targets, ...edited]), edited);
  return draft.build();
}

/** Each reference once, in order. */
export function distinctRefs(refs: readonly ResourceRef[]): readonly ResourceRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
}
