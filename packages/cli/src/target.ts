import { UsageError } from './errors.ts';

/** One object to diagnose, as the user named it. */
export interface Target {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/**
 * Reads `KIND/NAME`, `KIND NAME` as kubectl takes them, or `KIND/NAMESPACE/NAME` as reports print it.
 * @throws UsageError when it is none of them.
 */
export function parseTarget(text: string, name?: string): Target {
  const parts = [...text.split('/'), ...(name === undefined ? [] : [name])];
  const [kind = '', second = '', third = ''] = parts;
  if (parts.length === 2 && kind !== '' && second !== '') return { kind, name: second };
  if (parts.length === 3 && name === undefined && kind !== '' && second !== '' && third !== '') {
    return { kind, namespace: second, name: third };
  }
  throw new UsageError(
    `"${[text, name].filter((part) => part !== undefined).join(' ')}" is no KIND/NAME: give one such as deploy/web, or \`cluster\` for everything`,
  );
}
