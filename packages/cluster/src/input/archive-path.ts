const MAX_PATH = 4096;
// oxlint-disable-next-line no-control-regex -- names with them are refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * The path of an entry of an archive, with `/` between the parts and without `.`; undefined for one that is absolute, leads
 * out of the archive or is no name. Nothing is ever written to a path, but whoever made such a name meant harm.
 */
export function entryPath(name: string): string | undefined {
  if (name === '' || name.length > MAX_PATH || CONTROL.test(name)) return undefined;
  const plain = name.replaceAll('\\', '/');
  if (plain.startsWith('/') || /^[A-Za-z]:/.test(plain)) return undefined;
  const parts = plain.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || parts.length === 0 ? undefined : parts.join('/');
}

/** Whether a symbolic link at a path leads to another place in the same folder or archive, where its file is read anyway. */
export function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/')) return false;
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return false;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return true;
}

/** Files that folders hide, in folders and archives alike: `.git`, and what macOS adds to archives. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}
