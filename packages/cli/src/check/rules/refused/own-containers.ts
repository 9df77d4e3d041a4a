import { podContainers, type PodContainer } from '@kroot/graph';
import { templatePath } from '../template-path.ts';
import { type Templated } from '../templated.ts';

/** The containers of a template with their paths in the object; templates have no ephemeral ones. */
export function ownContainers({ ref, template }: Templated): readonly PodContainer[] {
  const above = templatePath(ref.kind);
  return podContainers(template.spec)
    .filter(({ role }) => role !== 'ephemeral')
    .map((each) => ({ ...each, path: `${above}${each.path}` }));
}

/** Whether a template is whole: a patch names some fields of containers and leaves out the rest. */
export function isWhole({ template }: Templated): boolean {
  const { containers } = template.spec;
  return containers.length > 0 && containers.every(({ image, name }) => name !== '' && image !== undefined);
}
