/** A file of a folder or an archive, which has yet to be read. It can be read once. */
export interface InputEntry {
  /** Below the folder or in the archive, with `/` between the parts. */
  readonly path: string;
  /** For messages: as the user would name it. */
  readonly file: string;
  /** All of it, up to the limit; rejects with `InputError`. */
  readonly bytes: () => Promise<Uint8Array>;
  /** Its last bytes. */
  readonly end: (bytes: number) => Promise<Uint8Array>;
  /** All of it, piece by piece. */
  readonly chunks: () => AsyncIterable<Uint8Array>;
}

/** Why an entry is not read. */
type Reason = 'link' | 'path' | 'device' | 'encrypted';

const WORDS: Readonly<Record<Reason, readonly [one: string, many: string]>> = {
  link: ['1 link is not followed', 'links are not followed'],
  path: ['1 entry has an unsafe path and is left out', 'entries have unsafe paths and are left out'],
  device: [
    '1 entry is no file (device or pipe) and is left out',
    'entries are no files (devices or pipes) and are left out',
  ],
  encrypted: ['1 entry is encrypted and cannot be read', 'entries are encrypted and cannot be read'],
};

/** What a folder or an archive holds and is not read. */
export interface LeftOut {
  readonly add: (reason: Reason, path: string) => void;
  /** One line for each reason. */
  readonly notices: () => readonly string[];
}

/** Counts what is left out; the path of the first tells where to look. */
export function leftOut(): LeftOut {
  const found = new Map<Reason, { count: number; readonly paths: string[] }>();
  return {
    add(reason, path) {
      const known = found.get(reason) ?? { count: 0, paths: [] };
      found.set(reason, known);
      known.count += 1;
      // The least of all names, so that the order in an archive does not show.
      const [first] = known.paths;
      if (first === undefined || path < first) known.paths[0] = path;
    },
    notices: () =>
      [...found]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(
          ([
            reason,
            {
              count,
              paths: [first = ''],
            },
          ]) => {
            const [one, many] = WORDS[reason];
            return `${count === 1 ? one : `${count} ${many}`} (first: ${shown(first)})`;
          },
        ),
  };
}

const MAX_SHOWN = 200;

function shown(path: string): string {
  return path.length > MAX_SHOWN ? `${path.slice(0, MAX_SHOWN)}…` : path;
}
