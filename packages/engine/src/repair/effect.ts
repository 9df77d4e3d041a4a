import { builtinKind, type Command, type KubernetesObject, type ResourceRef } from '@kroot/types';
import { createObject } from './create-object.ts';
import { type Draft } from './draft.ts';
import { applyJsonPatch, PatchError } from './json-patch.ts';
import { isObject } from './json.ts';
import { CommandError, flagOf, parseKubectl, type KubectlCall } from './kubectl-call.ts';
import { labelled } from './labels.ts';
import { applyMergePatch, applyStrategicPatch } from './merge-patch.ts';
import { checkKinds, objectsNamed } from './resource-words.ts';
import { scaled, setEnv, setImage, setResources, setServiceAccount } from './set-fields.ts';
import { cordoned, tainted } from './taints.ts';
import { undone } from './undo.ts';

/** What a command did to a draft: it changed it, only looks, or does what no snapshot can show. */
export type Effect = { readonly state: 'changed' | 'looks' } | { readonly state: 'beyond'; readonly reason: string };

const LOOKS: Effect = { state: 'looks' };
const CHANGED: Effect = { state: 'changed' };

/** Changes one object. */
type Change = (object: KubernetesObject, call: KubectlCall, rest: readonly string[]) => unknown;

const CHANGES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['patch', patched],
  ['set image', setImage],
  ['set env', setEnv],
  ['set resources', setResources],
  ['set serviceaccount', setServiceAccount],
  ['scale', scaled],
  ['label', labelled],
  ['annotate', labelled],
  ['taint', tainted],
  ['cordon', cordoned],
  ['uncordon', cordoned],
]);

/** Programs that repairs may use beside kubectl. */
const OTHER_PROGRAMS: ReadonlySet<string> = new Set(['argocd', 'flux', 'helm', 'oc']);

/** What only a running cluster makes of a command, and so cannot be seen in a snapshot. */
const BEYOND: ReadonlyMap<string, string> = new Map([
  ['edit', 'what to write is up to whoever edits it'],
  ['drain', 'where evicted pods start again is up to the scheduler'],
  ['apply', 'the manifest is not interpreted'],
  ['create job', 'how it ends shows only when it runs'],
  ['rollout restart', 'the objects stay as they are, only the program starts anew'],
  ['rollout resume', 'what the rollout then does is up to its controller'],
  ['certificate approve', 'whether a certificate is issued is up to its signer'],
]);

/**
 * Does to a draft what a command would do to the cluster. What it cannot do is said, never guessed.
 * @throws CommandError where the command is none that kroot knows, PatchError where a patch does not fit its object.
 */
export function applyCommand(draft: Draft, command: Command, kinds: readonly string[]): Effect {
  const [program] = command.argv;
  if (typeof program === 'string' && OTHER_PROGRAMS.has(program))
    return { state: 'beyond', reason: `what ${program} changes is not interpreted` };
  const call = parseKubectl(command);
  checkKinds(call, kinds);
  if (call.does === 'look') return LOOKS;
  const beyond = BEYOND.get(call.name);
  if (beyond !== undefined) return { state: 'beyond', reason: `kubectl ${call.name}: ${beyond}` };
  if (call.name.startsWith('create ')) return created(draft, call);
  const { refs, rest } = objectsNamed(call, kinds);
  if (call.name === 'delete') return removed(draft, call, kinds);
  for (const target of refs) {
    const object = draft.get(target);
    if (object === undefined)
      return { state: 'beyond', reason: `${target.kind} ${target.name} is not in what was collected` };
    const next = call.name === 'rollout undo' ? undone(draft, object, call) : change(object, call, rest);
    if (next === undefined) return { state: 'beyond', reason: 'the earlier revision is not in what was collected' };
    if (isLetGo(next)) draft.remove(target);
    else draft.put(target, next);
  }
  return CHANGED;
}

/** Of a deleted object nothing but its finalizers is waited for; the kubelet and the namespace controller decide about others. */
function isLetGo({ kind, metadata }: KubernetesObject): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && finalizers.length === 0 && kind !== 'Pod' && kind !== 'Namespace';
}

function change(object: KubernetesObject, call: KubectlCall, rest: readonly string[]): KubernetesObject {
  const next = CHANGES.get(call.name)?.(object, call, rest);
  if (!isKubernetesObject(next)) throw new PatchError(`kubectl ${call.name} leaves no object`);
  return next;
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
  return isObject(value) && typeof value['kind'] === 'string' && isObject(value['metadata']);
}

function created(draft: Draft, call: KubectlCall): Effect {
  const made = createObject(call, draft.base.now);
  if (made === undefined) return { state: 'beyond', reason: `kubectl ${call.name}: not interpreted` };
  draft.put(made.ref, made.object);
  return CHANGED;
}

/** Objects whose end is not only a matter of this command. */
function removed(draft: Draft, call: KubectlCall, kinds: readonly string[]): Effect {
  const names = call.operands[0]?.includes('/') === true ? [call.operands] : withKind(call.operands);
  const targets: ResourceRef[] = names.flatMap((operands) => objectsNamed({ ...call, operands }, kinds).refs);
  for (const target of targets) {
    const object = draft.get(target);
    if ((object?.metadata.finalizers ?? []).length > 0)
      return { state: 'beyond', reason: `finalizers decide when ${target.kind} ${target.name} goes` };
    if (target.kind === 'PersistentVolumeClaim')
      return { state: 'beyond', reason: 'the claim that comes in its place gets its volume from the cluster' };
    if (target.kind === 'Pod' && (object?.metadata.ownerReferences ?? []).length > 0) draft.restart(target);
    else draft.remove(target);
  }
  return CHANGED;
}

/** `delete pod a b` names two pods. */
function withKind([kind = '', ...names]: readonly string[]): readonly (readonly string[])[] {
  return names.map((name) => [kind, name]);
}

function patched(object: KubernetesObject, call: KubectlCall): unknown {
  const text = flagOf(call, 'patch');
  if (text === undefined) throw new CommandError('kubectl patch has no patch');
  const patch = parseJson(text);
  const type = flagOf(call, 'type') ?? 'strategic';
  if (type === 'json') return applyJsonPatch(object, patch);
  if (type === 'merge') return applyMergePatch(object, patch);
  // https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#advanced-features-and-flexibility
  if (builtinKind(object.kind) === undefined) throw new PatchError(`${object.kind} objects take no strategic patch`);
  return applyStrategicPatch(object, patch);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PatchError('the patch is no JSON');
  }
}
