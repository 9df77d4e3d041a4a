import { refOf } from '@kroot/graph';
import { formatRef, type Finding, type RoleBinding } from '@kroot/types';
import { refusal } from './refusal.ts';

/** ServiceAccounts without their namespaces in bindings of the whole cluster; those of a namespace may leave it out. */
export function* subjectFaults(binding: RoleBinding): Generator<Finding> {
  const ref = refOf(binding);
  for (const [i, { kind, name, namespace = '' }] of (binding.subjects ?? []).entries()) {
    if (kind !== 'ServiceAccount' || namespace !== '') continue;
    yield refusal({
      ref,
      discriminator: `subject/${name}`,
      message: `${formatRef(ref)} binds ServiceAccount ${name} without its namespace`,
      cause: 'The API server says "Required value" of subjects[].namespace: the binding has none.',
      path: `subjects[${i}]`,
      quote: `name: ${name}, without namespace`,
      fix: `Write the namespace of ServiceAccount ${name} beside its name.`,
    });
  }
}
