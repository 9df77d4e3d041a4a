import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { REPORT_SCHEMA_VERSION, type ReportDocument } from '@kroot/types';

/** A saved report that cannot be read: one line that says what it is instead, and what to do. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code = 'KROOT_REPORT_UNREADABLE';
}

/** Where a saved report is. */
export interface ReportPlace {
  /** What its path starts from. */
  readonly cwd: string;
  /** For `-`. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** What to call it; the path, if not given. */
  readonly name?: string;
}

/** A saved report, and what is to be said about its version. */
export interface SavedReport {
  readonly document: ReportDocument;
  readonly notice: string | undefined;
}

/** Reads the JSON of a report from a file or standard input. Rejects with `ReportError`. */
export async function readReport(file: string, place: ReportPlace): Promise<SavedReport> {
  const { name = file === '-' ? 'standard input' : file } = place;
  const value = parse(await textOf(file, name, place), name);
  const version = versionOf(value, name);
  const { success, data, error } = await check(value);
  if (success) return { document: data, notice: noticeOf(version, name) };
  throw new ReportError(`${name} is damaged: ${error}; make it again with kroot diagnose -o json`);
}

async function textOf(file: string, name: string, { cwd, stdin }: ReportPlace): Promise<string> {
  if (file === '-' && stdin !== undefined) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stdin) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const problem = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new ReportError(`${name}: ${problem}; name what kroot diagnose -o json has printed`, { cause });
  }
}

function parse(text: string, name: string): unknown {
  const trimmed = text.replace(/^\ufeff/, '');
  if (trimmed.trim() === '') throw new ReportError(`${name} is empty; name what kroot diagnose -o json has printed`);
  try {
    return JSON.parse(trimmed);
  } catch (cause) {
    const lines = trimmed.trimEnd().split('\n');
    const isLines = lines.length > 1 && (lines[0] ?? '').startsWith('{"type":"run"');
    const what = isLines ? 'holds JSON lines' : 'is no JSON';
    throw new ReportError(`${name} ${what}; name what kroot diagnose -o json has printed`, { cause });
  }
}

const VERSION = /^(?<major>\d+)\.(?<minor>\d+)$/;

interface Version {
  readonly major: number;
  readonly minor: number;
  readonly text: string;
}

const OURS = numbersOf(REPORT_SCHEMA_VERSION);

function versionOf(value: unknown, name: string): Version {
  const text = member(value, 'schema_version');
  if (typeof text !== 'string' || !VERSION.test(text))
    throw new ReportError(`${name} is no report: ${otherThan(value)}`);
  const version = numbersOf(text);
  if (version.major === OURS.major) return version;
  const next = version.major > OURS.major ? 'use a newer kroot' : 'make it again';
  throw new ReportError(`${name} is of schema version ${text}, and this kroot reads ${OURS.major}.x; ${next}`);
}

function numbersOf(text: string): Version {
  const { major = '0', minor = '0' } = VERSION.exec(text)?.groups ?? {};
  return { major: Number(major), minor: Number(minor), text };
}

function otherThan(value: unknown): string {
  if (member(value, 'runs') !== undefined) return 'it is SARIF; name what kroot diagnose -o json has printed';
  if (member(value, 'kind') !== undefined)
    return 'it holds Kubernetes objects; kroot diagnose cluster -f FILE diagnoses them';
  return 'it has no schema_version; name what kroot diagnose -o json has printed';
}

function noticeOf({ minor, text }: Version, name: string): string | undefined {
  if (minor > OURS.minor)
    return `${name} is of schema version ${text}, newer than ${OURS.text}: what is new in it is not shown`;
  return minor < 1 ? `${name} is of schema version ${text}: trees, commands and workloads are not in it` : undefined;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

type Checked =
  | { readonly success: true; readonly data: ReportDocument; readonly error?: undefined }
  | { readonly success: false; readonly data?: undefined; readonly error: string };

async function check(value: unknown): Promise<Checked> {
  // Only who reads a report needs its schema.
  const { reportDocumentSchema } = await import('@kroot/types/report-schema');
  const result = reportDocumentSchema.safeParse(value);
  if (result.success) return { success: true, data: result.data };
  const [issue] = result.error.issues;
  const path = issue?.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('') ?? '';
  return { success: false, error: `${path.replace(/^\./, '')}: ${issue?.message ?? 'it does not fit the schema'}` };
}
