import { equalJson, isObject, member, without } from './json.ts';

/** A patch that does not fit the object: the API server would refuse it. */
export class PatchError extends Error {
  readonly code = 'KROOT_PATCH_DOES_NOT_FIT';
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/**
 * Applies a JSON patch (RFC 6902: add, remove, replace and test) and leaves the value that is given alone.
 * @throws PatchError where an operation does not fit.
 */
export function applyJsonPatch(value: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw new PatchError('the patch is no list of operations');
  return operations.reduce((current: unknown, operation: unknown) => apply(current, checked(operation)), value);
}

function checked(operation: unknown): Operation {
  const op = member(operation, 'op');
  const path = member(operation, 'path');
  if (typeof op !== 'string' || typeof path !== 'string') throw new PatchError('an operation lacks op or path');
  if (!path.startsWith('/')) throw new PatchError(`path ${path} does not begin with a slash`);
  if (op !== 'remove' && member(operation, 'value') === undefined) throw new PatchError(`${op} ${path} has no value`);
  return { op, path, value: member(operation, 'value') };
}

function apply(value: unknown, operation: Operation): unknown {
  const steps = operation.path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return descend(value, steps, operation);
}

function descend(value: unknown, [step = '', ...rest]: readonly string[], operation: Operation): unknown {
  if (Array.isArray(value)) return inList(value, [step, ...rest], operation);
  if (!isObject(value)) throw new PatchError(`there is nothing at ${operation.path} to change`);
  if (rest.length > 0) return { ...value, [step]: descend(existing(value, step, operation), rest, operation) };
  if (operation.op === 'add') return { ...value, [step]: operation.value };
  const there = existing(value, step, operation);
  return operation.op === 'remove' ? without(value, step) : { ...value, [step]: kept(there, operation) };
}

function inList(value: readonly unknown[], [step = '', ...rest]: readonly string[], operation: Operation): unknown {
  if (rest.length === 0 && operation.op === 'add' && step === '-') return [...value, operation.value];
  const index = /^(?:0|[1-9]\d*)$/.test(step) ? Number(step) : -1;
  const isInsert = rest.length === 0 && operation.op === 'add';
  if (index < 0 || index >= value.length + (isInsert ? 1 : 0))
    throw new PatchError(`the list at ${operation.path} has no entry ${step}`);
  if (isInsert) return value.toSpliced(index, 0, operation.value);
  if (rest.length > 0) return value.with(index, descend(value[index], rest, operation));
  return operation.op === 'remove' ? value.toSpliced(index, 1) : value.with(index, kept(value[index], operation));
}

function existing(value: unknown, step: string, { path }: Operation): unknown {
  const there = member(value, step);
  if (there === undefined) throw new PatchError(`there is nothing at ${path}`);
  return there;
}

/** What stands at the path after a replace or test. */
function kept(there: unknown, { op, path, value }: Operation): unknown {
  if (op === 'replace') return value;
  if (op !== 'test') throw new PatchError(`operation ${op} is not known`);
  if (!equalJson(there, value)) throw new PatchError(`the test of ${path} fails`);
  return there;
}
