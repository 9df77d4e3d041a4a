import { type LabelSelector, type StringMap } from '@kroot/types';
import { matchesLabelSelector } from './selectors.ts';

interface LabelClass {
  readonly labels: StringMap;
  /** Positions in `items`, ascending. */
  readonly members: number[];
}

/**
 * Items of one namespace by their labels. Items with equal labels share a class, and a selector is evaluated on the
 * classes that carry its rarest pair only, so that Services times pods is never computed.
 */
export class LabelIndex<T> {
  readonly #items: readonly T[];
  readonly #classes: readonly LabelClass[];
  readonly #postings = new Map<string, number[]>();

  constructor(items: readonly T[], labelsOf: (item: T) => StringMap | undefined) {
    this.#items = items;
    const classes = new Map<string, LabelClass>();
    for (const [position, item] of items.entries()) {
      const labels = labelsOf(item) ?? {};
      const key = classKey(labels);
      const known = classes.get(key);
      if (known === undefined) classes.set(key, { labels, members: [position] });
      else known.members.push(position);
    }
    this.#classes = [...classes.values()];
    for (const [position, { labels }] of this.#classes.entries()) {
      for (const [label, value] of Object.entries(labels)) {
        const key = pairKey(label, value);
        const posting = this.#postings.get(key);
        if (posting === undefined) this.#postings.set(key, [position]);
        else posting.push(position);
      }
    }
  }

  /** The items that the selector selects, in the order in which they came. */
  select(selector: LabelSelector): readonly T[] {
    const found: number[] = [];
    for (const position of this.#candidates(selector.matchLabels ?? {})) {
      const candidate = this.#classes[position];
      if (candidate !== undefined && matchesLabelSelector(selector, candidate.labels)) found.push(...candidate.members);
    }
    return found.toSorted((a, b) => a - b).flatMap((position) => this.#items[position] ?? []);
  }

  #candidates(wanted: StringMap): Iterable<number> {
    let rarest: readonly number[] | undefined;
    for (const [label, value] of Object.entries(wanted)) {
      const posting = this.#postings.get(pairKey(label, value)) ?? [];
      if (rarest === undefined || posting.length < rarest.length) rarest = posting;
    }
    return rarest ?? this.#classes.keys();
  }
}

function pairKey(label: string, value: string): string {
  return `${label}=${value}`;
}

function classKey(labels: StringMap): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
