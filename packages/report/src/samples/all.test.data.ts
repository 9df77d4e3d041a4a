import { type Report } from '@kroot/types';
import { healthyCluster, healthyPod } from './healthy.test.data.ts';
import { manyPods } from './many-pods.test.data.ts';
import { mixed } from './mixed.test.data.ts';
import { noRoom } from './no-room.test.data.ts';
import { onePod } from './one-pod.test.data.ts';
import { partialAccess } from './partial-access.test.data.ts';
import { verified } from './verified.test.data.ts';

/** Every sample report, by name. */
export const samples: readonly (readonly [string, Report])[] = [
  ['healthy-cluster', healthyCluster],
  ['healthy-pod', healthyPod],
  ['many-pods', manyPods],
  ['mixed', mixed],
  ['no-room', noRoom],
  ['one-pod', onePod],
  ['partial-access', partialAccess],
  ['verified', verified],
];
