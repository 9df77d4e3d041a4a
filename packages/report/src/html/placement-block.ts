import { formatRef, type Placement, type PlacementClass, type ResourceRef } from '@kroot/types';
import { counted } from '../words.ts';
import { markup, when, type Content, type Markup } from './markup.ts';

const MAX_CLASSES = 20;
const MAX_NODES = 6;

/** Why a pod is on no node: nodes that refuse alike, the smallest change, and who holds the room. */
export function placementBlock(placement: Placement): Markup {
  const { classes, complete, everywhere, holders, pod, smallest } = placement;
  const hidden = classes.length - MAX_CLASSES;
  return markup`<p><b>${formatRef(pod)}</b> is on no node.</p>${when(
    everywhere.length > 0,
    () => markup`<ul>${everywhere.map(({ text }) => markup`<li>On any node: ${text}</li>`)}</ul>`,
  )}${when(classes.length > 0, () => table(classes.slice(0, MAX_CLASSES)))}${when(
    hidden > 0,
    () => markup`<p class="soft">and ${counted(hidden, 'more kind')} of nodes</p>`,
  )}${when(smallest, ({ node, steps, verified }) => {
    const proof = verified ? 'Replayed with that, the scheduler takes the pod.' : '';
    return markup`<p><b>Smallest change</b> ${steps.join(', ')}, for ${node.name}. ${proof}</p>`;
  })}${when(
    holders.length > 0,
    () =>
      markup`<p><b>The room there is held by</b></p><ul>${holders.map(
        ({ amount, owner, pods, preemptible, resource }) =>
          markup`<li><code>${formatRef(owner)}</code> ${amount} ${resource} in ${counted(pods, 'pod')}${
            preemptible ? ', of lower priority' : ''
          }</li>`,
      )}</ul>`,
  )}${when(!complete, () => markup`<p class="soft">Not everything that counts here could be seen.</p>`)}`;
}

function table(classes: readonly PlacementClass[]): Markup {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Nodes and why they refuse the pod"><table><thead><tr><th scope="col">Node</th><th scope="col">Why not</th><th scope="col">Would fit with</th></tr></thead><tbody>${classes.map(
    row,
  )}</tbody></table></div>`;
}

function row({ change, nodes, reasons }: PlacementClass): Markup {
  const why = reasons.length === 0 ? 'nothing else' : reasons.map(({ text }) => text).join('; ');
  return markup`<tr><td>${named(nodes)}</td><td>${why}</td><td>${change === undefined ? '–' : change.steps.join(', ')}</td></tr>`;
}

function named(nodes: readonly ResourceRef[]): Content {
  const more = nodes.length - MAX_NODES;
  const names = nodes.slice(0, more > 1 ? MAX_NODES : nodes.length).map(({ name }) => name);
  return markup`<code>${names.join(', ')}</code>${more > 1 ? ` and ${more} more` : ''}`;
}
