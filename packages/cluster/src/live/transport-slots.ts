/** Admits so many at a time, in order of arrival. */
export interface Slots {
  /** Runs something when there is room; rejects with what `gone` gives if the signal is aborted first. */
  run<T>(work: () => Promise<T>, signal: AbortSignal | undefined, gone: () => Error): Promise<T>;
  /** Admits one less from now on, but never none. */
  narrow(): void;
}

/** Slots for at most `size` at a time. */
export function slots(size: number): Slots {
  let room = size;
  let busy = 0;
  const waiting = new Set<() => void>();

  const admit = (): void => {
    for (const enter of waiting) {
      if (busy >= room) return;
      waiting.delete(enter);
      busy += 1;
      enter();
    }
  };
  const enter = (signal: AbortSignal | undefined, gone: () => Error): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(admitted);
        reject(gone());
      };
      const admitted = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.add(admitted);
      admit();
    });

  return {
    async run(work, signal, gone) {
      if (signal?.aborted === true) throw gone();
      await enter(signal, gone);
      try {
        return await work();
      } finally {
        busy -= 1;
        admit();
      }
    },
    narrow() {
      room = Math.max(1, room - 1);
    },
  };
}
