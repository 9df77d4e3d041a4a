import { formatRef, type ChainChange, type Diagnosis, type GoneDiagnosis, type KeptDiagnosis } from '@kroot/types';
import { inShort, type Incident } from './incidents.ts';

/** More of either tells an agent less: the decisive ones come first. */
const MAX_CHANGES = 4;
const MAX_FIELDS = 3;

const WHAT = { added: ' is new', removed: ' was deleted', changed: '' } as const;

/** A root cause in short. */
export function diagnosed(diagnosis: Diagnosis): Incident {
  return inShort({ id: diagnosis.id, diagnosis });
}

/** What changed on the chain of a new root cause, one line for each object. */
export function changeLines(changes: readonly ChainChange[]): string[] {
  const rest = changes.length - MAX_CHANGES;
  return [
    ...changes.slice(0, MAX_CHANGES).map((one) => changeLine(one)),
    ...(rest > 0 ? [`and ${rest} more ${rest === 1 ? 'object' : 'objects'}`] : []),
  ];
}

function changeLine({ change, fields, resource }: ChainChange): string {
  // What the evidence rests on comes first.
  const told = fields.toSorted((a, b) => Number(b.decisive) - Number(a.decisive)).slice(0, MAX_FIELDS);
  const words = told.map((field) => `${field.path} ${field.words}`);
  const rest = fields.length - told.length;
  const list = [...words, ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
  return `${formatRef(resource)}${WHAT[change]}${list === '' ? '' : ` ${list}`}`;
}

/** What became of a root cause that the later report does not have. */
export function goneIncident({ diagnosis, replacedBy, unseen }: GoneDiagnosis): Incident & {
  unseen?: string;
  replaced_by: string[];
} {
  return {
    ...diagnosed(diagnosis),
    ...(unseen !== undefined && { unseen }),
    replaced_by: replacedBy.slice(0, MAX_CHANGES),
  };
}

/** A root cause that both have and that is not as it was; undefined when it is. */
export function changedIncident({
  after,
  before,
  trend,
}: KeptDiagnosis):
  | { id: string; message: string; trend: 'worse' | 'better'; before: string; after: string }
  | undefined {
  if (trend === 'same') return undefined;
  return { id: after.id, message: after.message, trend, before: state(before), after: state(after) };
}

function state(diagnosis: Diagnosis): string {
  const { severity, affected } = diagnosed(diagnosis);
  const hit = Object.entries(affected).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]));
  return [severity, ...hit].join(', ');
}
