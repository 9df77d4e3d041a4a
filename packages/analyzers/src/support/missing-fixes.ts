import { groupBy, nearNames } from '@kroot/graph';
import { type Command, type CommandArgument, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { describeFix, inWords, kubectl, kubectlName } from './kubectl.ts';
import { type MissingGroup } from './missing-groups.ts';
import { isVolumeUse, type MissingUse } from './missing-uses.ts';
import { jsonPatch, isChangeable } from './template-patch.ts';
import { podSpecField } from './template.ts';
import { listed } from './words.ts';

/** Ways to repair a missing object or key: the name that was meant where it shows, make it, else correct the reference. */
export function missingFixes(snapshot: Snapshot, group: MissingGroup): readonly Fix[] {
  const make = group.key === undefined ? createObject(group) : addKey(group, group.key);
  const meant = group.key === undefined ? meantObject(snapshot, group) : undefined;
  return meant === undefined ? [make, correctReference(snapshot, group)] : [useMeant(snapshot, group, meant), make];
}

/** The object of a near name that has every key that is needed: most likely a slip in the name. */
function meantObject(snapshot: Snapshot, group: MissingGroup): string | undefined {
  const { target } = group;
  const keys = neededKeys(group);
  const objects =
    target.kind === 'Secret' ? snapshot.list('Secret', target.namespace) : snapshot.list('ConfigMap', target.namespace);
  const fitting = objects.filter(
    ({ dataKeys }) => dataKeys !== undefined && keys.every((key) => dataKeys.includes(key)),
  );
  return nearNames(
    target.name,
    fitting.map(({ metadata }) => metadata.name),
    1,
  )[0];
}

function useMeant(snapshot: Snapshot, group: MissingGroup, name: string): Fix {
  const { target, uses } = group;
  const byOwner = [...groupBy(uses, ({ owner }) => inWords(owner)).values()];
  const owners = byOwner.flatMap(([first]) => (first === undefined ? [] : [inWords(first.owner)]));
  return {
    summary: `Correct the name to ${name} in ${listed(owners)}, if that ${target.kind} is meant`,
    steps: [
      `${target.kind} ${name} is in the same namespace${neededKeys(group).length === 0 ? '' : ` and has every key that is asked for (${listed(neededKeys(group), 5)})`}.`,
      `Change the name in ${listed([...new Set(uses.map((use) => referencePath(snapshot, use).path))], 4)}.`,
    ],
    commands: byOwner.slice(0, 3).flatMap((own) => renameCommand(snapshot, own, name)),
    effect: 'change',
    where: 'cluster',
  };
}

function renameCommand(snapshot: Snapshot, uses: readonly MissingUse[], name: string): readonly Command[] {
  const [first] = uses;
  if (first === undefined || !isChangeable({ owner: first.owner, template: podSpecField(snapshot, first.owner)?.spec }))
    return [];
  const fields = uses.map((use) => `${referencePath(snapshot, use).path}.${nameField(use)}`);
  const operations = [...new Set(fields)].map((field) => ({
    op: 'replace' as const,
    path: asPointer(field),
    value: name,
  }));
  return [jsonPatch(first.owner, operations)];
}

/** A Secret volume names its Secret by `secretName`, everything else by `name`. */
function nameField({ reference, target }: MissingUse): string {
  return reference.use === 'volume' && target.kind === 'Secret' ? 'secretName' : 'name';
}

/** `spec.containers[0].env[1]` as a JSON pointer. */
function asPointer(path: string): string {
  return `/${path.replaceAll(/\[(\d+)\]/g, '.$1').replaceAll('.', '/')}`;
}

/** The keys that the uses need by name, sorted. */
export function neededKeys({ uses }: MissingGroup): readonly string[] {
  return [...new Set(uses.flatMap(({ reference }) => reference.key ?? []))].toSorted();
}

/**
 * A value that only the reader has: they put it (for files, the path of a file that holds it) into a shell variable. It is
 * named after object and key: `$PATH` or `$USERNAME` alone would silently hand over what the shell has under that name.
 */
function valueOf(object: string, key: string, asFile: boolean): CommandArgument {
  const variable = `${object}_${key}`.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
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
    commands: [
      kubectl(target.namespace, 'create', ...kind, target.name, ...keys.map((key) => valueOf(target.name, key, files))),
    ],
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
