/** Runs tasks in order, so many at a time. The first that throws ends all. */
export async function inChains<T>(
  items: readonly T[],
  chains: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(chains, items.length) }, worker));
}
