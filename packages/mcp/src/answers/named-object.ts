import { builtinKindNamed, parseTarget, TargetError } from '@kroot/engine';
import { buildGraph } from '@kroot/graph';
import { builtinKind, formatRef, type ResourceRef } from '@kroot/types';
import { McpError } from '../errors.ts';
import { type World } from '../sources/world.ts';

/**
 * The object that an agent names.
 * @throws McpError or TargetError with what it may have meant.
 */
export function objectNamed(world: World, text: string): ResourceRef {
  return world.find(split(text));
}

/** The same, and what is only referred to: a Secret that is missing has dependents all the same. */
export function objectOrReference(world: World, text: string): ResourceRef {
  try {
    return objectNamed(world, text);
  } catch (error) {
    const reference = error instanceof TargetError ? referredTo(world, text) : undefined;
    if (reference === undefined) throw error;
    return reference;
  }
}

function referredTo({ snapshot }: World, text: string): ResourceRef | undefined {
  const { kind, name, namespace } = split(text);
  const known = builtinKindNamed(kind);
  if (known === undefined) return undefined;
  const wanted = { kind: known, group: builtinKind(known)?.group ?? '' };
  const isNamespaced = builtinKind(known)?.namespaced !== false;
  const found = buildGraph(snapshot).refs.filter(
    (ref) =>
      ref.kind === wanted.kind &&
      ref.group === wanted.group &&
      ref.name === name &&
      (!isNamespaced || namespace === undefined || ref.namespace === namespace),
  );
  const [first] = found;
  if (first === undefined || found.length === 1) return first;
  throw new McpError(`"${text}" can be ${found.map((ref) => formatRef(ref)).join(' or ')}; name one of them in full`);
}

function split(text: string): { readonly kind: string; readonly name: string; readonly namespace?: string } {
  const named = parseTarget(text);
  if (named !== undefined) return named;
  throw new McpError(`"${text}" is no object: write KIND/NAME or KIND/NAMESPACE/NAME, such as Deployment/shop/web`);
}
