import { type Evidence, type Fix, type SecurityContext } from '@kroot/types';
import { containerField, type FaultGroup } from './container-fault.ts';
import { changeContainer } from './container-fixes.ts';
import { fromSpec } from './evidence.ts';
import { kubectl } from './kubectl.ts';
import { podSpecPath } from './template-patch.ts';
import { listed } from './words.ts';

/** The field of a security context that names a profile. */
export type ProfileField = 'appArmorProfile' | 'seccompProfile';

/** The nodes of the pods of a group, sorted. */
export function nodesOf({ pods }: FaultGroup): readonly string[] {
  return [...new Set(pods.map(({ pod }) => pod.spec.nodeName ?? ''))].toSorted();
}

/** Where the profile that a container cannot get is asked for: the container's own setting goes before the pod's. */
export function profileEvidence(group: FaultGroup, field: ProfileField): readonly Evidence[] {
  const { first, owner } = group;
  const own = first.state.container.securityContext?.[field];
  if (own !== undefined) return [containerField(group, `securityContext.${field}`, own)];
  const pod = first.pod.pod.spec.securityContext?.[field];
  if (pod !== undefined)
    return [fromSpec(owner, `${podSpecPath(owner)}.securityContext.${field}`, JSON.stringify(pod))];
  const key = `container.apparmor.security.beta.kubernetes.io/${group.container}`;
  const annotations = first.pod.pod.metadata.annotations ?? {};
  const value = field === 'appArmorProfile' && Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  return value === undefined ? [] : [fromSpec(first.pod.ref, `metadata.annotations[${key}]`, value)];
}

/** Puts the profile on the nodes, or does without it. */
export function profileFixes(group: FaultGroup, field: ProfileField, install: readonly string[]): readonly Fix[] {
  const nodes = nodesOf(group);
  const context: SecurityContext | undefined = group.first.state.container.securityContext;
  const runtime = { type: 'RuntimeDefault' };
  const value = context === undefined ? { [field]: runtime } : runtime;
  return [
    {
      summary: `Put the profile on ${listed(nodes)}, and on every other node that these pods may run on`,
      steps: install,
      commands: nodes.slice(0, 1).map((name) => kubectl(undefined, 'describe', `node/${name}`)),
      effect: 'none',
      where: 'node',
    },
    changeContainer(
      group,
      `Or use the profile of the runtime for container "${group.container}"`,
      ['RuntimeDefault is there on every node; it may forbid more or less than the profile that is missing.'],
      [{ op: 'add', path: context === undefined ? 'securityContext' : `securityContext/${field}`, value }],
    ),
  ];
}
