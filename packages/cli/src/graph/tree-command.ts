import { cleanJson, renderTree, type TreeItem } from '@kroot/report';
import { formatRef, type ResourceRef } from '@kroot/types';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { resolveOutputPolicy } from '../output-policy.ts';
import { type Streams } from '../streams.ts';
import { type Target } from '../target.ts';
import { fold } from './fold.ts';
import { type TreeFlags } from './graph-flags.ts';
import { homeOf } from './graph-formats.ts';
import { graphInput } from './graph-input.ts';
import { treeItems } from './tree-items.ts';
import { viewOf } from './view-of.ts';

/** How far `kroot tree` goes if it is not told. */
const DEPTH = 6;

const SIDES = [
  { way: 'needs', title: 'needs' },
  { way: 'needed-by', title: 'is needed by' },
] as const;

/** Prints what an object needs and what needs it, as trees, with how everything stands. */
export async function runTree(flags: TreeFlags, asked: Target, streams: Streams): Promise<number> {
  const input = await graphInput(flags, asked, streams);
  const { target } = input;
  if (target === undefined) throw new UsageError('give an object, such as deploy/web');
  const { health, part } = viewOf(input, flags, DEPTH);
  const folded = fold(part, input.snapshot, health, target);
  const home = homeOf(input);
  const own = health(target);
  const sides = SIDES.filter(({ way }) => flags.side === 'both' || flags.side === way).map(({ title, way }) => ({
    title,
    way,
    items: treeItems(folded, target, way, home),
  }));
  if (flags.output === 'json') streams.stdout.write(json(target, own.words, sides));
  else {
    const policy = resolveOutputPolicy(streams.env, streams.stdout, flags);
    const print = (item: TreeItem): string => renderTree(item, policy);
    const head = print({ name: formatRef(target), state: own.words, tone: own.tone, children: [] });
    const trees = sides.map(({ items, title }) =>
      items.length === 0
        ? print({ name: `${title} nothing that is known`, state: '', tone: 'plain', children: [] })
        : print({ name: title, state: '', tone: 'plain', children: items }),
    );
    streams.stdout.write([head, ...trees].join('\n'));
  }
  if (part.cut && flags.quiet !== true)
    streams.stderr.write('kroot: there is more beyond this; --depth takes a larger number\n');
  return input.interrupted ? EXIT.interrupted : EXIT.ok;
}

function json(
  target: ResourceRef,
  state: string,
  sides: readonly { readonly way: string; readonly items: readonly TreeItem[] }[],
): string {
  const trees = Object.fromEntries(sides.map(({ items, way }) => [way.replace('-', '_'), items]));
  return `${cleanJson(JSON.stringify({ resource: formatRef(target), state, ...trees }, null, 2))}\n`;
}
