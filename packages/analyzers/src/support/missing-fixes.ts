import { type CommandArgument, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { describeFix, inWords, kubectl, kubectlName } from './kubectl.ts';
import { type MissingGroup } from './missing-groups.ts';
import { isVolumeUse, type MissingUse } from './missing-uses.ts';
import { podSpecField } from './template.ts';
import { listed } from './words.ts';

/** Ways to repair a missing object or key: make it, else correct the reference. */
export function missingFixes(snapshot: Snapshot, group: MissingGroup): readonly Fix[] {
  return [group.key === undefined ? createObject(group) : addKey(group, group.key), correctReference(snapshot, group)];
}

/** The keys that the uses need by name, sorted. */
export function neededKeys({ uses }: MissingGroup): readonly string[] {
  return [...new Set(uses.flatMap(({ reference }) => reference.key ?? []))].toSorted();
}

/** A value that only the reader has: they put it (for files, the path of a file that holds it) into a shell variable. */
function valueOf(key: string, asFile: boolean): CommandArgument {
  const variable = key.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
  const name = /^\d/.test(variable) ? `KEY_${variable}` : variable;
  return asFile
    ? { prefix: `--from-file=${key}=`, secret: `${name}_FILE` }
    : { prefix: `--from-literal=${key}=`, secret: name };
}

const CONTINUES = 'The waiting pods go on by themselves: the kubelet tries again at least every two minutes.';

function createObject(group: MissingGroup): Fix {
  const { target, uses } = group;
  const keys = neededKeys(group);
  const files = uses.every(({ reference }) => isVolumeUse(reference));
  const kind = target.kind === 'Secret' ? (['secret', 'generic'] as const) : (['configmap'] as const);
  if (keys.length === 0) {
    return {
      summary: `Create ${inWords(target)}`,
      steps: [
        `Apply ${inWords(target)} from where the configuration of the application is kept; the references take all of its keys, so which ones it needs only the program tells.`,
        CONTINUES,
      ],
      commands: [kubectl(target.namespace, 'get', target.kind === 'Secret' ? 'secrets' : 'configmaps')],
      effect: 'none',
      where: 'cluster',
    };
  }
  return {
    summary: `Create ${inWords(target)} with ${keys.length === 1 ? 'the key' : 'the keys'} ${listed(keys, 5)}`,
    steps: [
      files
        ? `Put the path of each file into the variable that the command names: ${listed(keys, 5)}.`
        : `Put each value into the variable that the command names: ${listed(keys, 5)}.`,
      CONTINUES,
    ],
    commands: [kubectl(target.namespace, 'create', ...kind, target.name, ...keys.map((key) => valueOf(key, files)))],
    effect: 'change',
    where: 'cluster',
  };
}

function addKey({ target }: MissingGroup, key: string): Fix {
  const edit = kubectl(target.namespace, 'edit', kubectlName(target));
  const field = target.kind === 'Secret' ? 'stringData' : 'data';
  return {
    summary: `Add key ${key} to ${inWords(target)}`,
    steps: [`Add ${field}.${key} to ${inWords(target)} and save.`, CONTINUES],
    commands: [edit],
    effect: 'change',
    where: 'cluster',
  };
}

function correctReference(snapshot: Snapshot, { target, key, uses }: MissingGroup): Fix {
  const [first] = uses;
  const what = key === undefined ? `name ${target.name}` : `key ${key}`;
  const owners = [...new Map(uses.map((use) => [inWords(use.owner), use])).values()];
  return describeFix(
    first.owner,
    `Or correct the ${what} in ${listed(owners.map(({ owner }) => inWords(owner)))}`,
    owners
      .slice(0, 3)
      .map(
        (use) =>
          `Correct ${referencePath(snapshot, use).path} of ${inWords(use.owner)}, or mark it optional if the program can do without.`,
      ),
  );
}

/** Where a user finds the reference: in the workload's template, or in the pod where it has none. */
export function referencePath(
  snapshot: Snapshot,
  { owner, reference, pod }: MissingUse,
): { readonly ref: ResourceRef; readonly path: string } {
  const field = podSpecField(snapshot, owner);
  if (field === undefined) return { ref: pod?.ref ?? owner, path: reference.path };
  return { ref: owner, path: `${field.path}${reference.path.slice('spec'.length)}` };
}
