import { type Analyzer, type Evidence, type ResourceRef } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { counted, listed } from '../support/words.ts';

const GROUP = 'resource.k8s.io';

/** Reports workloads whose claims for devices cannot be fulfilled. */
export const schedDraClaim: Analyzer = schedulingRule(
  'sched-dra-claim',
  {
    title: 'Device that the pod claims cannot be allocated',
    means:
      'The pod asks for devices by ResourceClaims (dynamic resource allocation), and no node has them free: the driver publishes none, all are taken, or the DeviceClass and its selectors match nothing.',
    decides:
      'The scheduler says that it cannot allocate the claims, waits for them to be made, or does not find them, and nothing else keeps the pod from the nodes.',
    silent: 'While another obstacle stands on the nodes, and for claims that are allocated.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/'],
    reads: [`ResourceClaim.${GROUP}`, `ResourceSlice.${GROUP}`, `DeviceClass.${GROUP}`],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first, snapshot } = group;
  const claims = first.state.pod.spec.resourceClaims ?? [];
  const names = claims.map(({ name, resourceClaimName, resourceClaimTemplateName }) =>
    resourceClaimName === undefined
      ? `${name} (by template ${resourceClaimTemplateName ?? 'unknown'})`
      : resourceClaimName,
  );
  const said = first.said?.text ?? '';
  const slices = snapshot.list(`ResourceSlice.${GROUP}`);
  const none = slices.length === 0 && snapshot.coverage.state(`ResourceSlice.${GROUP}`) === 'complete';
  const asked = names.length === 0 ? '' : ` ${listed(names)}`;
  return {
    why: `its ${names.length === 1 ? 'claim' : 'claims'}${asked} for devices cannot be allocated`,
    cause: `The pods of ${inWords(owner)} claim devices${asked === '' ? '' : ` by${asked}`}${none ? ', and no driver publishes any' : ''}; ${schedulerWords(group)}.`,
    evidence: [
      ...(names.length === 0 ? [] : [fromSpec(first.state.ref, 'spec.resourceClaims', JSON.stringify(claims))]),
      ...sliceEvidence(first.state.ref, slices.length, none),
    ],
    fixes: [
      {
        summary: /not found|waiting/.test(said)
          ? 'See why the claim does not exist'
          : 'See which devices drivers publish and who holds them',
        steps: [
          'A ResourceSlice lists the devices of a driver on a node; the status of a ResourceClaim tells what is allocated and for whom.',
          'Compare the selectors of the claim and its DeviceClass with the attributes of the devices.',
        ],
        commands: [
          kubectl(first.state.ref.namespace, 'get', 'resourceclaims.resource.k8s.io', '-o', 'wide'),
          kubectl(undefined, 'get', 'resourceslices.resource.k8s.io,deviceclasses.resource.k8s.io'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
    discriminator: claims.map(({ name }) => name).join(','),
  };
}

function sliceEvidence(pod: ResourceRef, count: number, none: boolean): readonly Evidence[] {
  if (count === 0 && !none) return [];
  return [computed(pod, `${counted(count, 'ResourceSlice')} of drivers in the cluster`)];
}
