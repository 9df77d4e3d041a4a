import { UsageError } from './errors.ts';

/**
 * Holds a name that goes into a manifest or a script to what Kubernetes takes for a namespace (RFC 1123 label), which also
 * means that no shell or YAML reads anything else into it.
 * @throws UsageError when it is none.
 */
export function requireName(option: string, name: string): void {
  if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw new UsageError(`${option} takes a name of lower-case letters, digits and dashes, not "${name}"`);
  }
}
