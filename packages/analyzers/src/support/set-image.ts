import { type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { goodImage, type GoodImage } from './good-image.ts';
import { describeFix, inWords, kubectl, kubectlName } from './kubectl.ts';
import { containerField } from './template.ts';

const SETTABLE: ReadonlySet<string> = new Set([
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Pod',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]);

/** The container and image that a fix is about. */
export interface ImageInUse {
  readonly owner: ResourceRef;
  readonly container: string;
  readonly image: string;
}

/** The field of the owner that holds the image, in words. */
export function imageField(snapshot: Snapshot, { owner, container }: ImageInUse): string {
  const field = containerField(snapshot, owner, container);
  return field === undefined
    ? `the image of container "${container}" (it is not in ${inWords(owner)}, something injected it into the pods)`
    : `${field.path}.image of ${inWords(owner)}`;
}

/** Puts the last good image back where one is known, else says which field to correct. */
export function setImageFixes(snapshot: Snapshot, use: ImageInUse, wanted: string): readonly Fix[] {
  const good = goodImage(snapshot, use.owner, use.container, use.image);
  return good === undefined
    ? [correctImage(snapshot, use, wanted)]
    : [putBack(use, good), correctImage(snapshot, use, wanted)];
}

function putBack({ owner, container, image }: ImageInUse, { image: good, proof }: GoodImage): Fix {
  const settable = SETTABLE.has(owner.kind);
  return {
    summary: `Put the image of container "${container}" back to ${good}`,
    steps: [`Replace ${image} by ${good}: ${proof}.`],
    commands: [
      settable
        ? kubectl(owner.namespace, 'set', 'image', kubectlName(owner), `${container}=${good}`)
        : kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml'),
    ],
    effect: settable ? 'change' : 'none',
    where: 'cluster',
  };
}

function correctImage(snapshot: Snapshot, use: ImageInUse, wanted: string): Fix {
  const { owner } = use;
  const steps = [`Set ${imageField(snapshot, use)}, now ${use.image}, to ${wanted}.`];
  return describeFix(
    owner,
    `Correct the image of container "${use.container}"`,
    owner.kind === 'Job'
      ? [...steps, 'The template of a Job cannot be changed: delete the Job and create it again.']
      : steps,
  );
}
