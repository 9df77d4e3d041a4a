import { type PolicyChange } from '@kroot/graph';
import { cleanText, formatCommand } from '@kroot/report';
import { builtinKind, formatRef, type ResourceRef } from '@kroot/types';
import { hanging } from './words-in-lines.ts';

/** Changes of policies with their commands, under a heading; nothing where there are none. */
export function* changesInLines(changes: readonly PolicyChange[], width: number): Iterable<string> {
  if (changes.length === 0) return;
  yield '';
  yield 'The smallest change that would allow it';
  for (const change of changes) yield* changeLines(change, width);
}

function* changeLines({ policy, summary, patch }: PolicyChange, width: number): Iterable<string> {
  yield* hanging('  ', '    ', cleanText(`${formatRef(policy)}: ${summary}`), width);
  const command = patchCommand(policy, patch, width - 4);
  // What a terminal could not show as it is cannot be pasted either.
  if (command !== undefined) for (const line of command.split('\n')) yield `    ${line}`;
}

function patchCommand(policy: ResourceRef, patch: PolicyChange['patch'], width: number): string | undefined {
  const kind = policy.kind.toLowerCase();
  const type = builtinKind(policy.kind) === undefined ? `${kind}.${policy.group}` : kind;
  const where = policy.namespace === undefined ? [] : ['-n', policy.namespace];
  const argv = ['kubectl', ...where, 'patch', `${type}/${policy.name}`, '--type=json', '-p', JSON.stringify(patch)];
  return formatCommand({ argv }, { width });
}

/** A change as JSON has it. */
export function changeJson({ policy, direction, summary, patch }: PolicyChange): object {
  return {
    policy: formatRef(policy),
    direction,
    summary,
    patch,
    command: patchCommand(policy, patch, Infinity),
  };
}
