import { basename } from 'node:path';
import { isReport, readReport, readSnapshot } from '@kroot/cluster';
import { nearNames } from '@kroot/graph';
import { fromDocument } from '@kroot/report';
import { type Report, type Snapshot } from '@kroot/types';
import { McpError } from '../errors.ts';
import { type McpFlags } from '../flags.ts';
import { type Surroundings } from '../surroundings.ts';
import { allowedPath } from './allowed-path.ts';
import { collectLive } from './live-source.ts';
import { World, type Rules } from './world.ts';

/** What the cluster is called as a source. */
const LIVE = 'live';
/** What was read of the source the time before. */
export const PREVIOUS = 'previous';

/** Readings that are kept. */
const MAX_KEPT = 4;

interface Reading {
  readonly at: number;
  readonly world: Promise<World>;
}

/** What a name stands for. */
interface Source {
  readonly key: string;
  /** Where it is, if it is a file. */
  readonly path?: string;
  readonly load: () => Promise<Snapshot>;
}

/** A report that was saved as JSON. */
export interface Saved {
  readonly name: string;
  readonly report: Report;
  /** What is to be said about its version. */
  readonly notice: string | undefined;
}

/** Reads what agents ask about: once for all questions of a while, and nothing that they may not name. */
export class Sources {
  private readonly flags: McpFlags;
  private readonly rules: Rules;
  private readonly surroundings: Surroundings;
  private readonly lifetime: number;
  private readonly deadline: number;
  private readonly kept = new Map<string, Reading>();
  private readonly before = new Map<string, World>();
  private newest: World | undefined;

  constructor(flags: McpFlags, rules: Rules, surroundings: Surroundings) {
    this.flags = flags;
    this.rules = rules;
    this.surroundings = surroundings;
    this.lifetime = seconds('--cache', flags.cache, 60);
    this.deadline = seconds('--timeout', flags.timeout, 120);
    if (flags.contextFile?.includes('-') === true)
      throw new McpError('-f - cannot be read: standard input belongs to the protocol; name a file');
  }

  /** The names that may be given without any folder being allowed, the default first. */
  names(): readonly string[] {
    const files = this.flags.contextFile ?? [];
    return [...files, ...(files.length === 0 || this.flags.live === true ? [LIVE] : [])];
  }

  /** What was read last; undefined at first. */
  latest(): World | undefined {
    return this.newest;
  }

  /** Reads a source, or gives what was read of it a moment ago. */
  async read(name: string | undefined, refresh: boolean): Promise<World> {
    const source = await this.sourceNamed(name ?? this.names()[0] ?? LIVE);
    const known = this.kept.get(source.key);
    const isFresh = known !== undefined && this.surroundings.now() - known.at < this.lifetime;
    if (isFresh && !refresh) return this.keep(known.world);
    // Nothing is waited for between looking and keeping: who asks at the same time gets the same reading.
    const world = source.load().then((snapshot) => new World(source.key, snapshot, this.rules));
    this.kept.delete(source.key);
    this.kept.set(source.key, { at: this.surroundings.now(), world });
    known?.world.then(
      (old) => this.before.set(source.key, old),
      () => undefined,
    );
    for (const key of [...this.kept.keys()].slice(0, -MAX_KEPT)) {
      this.kept.delete(key);
      this.before.delete(key);
    }
    // A failure is told, never kept.
    world.catch(() => {
      if (this.kept.get(source.key)?.world === world) this.kept.delete(source.key);
    });
    return this.keep(world);
  }

  /** The saved report that a name stands for; undefined where it stands for objects. */
  async saved(name: string | undefined): Promise<Saved | undefined> {
    const { key, path } = await this.sourceNamed(name ?? this.names()[0] ?? LIVE);
    if (path === undefined || !(await isReport(path))) return undefined;
    const { document, notice } = await readReport(path, { cwd: this.surroundings.cwd, name: key });
    return { name: key, report: fromDocument(document), notice };
  }

  /** What was read of a source before it was read again. */
  async previous(name: string | undefined): Promise<World> {
    const { key } = await this.sourceNamed(name ?? this.names()[0] ?? LIVE);
    const world = this.before.get(key);
    if (world !== undefined) return world;
    throw new McpError(`nothing was read of ${key} before; call diagnose, and later again with "refresh": true`);
  }

  private async keep(reading: Promise<World>): Promise<World> {
    const world = await reading;
    this.newest = world;
    return world;
  }

  private async sourceNamed(name: string): Promise<Source> {
    const { contextFile = [], allowFiles = [] } = this.flags;
    const isLive = name === LIVE && this.names().includes(LIVE);
    if (isLive) return { key: LIVE, load: () => this.collect() };
    const named = contextFile.find((file) => file === name) ?? contextFile.find((file) => basename(file) === name);
    if (named !== undefined) return this.file(named, named);
    if (allowFiles.length > 0 && name !== LIVE) {
      const path = await allowedPath(name, allowFiles, this.surroundings.cwd);
      return this.file(name, path);
    }
    const near = nearNames(name, this.names());
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there is ${this.names().join(', ')}`;
    throw new McpError(
      `there is no source "${name}"; ${hint}. Other files need --allow-files when the server is started`,
    );
  }

  private file(key: string, path: string): Source {
    const load = async (): Promise<Snapshot> => {
      if (!(await isReport(path))) return readSnapshot(path, { logs: this.flags.logs === true });
      throw new McpError(`"${key}" is a saved report, which only diff_reports can read; name a capture or live`);
    };
    return { key, path, load };
  }

  private collect(): Promise<Snapshot> {
    const { flags, rules, surroundings, deadline } = this;
    return collectLive({ flags, analyzers: rules.all, deadline, surroundings });
  }
}

/** Milliseconds of an option in seconds. */
function seconds(option: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault * 1000;
  const found = /^(?<count>\d{1,6})(?<unit>[sm]?)$/.exec(text)?.groups;
  if (found === undefined) throw new McpError(`${option} takes seconds, such as 30, 90s or 2m, not "${text}"`);
  return Number(found['count']) * (found['unit'] === 'm' ? 60_000 : 1000);
}
