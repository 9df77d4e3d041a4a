import { kindKey, refKey, type ResourceRef } from '@kroot/types';
import { project } from '../projection/project.ts';
import { inChains } from './chains.ts';
import { jsonObject } from './json-answer.ts';
import { type Ledger } from './ledger.ts';
import { pageReader } from './list-page.ts';
import { needed } from './pod-needs.ts';
import { get, transportError, type Run } from './run.ts';
import { acceptFor, apiVersionOf, pathOf, type ServedApi } from './served-api.ts';

/** How a kind is asked for; undefined if it is not served or was not collected. */
export type ApiOf = (kind: string) => ServedApi | undefined;

/**
 * Reads one by one what was asked for by name and no list gave, and then what blocked pods need and lists lack: an object may
 * have been made, and a list may have ended, between two requests.
 */
export async function confirm(run: Run, book: Ledger, wanted: readonly ResourceRef[], apiOf: ApiOf): Promise<void> {
  const targets = new Map<string, ResourceRef>();
  for (const target of wanted) if (isOpen(run, target)) targets.set(refKey(target), target);
  for (const target of needed(run.store)) {
    if (targets.size >= run.limits.confirmations) break;
    const state = book.outcome(kindKey(target.group, target.kind), target.namespace)?.state;
    if ((state === 'complete' || state === 'partial') && isOpen(run, target)) targets.set(refKey(target), target);
  }
  await inChains([...targets.values()], run.limits.chains, async (target) => {
    const api = apiOf(kindKey(target.group, target.kind));
    if (api !== undefined) await readOne(run, book, target, api);
  });
}

function isOpen(run: Run, { group, kind, namespace, name }: ResourceRef): boolean {
  return !run.store.has(kindKey(group, kind), namespace, name);
}

/** What cannot be read stays as the list left it. */
async function readOne(run: Run, book: Ledger, target: ResourceRef, api: ServedApi): Promise<void> {
  try {
    const answer = await get(run, pathOf(api, target.namespace, target.name), acceptFor(api), 'confirmation');
    const hint = { apiVersion: apiVersionOf(api), kind: api.kind };
    const items = api.key === 'Secret' ? pageReader(api, run.interned).read(answer.body).items : [];
    const [item] = items;
    const result =
      item?.state === 'kept' ? item : project(item?.value ?? jsonObject(answer, api.resource), hint, run.onDrop);
    if (result.state === 'kept' && result.kind === api.key && result.object.metadata.name === target.name)
      run.store.add(result);
  } catch (error) {
    if (isNotFound(transportError(error), target)) book.setAbsent(target);
  }
}

/** The object is not there; a server that does not know the resource uses other words. */
function isNotFound({ status, statusMessage }: ReturnType<typeof transportError>, { name }: ResourceRef): boolean {
  return status === 404 && statusMessage?.includes(`"${name}" not found`) === true;
}
