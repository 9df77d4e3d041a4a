import { type Condition, type RouteParentStatus, type UntypedObject } from '@kroot/types';
import { isObject, setOwn, type JsonObject } from '../guards.ts';
import { condition } from './common.ts';
import { compileObject, readString } from './reader.ts';
import { type Custom, type FieldsOf, must } from './schema.ts';

type UntypedBody = Pick<UntypedObject, 'spec' | 'status'>;

const MAX_DEPTH = 20;
const MAX_NODES = 100_000;

// Many custom resources have conditions without a status; they are kept with an empty one.
const anyCondition: FieldsOf<Condition> = { ...condition, status: 'string=' };

const parentRef: FieldsOf<RouteParentStatus['parentRef']> = {
  group: 'string',
  kind: 'string',
  namespace: 'string',
  name: 'string!',
  sectionName: 'string',
};

const readBody: Custom<UntypedBody> = compileObject<UntypedBody>({
  spec: copySpec,
  status: {
    conditions: [anyCondition],
    observedGeneration: 'number',
    parents: [
      {
        controllerName: 'string',
        parentRef: must(parentRef),
        conditions: [anyCondition],
      },
    ],
    listeners: [{ name: 'string!', attachedRoutes: 'number', conditions: [anyCondition] }],
    notAfter: 'string',
    readyToUse: 'boolean',
    error: { message: 'string', time: 'string' },
    ancestors: [{ controllerName: 'string', ancestorRef: must(parentRef), conditions: [anyCondition] }],
    renewalTime: 'string',
    failedIssuanceAttempts: 'number',
    lastFailureTime: 'string',
    state: 'string',
    reason: 'string',
    operationState: {
      phase: 'string',
      message: 'string',
      finishedAt: 'string',
      syncResult: {
        resources: [
          {
            group: 'string',
            kind: 'string',
            namespace: 'string',
            name: 'string',
            status: 'string',
            message: 'string',
          },
        ],
      },
    },
    health: { status: 'string', message: 'string' },
  },
});

/** What is kept of a kind that kroot has no type for: spec as it is, within limits, and the conditions. */
export function readUntyped(object: JsonObject): UntypedBody {
  return readBody(object, ignore) ?? {};
}

/** The types of custom resources are their own: what does not fit is no oddity worth a notice. */
function ignore(): void {}

function copySpec(spec: unknown): unknown {
  const budget = { nodes: MAX_NODES };
  const copy = copyValue(spec, MAX_DEPTH, budget);
  return budget.nodes < 0 ? undefined : copy;
}

/** The budget also ends cycles, which objects in memory can have. */
function copyValue(value: unknown, depth: number, budget: { nodes: number }): unknown {
  budget.nodes -= 1;
  if (budget.nodes < 0) return undefined;
  if (typeof value === 'string') return readString(value);
  if (typeof value !== 'object' || value === null) return isPlain(value) ? value : undefined;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) {
    return (value as readonly unknown[]).map((element) => copyValue(element, depth - 1, budget) ?? null);
  }
  return isObject(value) ? copyMembers(value, depth, budget) : undefined;
}

function copyMembers(value: JsonObject, depth: number, budget: { nodes: number }): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (budget.nodes < 0) break;
    const kept = copyValue(value[key], depth - 1, budget);
    if (kept !== undefined) setOwn(result, key, kept);
  }
  return result;
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value === 'number' || typeof value === 'boolean';
}
