import { type Diagnosis, type WhyNode } from '@kroot/types';
import { shortRef } from '../text/options.ts';
import { counted } from '../words.ts';
import { Markup, markup } from './markup.ts';
import { type Page } from './page.ts';

/** Children of one node that are listed; the rest is counted. */
const MAX_CHILDREN = 40;
/** Deeper levels are not indented any further: phones are narrow, and browsers do not nest without end. */
const MAX_DEPTH = 8;

interface Row {
  readonly node: WhyNode;
  readonly depth: number;
}

/** Why things fail, as nested lists of at most so many lines: what the picture shows, and more, in words. */
export function treeList(diagnosis: Diagnosis, { report }: Page, most: number): Markup {
  const home = diagnosis.rootCause.namespace ?? report.scope.namespace;
  const parts: string[] = [];
  let depth = -1;
  const all = rows(diagnosis.why);
  for (const row of all.slice(0, most)) {
    const at = Math.min(row.depth, MAX_DEPTH);
    if (at > depth) parts.push('<ul>');
    else parts.push('</li>', ...Array.from({ length: depth - at }, () => '</ul></li>'));
    depth = at;
    parts.push('<li>', line(row, home).text);
  }
  parts.push('</li>', ...Array.from({ length: depth }, () => '</ul></li>'), '</ul>');
  const hidden = all.length - most;
  const rest = hidden > 0 ? markup`<p class="soft">… and ${counted(hidden, 'more', 'more')}</p>` : undefined;
  return markup`<div class="tree">${new Markup(parts.join(''))}${rest}</div>`;
}

function rows(why: WhyNode): readonly Row[] {
  const found: Row[] = [];
  const todo: Row[] = [{ node: why, depth: 0 }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    found.push(next);
    const { depth } = next;
    todo.push(
      ...listed(next.node.children)
        .map((node) => ({ node, depth: depth + 1 }))
        .toReversed(),
    );
  }
  return found;
}

function listed(children: readonly WhyNode[]): readonly WhyNode[] {
  const hidden = children.length - MAX_CHILDREN;
  if (hidden <= 1) return children;
  return [...children.slice(0, MAX_CHILDREN), { group: `… and ${hidden} more`, state: '', children: [] }];
}

function line({ depth, node }: Row, home: string | undefined): Markup {
  const { group, resource, state } = node;
  const name = resource === undefined ? group : shortRef(resource, home);
  const deeper = depth > MAX_DEPTH ? markup`<span aria-hidden="true">↳ </span>` : undefined;
  const how = state === '' ? undefined : markup` <span class="st">${state}</span>`;
  return markup`${deeper}<b>${name}</b>${how}`;
}
