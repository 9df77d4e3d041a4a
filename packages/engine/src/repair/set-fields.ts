import { type KubernetesObject } from '@kroot/types';
import { PatchError } from './json-patch.ts';
import { member, nameOf, valueAt, withValue } from './json.ts';
import { CommandError, flagOf, type KubectlCall } from './kubectl-call.ts';

/** Where the pod spec of a workload stands. */
function podSpecPath({ kind }: KubernetesObject): readonly string[] {
  if (kind === 'Pod') return ['spec'];
  return kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec'];
}

/** `kubectl set image`: `container=image`, init containers too. */
export function setImage(object: KubernetesObject, _: KubectlCall, words: readonly string[]): unknown {
  return words.reduce((current: unknown, word) => {
    const { key, value } = assignment(word);
    return inContainers(object, current, [key], (container) => withValue(container, ['image'], value));
  }, object);
}

/** `kubectl set env`: `NAME=value` sets, `NAME-` removes, in the containers that are named or in all. */
export function setEnv(object: KubernetesObject, call: KubectlCall, words: readonly string[]): unknown {
  return words.reduce((current: unknown, word) => {
    const isRemoval = word.endsWith('-') && !word.includes('=');
    const { key, value } = isRemoval ? { key: word.slice(0, -1), value: undefined } : assignment(word);
    return inContainers(object, current, containersIn(call), (container) => {
      const env = listOf(member(container, 'env')).filter((entry) => nameOf(entry) !== key);
      return withValue(container, ['env'], value === undefined ? env : [...env, { name: key, value }]);
    });
  }, object);
}

/** `kubectl set resources`: requests and limits of the containers that are named or of all. */
export function setResources(object: KubernetesObject, call: KubectlCall): unknown {
  return inContainers(object, object, containersIn(call), (container) =>
    ['requests', 'limits'].reduce((current: unknown, field) => {
      const pairs = (flagOf(call, field) ?? '').split(',').filter((pair) => pair !== '');
      return pairs.reduce((changed: unknown, pair) => {
        const { key, value } = assignment(pair);
        return withValue(changed, ['resources', field, key], value);
      }, current);
    }, container),
  );
}

/** `kubectl set serviceaccount`. */
export function setServiceAccount(object: KubernetesObject, _: KubectlCall, [account]: readonly string[]): unknown {
  return withValue(object, [...podSpecPath(object), 'serviceAccountName'], account);
}

/** `kubectl scale`. */
export function scaled(object: KubernetesObject, call: KubectlCall): unknown {
  const replicas = Number(flagOf(call, 'replicas'));
  if (!Number.isInteger(replicas) || replicas < 0) throw new CommandError('kubectl scale wants a number of replicas');
  return withValue(object, ['spec', 'replicas'], replicas);
}

function assignment(word: string): { readonly key: string; readonly value: string } {
  const at = word.indexOf('=');
  if (at < 1) throw new CommandError(`${word} sets nothing`);
  return { key: word.slice(0, at), value: word.slice(at + 1) };
}

function containersIn(call: KubectlCall): readonly string[] | undefined {
  const names = flagOf(call, 'containers');
  return names === undefined || names === '*' ? undefined : names.split(',');
}

/** Changes containers by name, all app containers when no names are given. */
function inContainers(
  object: KubernetesObject,
  current: unknown,
  names: readonly string[] | undefined,
  edit: (container: unknown) => unknown,
): unknown {
  const path = podSpecPath(object);
  let changed = 0;
  const lists = names === undefined ? ['containers'] : ['containers', 'initContainers'];
  const result = lists.reduce((root: unknown, list) => {
    const containers = valueAt(root, [...path, list]);
    if (!Array.isArray(containers)) return root;
    const edited = containers.map((container: unknown) => {
      if (names !== undefined && !names.includes(nameOf(container) ?? '')) return container;
      changed += 1;
      return edit(container);
    });
    return withValue(root, [...path, list], edited);
  }, current);
  if (changed === 0) throw new PatchError(`${object.kind} ${object.metadata.name} has no such container`);
  return result;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
