import { formatRef, type Diagnosis, type WhyNode } from '@kroot/types';
import { oneLine } from '../one-line.ts';

/** A graph that one can take in at a glance; GitLab's limit was 5,000 characters for long. */
const MAX_NODES = 40;
const MAX_LABEL = 80;

interface Pending {
  readonly node: WhyNode;
  readonly parent: string | undefined;
}

/** The tree of a diagnosis as a Mermaid flowchart, cause first, at most 40 nodes: those nearest to the cause, the rest counted. */
export function whyGraph({ severity, why }: Diagnosis): string {
  const lines = ['flowchart LR'];
  const todo: Pending[] = [{ node: why, parent: undefined }];
  let drawn = 0;
  // Breadth first; one node is kept for the words that say how many are left out.
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    if (drawn === MAX_NODES - 1 && todo.length > 0) break;
    const id = `n${drawn++}`;
    lines.push(
      `  ${id}["${labelOf(next.node)}"]`,
      ...(next.parent === undefined ? [] : [`  ${next.parent} --> ${id}`]),
    );
    todo.push(...next.node.children.map((node) => ({ node, parent: id })));
  }
  const left = countNodes(why) - drawn;
  if (left > 0) lines.push(`  more["${left} more"]`, `  n0 -.-> more`);
  const color = severity === 'critical' ? '#d1242f' : '#bf8700';
  return [...lines, `  style n0 stroke:${color},stroke-width:3px`].join('\n');
}

function countNodes(why: WhyNode): number {
  let count = 0;
  const todo = [why];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    count++;
    todo.push(...node.children);
  }
  return count;
}

function labelOf({ group, resource, state }: WhyNode): string {
  const name = resource === undefined ? group : formatRef(resource);
  return [name, state].flatMap((text) => (text === '' ? [] : [escapeLabel(text)])).join('<br/>');
}

/** Letters and digits stand for themselves, all else that Mermaid or HTML could read is written by its number. */
function escapeLabel(text: string): string {
  const characters = Array.from(oneLine(text));
  const shown = characters.length > MAX_LABEL ? [...characters.slice(0, MAX_LABEL), '…'] : characters;
  return shown
    .map((each) => (/[\p{L}\p{M}\p{N} .,:/=()…-]/u.test(each) ? each : `#${each.codePointAt(0) ?? 0};`))
    .join('');
}
