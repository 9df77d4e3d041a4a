import { counted } from '../words.ts';
import { type Drawing, type DrawingNode } from './drawing.ts';

/** Arrows that are told in words; a picture of more is described by its text alternative. */
const TOLD = 12;

/** A drawing in one paragraph, for those who hear it. */
export function describeDrawing({ edges, nodes, omitted }: Drawing): string {
  const told = edges.slice(0, TOLD).flatMap(({ from, to }) => {
    const [first, second] = [nodes[from], nodes[to]];
    return first === undefined || second === undefined ? [] : [`${nameOf(first)} to ${nameOf(second)}`];
  });
  const more = edges.length - told.length;
  const size = `${counted(nodes.length, 'box', 'boxes')}, ${counted(edges.length, 'arrow')}`;
  const arrows = [...told, ...(more > 0 ? [counted(more, 'more', 'more')] : [])].join('; ');
  const rest = omitted === 0 ? '' : ` ${counted(omitted, 'object')} not drawn.`;
  return `${size}${arrows === '' ? '' : `: ${arrows}`}.${rest}`;
}

function nameOf({ kind, name }: DrawingNode): string {
  return kind === '' ? name : `${kind} ${name}`;
}
