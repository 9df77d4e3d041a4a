const MOST = 20;

/** Collects notices; what would flood the reader is counted instead. */
export interface Notices {
  add(text: string): void;
  list(): readonly string[];
}

/** Starts an empty collection. `more` says what the ones beyond the first 20 are. */
export function notices(more: string): Notices {
  const lines: string[] = [];
  let left = 0;
  return {
    add(text) {
      if (lines.length < MOST) lines.push(text);
      else left += 1;
    },
    list: () => (left === 0 ? lines : [...lines, `${left} more ${more}`]),
  };
}
