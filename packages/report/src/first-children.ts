import { type WhyNode } from '@kroot/types';

/** The first children of a node, and one more that counts the rest; a single one left over takes that place itself. */
export function firstChildren(
  children: readonly WhyNode[],
  most: number,
  words: (hidden: number) => string,
): readonly WhyNode[] {
  const hidden = children.length - most;
  if (hidden <= 1) return children;
  return [...children.slice(0, most), { group: words(hidden), state: '', children: [] }];
}
