import {
  type Command,
  type Evidence,
  type Fix,
  type PodSpec,
  type ResourceRef,
  type SecurityContext,
  type Snapshot,
} from '@kroot/types';
import { fromSpec } from './evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from './kubectl.ts';
import { type Refused } from './refusal-rule.ts';
import { containerField, podSpecField } from './template.ts';

/** The settings of the container and its pod that decide as whom it runs, as evidence. */
export function userSettings(snapshot: Snapshot, { owner, container, first }: Refused): readonly Evidence[] {
  const field = containerField(snapshot, owner, container);
  const target = field === undefined ? first.pod.ref : owner;
  const path = field?.path ?? first.state.path;
  const podPath = podSpecField(snapshot, owner)?.path ?? 'spec';
  const spec: PodSpec = first.pod.pod.spec;
  return [
    ...settings(target, `${podPath}.securityContext`, spec.securityContext),
    ...settings(target, `${path}.securityContext`, first.state.container.securityContext),
  ];
}

function settings(target: ResourceRef, path: string, context: SecurityContext | undefined): readonly Evidence[] {
  const parts = (['runAsNonRoot', 'runAsUser', 'runAsGroup'] as const)
    .filter((name) => context?.[name] !== undefined)
    .map((name) => `${name}: ${String(context?.[name])}`);
  return parts.length === 0 ? [] : [fromSpec(target, path, parts.join(', '))];
}

/** Gives the container a numeric user in the template. */
export function setUserFix(snapshot: Snapshot, { owner, container }: Refused, user: number, why: string): Fix {
  const field = containerField(snapshot, owner, container);
  const summary = `Run container "${container}" as user ${user}`;
  const steps = [
    `Set ${field === undefined ? 'securityContext.runAsUser of the container' : `${field.path}.securityContext.runAsUser`} of ${inWords(owner)} to ${user}${why}.`,
  ];
  if (field === undefined || owner.kind === 'Pod' || owner.kind === 'Job') {
    return describeFix(owner, summary, [
      ...steps,
      `${inWords(owner)} cannot be changed in place: delete it and create it again.`,
    ]);
  }
  return {
    summary,
    steps,
    commands: [patchUser(owner, container, user, field.path)],
    effect: 'change',
    where: 'cluster',
  };
}

/** A strategic merge patch: containers merge by name, so the rest stays as it is. */
function patchUser(owner: ResourceRef, container: string, user: number, path: string): Command {
  const list = path.includes('initContainers[') ? 'initContainers' : 'containers';
  const spec = { template: { spec: { [list]: [{ name: container, securityContext: { runAsUser: user } }] } } };
  const patch = owner.kind === 'CronJob' ? { spec: { jobTemplate: { spec } } } : { spec };
  return kubectl(owner.namespace, 'patch', kubectlName(owner), '-p', JSON.stringify(patch));
}
