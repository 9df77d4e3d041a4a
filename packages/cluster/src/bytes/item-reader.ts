import { type ObjectMeta } from '@kroot/types';
import { assembleObject, builtinApiVersion, type Projected, type TypeHint } from '../projection/project.ts';
import { SCHEMAS } from '../projection/table.ts';
import { odd, type ByteCursor } from './cursor.ts';
import { objectPlan, readKeys, type ObjectPlan } from './field-reader.ts';
import { metaReader, type MetaReader } from './meta-reader.ts';

/** Reads one object of a list as `project` would make it of the parsed value; `odd` where that takes more than reading. */
export type ItemReader = (cursor: ByteCursor) => Projected;

/** Members with key names that are worth knowing, by kind. */
const KEYED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['Secret', new Set(['data', 'stringData'])],
  ['ConfigMap', new Set(['data', 'binaryData'])],
]);
const NONE: ReadonlySet<string> = new Set();
const FIELDS = new Map(Object.entries(SCHEMAS));

interface KindPlan {
  readonly kind: string;
  readonly apiVersion: string | undefined;
  readonly body: ObjectPlan;
  readonly keyed: ReadonlySet<string>;
}

/** What has been read of one object. */
interface Draft {
  apiVersion: string | undefined;
  kind: string | undefined;
  metadata: ObjectMeta | undefined;
  plan: KindPlan | undefined;
  /** Members with key names, and what tells whether they were left out on purpose. */
  readonly data: Record<string, unknown>;
  /** Members that came before the kind was known, and where their values begin. */
  readonly early: (readonly [string, number])[];
}

/** Plans are compiled as kinds come up. `hint`: what items are that do not say it themselves, as in typed lists. */
export function itemReader(hint?: TypeHint): ItemReader {
  const plans = new Map<string, KindPlan>();
  const readMeta = metaReader();

  function planOf(kind: string): KindPlan {
    const known = plans.get(kind);
    if (known !== undefined) return known;
    const body = objectPlan(FIELDS.get(kind) ?? odd());
    const made = { kind, apiVersion: builtinApiVersion(kind), body, keyed: KEYED.get(kind) ?? NONE };
    plans.set(kind, made);
    return made;
  }

  return (cursor) => {
    const draft: Draft = {
      apiVersion: hint?.apiVersion,
      kind: hint?.kind,
      metadata: undefined,
      plan: hint === undefined ? undefined : begunPlan(planOf, hint),
      data: {},
      early: [],
    };
    for (let more = cursor.enter(0x7b); more; more = cursor.next(0x7b)) takeMember(draft, cursor, readMeta, planOf);
    const end = cursor.at;
    const { plan, metadata } = draft;
    if (plan === undefined || metadata === undefined) odd();
    for (const [name, at] of draft.early) {
      cursor.at = at;
      takeBody(draft, plan, name, cursor);
    }
    cursor.at = end;
    return assembleObject(plan.kind, metadata, plan.body.finish(), draft.data);
  };
}

function takeMember(draft: Draft, cursor: ByteCursor, readMeta: MetaReader, planOf: (kind: string) => KindPlan): void {
  const name = cursor.key();
  if (name === 'metadata') {
    if (draft.metadata !== undefined) odd();
    draft.metadata = readMeta(cursor);
  } else if (name === 'apiVersion' || name === 'kind') {
    if (draft[name] !== undefined) odd();
    draft[name] = cursor.string();
    if (draft.kind === undefined || draft.apiVersion === undefined) return;
    draft.plan = begunPlan(planOf, { apiVersion: draft.apiVersion, kind: draft.kind });
  } else if (draft.plan === undefined) {
    cursor.peek();
    draft.early.push([name, cursor.at]);
    cursor.skip();
  } else {
    // The early one would be read after this one, and the last of several members of one name counts.
    if (draft.early.some(([early]) => early === name)) odd();
    takeBody(draft, draft.plan, name, cursor);
  }
}

/** The plan of a kind in the version that the snapshot keeps, ready to be filled. */
function begunPlan(planOf: (kind: string) => KindPlan, { apiVersion, kind }: TypeHint): KindPlan {
  const plan = planOf(kind);
  plan.body.begin();
  if (plan.apiVersion !== apiVersion) odd();
  return plan;
}

function takeBody({ data }: Draft, { body, keyed }: KindPlan, name: string, cursor: ByteCursor): void {
  const { at } = cursor;
  if (keyed.has(name)) {
    data[name] = cursor.isNull() ? null : readKeys(cursor);
    cursor.at = at;
  } else if (name === 'type' && keyed.size > 0) {
    data[name] = cursor.string();
    cursor.at = at;
  }
  body.take(name, cursor);
}
