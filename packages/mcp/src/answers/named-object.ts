import { findReference, parseTarget, TargetError, type NamedTarget } from '@kroot/engine';
import { buildGraph } from '@kroot/graph';
import { type ResourceRef } from '@kroot/types';
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
    const reference = error instanceof TargetError ? findReference(buildGraph(world.snapshot), split(text)) : undefined;
    if (reference === undefined) throw error;
    return reference;
  }
}

function split(text: string): NamedTarget {
  const named = parseTarget(text);
  if (named !== undefined) return named;
  throw new McpError(`"${text}" is no object: write KIND/NAME or KIND/NAMESPACE/NAME, such as Deployment/shop/web`);
}
