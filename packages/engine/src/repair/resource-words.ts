import { builtinKind, ref, type ResourceRef, type Snapshot } from '@kroot/types';
import { builtinKindNamed } from '../targets.ts';
import { CommandError, type KubectlCall } from './kubectl-call.ts';

/**
 * The objects that the words of a command name: `deployment/api`, `secret db`, `lamp.light.example.com/hall`; what follows
 * them (`key=value`) is left over.
 * @throws CommandError where a word names no kind.
 */
export function objectsNamed(
  { name, operands, namespace }: KubectlCall,
  kinds: readonly string[],
): { readonly refs: readonly ResourceRef[]; readonly rest: readonly string[] } {
  const [first = '', second, ...others] = operands;
  if (NODE_COMMANDS.has(name)) return { refs: [ref('Node', undefined, first)], rest: operands.slice(1) };
  if (!first.includes('/')) {
    if (second === undefined) throw new CommandError(`kubectl ${name} names no object`);
    return { refs: [refOf(first, second, { namespace, kinds })], rest: others };
  }
  const named = operands.filter((word) => isObjectWord(word));
  const refs = named.map((word) => {
    const slash = word.indexOf('/');
    return refOf(word.slice(0, slash), word.slice(slash + 1), { namespace, kinds });
  });
  return { refs, rest: operands.filter((word) => !isObjectWord(word)) };
}

const NODE_COMMANDS: ReadonlySet<string> = new Set(['cordon', 'uncordon', 'drain']);

/** `label pod/x a/b=c`: what holds `=` or ends in `-` is a label, taint or value. */
function isObjectWord(word: string): boolean {
  return /^[a-z][a-z0-9.-]*\/[^=/]+$/.test(word) && !word.endsWith('-');
}

function refOf(
  word: string,
  name: string,
  { namespace, kinds }: { readonly namespace: string | undefined; readonly kinds: readonly string[] },
): ResourceRef {
  const known = builtinKindNamed(word);
  if (known !== undefined) return ref(known, namespace ?? 'default', name);
  const custom = kinds.find((kind) => kind.toLowerCase() === word || pluralOf(kind) === word);
  const [kind = word, ...group] = (custom ?? word).split('.');
  if (group.length === 0) throw new CommandError(`there is no kind ${word}`);
  return { group: group.join('.'), kind, ...(namespace === undefined ? {} : { namespace }), name };
}

/** Commands whose first words are kinds: `get services,pods`, `describe pvc data`. */
const KINDS_FIRST: ReadonlySet<string> = new Set([
  'get',
  'describe',
  'edit',
  'patch',
  'scale',
  'label',
  'annotate',
  'delete',
]);

/**
 * Kinds are spelt as kubectl knows them; those of other groups need their group.
 * @throws CommandError
 */
export function checkKinds({ name, operands }: KubectlCall, kinds: readonly string[]): void {
  const [first] = operands;
  if (!KINDS_FIRST.has(name) || first === undefined) return;
  for (const word of (first.split('/')[0] ?? '').split(',')) {
    const isKnown = builtinKindNamed(word) !== undefined || word.includes('.');
    const isCustom = kinds.some((kind) => kind.toLowerCase().split('.')[0] === word);
    if (!isKnown && !isCustom) throw new CommandError(`there is no kind ${word}`);
  }
}

function pluralOf(kind: string): string {
  return kind.toLowerCase().replace('.', 's.');
}

/** The kinds of a snapshot that do not belong to Kubernetes itself, as `objectsNamed` wants them. */
export function customKinds(snapshot: Snapshot): readonly string[] {
  return snapshot.kinds().filter((kind) => builtinKind(kind) === undefined);
}
