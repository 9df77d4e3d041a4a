import { readFile } from 'node:fs/promises';
import { readReport } from '@kroot/cluster';
import { foundIn } from '@kroot/engine';
import { fromDocument } from '@kroot/report';
import { type Baseline, type BaselineDocument } from '@kroot/types';
import { baselineSchema } from '@kroot/types/config-schema';
import { nameFrom } from '../config/load-config.ts';
import { UsageError } from '../errors.ts';
import { type Streams } from '../streams.ts';

/** Reads what is known: a baseline file, or the JSON of a report. */
export async function readBaseline(path: string, streams: Streams): Promise<Baseline> {
  const name = nameFrom(streams.cwd, path);
  const document = await readBaselineFile(path, name);
  if (document !== undefined) return { name, entries: document.entries };
  const report = fromDocument((await readReport(path, { cwd: streams.cwd, name })).document);
  return { name, entries: foundIn(report) };
}

/** The file as it is; undefined when it is something else. */
export async function readBaselineFile(path: string, name: string): Promise<BaselineDocument | undefined> {
  const value = parse(await textOf(path, name), name);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'baseline_version')) return undefined;
  const { data, error } = baselineSchema.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  // What a newer one has written is not to be written again.
  if (issue?.path[0] === 'baseline_version') throw new UsageError(`${name}: baseline_version: ${issue.message}`);
  throw new UsageError(
    `${name} is damaged: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}; kroot baseline update writes it again`,
  );
}

async function textOf(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const problem = code === 'ENOENT' ? 'there is no such baseline' : `cannot be read (${code})`;
    throw new UsageError(`${name}: ${problem}; kroot baseline update writes one`, { cause });
  }
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new UsageError(`${name} is no JSON; a baseline is a JSON report, or what kroot baseline update writes`, {
      cause,
    });
  }
}
