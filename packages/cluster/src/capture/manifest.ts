import { parseRef, type CoverageState, type SourceInfo } from '@kroot/types';
import { elements, isObject, member, text, type JsonObject } from '../guards.ts';
import { parseTime } from '../snapshot/capture-time.ts';
import { type CoverageStatement } from '../snapshot/statement.ts';

/** What the first line of a capture says it is; a change that older readers would misread raises the number. */
export const CAPTURE_SCHEMA = 'kroot-capture/1';

/** The first line of a capture: everything that a diagnosis needs besides the objects. */
export interface CaptureManifest {
  readonly schema: typeof CAPTURE_SCHEMA;
  /** Name and version of the program that wrote it. */
  readonly tool: string;
  readonly source: SourceInfo;
  /** RFC 3339: the moment that a diagnosis speaks of. */
  readonly now: string;
  readonly coverage: readonly CoverageStatement[];
  /** What the collection found odd. */
  readonly notices: readonly string[];
  /** How many objects follow, so that a file that was cut off at the end of a line is not taken for a whole one. */
  readonly objects: number;
  /** For people: what was taken out. */
  readonly redaction: string;
}

const STATES: ReadonlySet<string> = new Set<CoverageState>([
  'complete',
  'partial',
  'forbidden',
  'not-collected',
  'api-absent',
]);

/** Whether a document is, or claims to be, the first line of a capture. */
export function isManifest(value: unknown): value is JsonObject {
  return text(member(value, 'schema'))?.startsWith('kroot-capture/') === true;
}

/** Reads a manifest; a string says why it cannot be used. */
export function readManifest(value: JsonObject): CaptureManifest | string {
  if (value['schema'] !== CAPTURE_SCHEMA) return 'is a capture of another version of kroot';
  const now = text(value['now']);
  const source = readSource(value['source']);
  const objects = value['objects'];
  if (now === undefined || parseTime(now) === undefined || source === undefined || typeof objects !== 'number') {
    return 'is a capture without a usable first line';
  }
  const coverage = elements(value['coverage']).map((statement) => readStatement(statement));
  const usable = coverage.filter((statement) => statement !== undefined);
  // A statement that cannot be read may be the one that says what is missing.
  if (usable.length < coverage.length) return 'is a capture that does not say clearly what it holds';
  return {
    schema: CAPTURE_SCHEMA,
    tool: text(value['tool']) ?? '',
    source,
    now,
    coverage: usable,
    notices: elements(value['notices']).filter((notice) => typeof notice === 'string'),
    objects,
    redaction: text(value['redaction']) ?? '',
  };
}

function readSource(value: unknown): SourceInfo | undefined {
  const name = member(value, 'name');
  if (typeof name !== 'string') return undefined;
  const capturedAt = text(member(value, 'capturedAt'));
  const serverVersion = text(member(value, 'serverVersion'));
  const namespace = text(member(value, 'namespace'));
  return {
    type: 'live',
    name,
    ...(capturedAt !== undefined && { capturedAt }),
    ...(serverVersion !== undefined && { serverVersion }),
    ...(namespace !== undefined && { namespace }),
  };
}

function readStatement(value: unknown): CoverageStatement | undefined {
  if (!isObject(value)) return undefined;
  const state = text(value['state']);
  const name = text(value['ref']);
  if (name !== undefined) {
    const ref = parseRef(name);
    return ref !== undefined && state === 'absent' ? { ref, state } : undefined;
  }
  const kind = text(value['kind']);
  if (kind === undefined || !isState(state)) return undefined;
  const { namespace, reason } = value;
  return {
    kind,
    state,
    ...(typeof namespace === 'string' && { namespace }),
    ...(typeof reason === 'string' && { reason }),
  };
}

function isState(state: string | undefined): state is CoverageState {
  return state !== undefined && STATES.has(state);
}
