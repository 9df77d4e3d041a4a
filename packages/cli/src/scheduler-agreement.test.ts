import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSnapshot } from '@kroot/cluster';
import {
  eventsOf,
  parseFailedScheduling,
  podState,
  refOf,
  reasonsOfMessage,
  replayScheduling,
  statedReasons,
  type StatedReason,
} from '@kroot/graph';
import { formatRef, type Pod, type Snapshot } from '@kroot/types';
import { expect, test } from 'vitest';

// What the replay makes of a cluster against what a real scheduler wrote about it: the captured incidents of this folder.

const folder = join(import.meta.dirname, '../../../fixtures/incidents');
const captures = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('cluster.json'),
);

function said(snapshot: Snapshot, pod: Pod): readonly StatedReason[] | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
  const event = eventsOf(snapshot, pod).find(({ reason }) => reason === 'FailedScheduling')?.message;
  const parsed = parseFailedScheduling(condition ?? event ?? '');
  if (parsed?.preFilter === undefined) return parsed === undefined ? undefined : reasonsOfMessage(parsed.reasons);
  return [{ reason: parsed.preFilter.plugin ?? parsed.preFilter.text, count: parsed.total }];
}

test('the replay states what the scheduler stated', async () => {
  const compared: { pod: string; said: readonly StatedReason[]; replayed: readonly StatedReason[] }[] = [];
  const snapshots = await Promise.all(captures.map(async (file) => readSnapshot(join(folder, file))));
  for (const snapshot of snapshots) {
    for (const pod of snapshot.list('Pod')) {
      if (podState(snapshot, pod).stage !== 'unscheduled') continue;
      const words = said(snapshot, pod);
      const replayed = statedReasons(replayScheduling(snapshot, pod));
      if (words !== undefined) compared.push({ pod: formatRef(refOf(pod)), said: words, replayed });
    }
  }
  expect(compared.map(({ pod, replayed }) => ({ pod, stated: replayed }))).toEqual(
    compared.map(({ pod, said: stated }) => ({ pod, stated })),
  );
  expect(compared.length).toBeGreaterThan(0);
});
