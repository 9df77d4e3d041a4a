import { constants, gunzipSync } from 'node:zlib';

/** What a file is that has to be opened before there are objects to be read, told by its first bytes. */
export type ArchiveFormat = 'tar' | 'zip';

/** So many bytes of a file tell its format. */
export const HEAD_BYTES = 16_384;

/** Formats that kroot does not read, what they are called, and what to do with them. */
const FOREIGN: readonly (readonly [magic: string, at: number, name: string, next: string])[] = [
  ['\u00fd7zXZ\u0000', 0, 'an xz archive', 'unpack it on the way: xz -dc FILE | kroot diagnose cluster -A -f -'],
  ['(\u00b5/\u00fd', 0, 'a zstd archive', 'unpack it on the way: zstd -dc FILE | kroot diagnose cluster -A -f -'],
  ['BZh', 0, 'a bzip2 archive', 'unpack it on the way: bzip2 -dc FILE | kroot diagnose cluster -A -f -'],
  ['7z\u00bc\u00af\u0027\u001c', 0, 'a 7z archive', 'unpack it and name the folder'],
  // The magic number of bbolt in its first meta page, behind the page header.
  [
    '\u00ed\u00da\u000c\u00ed',
    16,
    'a snapshot of etcd, not objects',
    'take the objects out with auger or koff and name the YAML, or capture the cluster with kroot capture',
  ],
];

/** Name of a format that has to be converted first, and how; undefined for all others. */
export function foreignFormat(head: Uint8Array): { readonly name: string; readonly next: string } | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 64)).toString('latin1');
  const found = FOREIGN.find(([magic, at]) => text.startsWith(magic, at));
  return found === undefined ? undefined : { name: found[2], next: found[3] };
}

/** Whether a file is an archive, by its first bytes; gzip around it is looked through. */
export function archiveFormat(head: Uint8Array): ArchiveFormat | undefined {
  if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && (head[3] === 4 || head[3] === 6)) {
    return 'zip';
  }
  return isTar(isGzip(head) ? inflatedHead(head) : head) ? 'tar' : undefined;
}

/** Whether bytes begin as gzip does. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** The first header of a tar archive sums up to what it says; older archives have no magic word. */
function isTar(head: Uint8Array): boolean {
  if (head.length < 512) return false;
  const stated = /^ *([0-7]{1,7})[ \0]/.exec(Buffer.from(head.subarray(148, 156)).toString('latin1'))?.[1];
  if (stated === undefined) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < 512; at += 1) if (at < 148 || at >= 156) sum += head[at] ?? 0;
  return sum === Number.parseInt(stated, 8);
}

/** What the first bytes of gzip data expand to, as far as they go. */
export function inflatedHead(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 32 * 1024 * 1024 });
  } catch {
    return new Uint8Array();
  }
}

/** Upper-case column names of a screen dump of k9s, or of a table that kubectl prints. */
const COLUMNS = /^(?:"?[A-Z][A-Z0-9()%/:_ -]*[↑↓]?"?,){2,}"?[A-Z][A-Z0-9()%/:_ -]*[↑↓]?"?\r?\n/;

/** Whether a text is a table with the visible columns of a list, as k9s saves it. */
export function isTable(text: Uint8Array): boolean {
  const head = Buffer.from(text.buffer, text.byteOffset, Math.min(text.length, 4096)).toString('utf8');
  return COLUMNS.test(head) && /(?:^|,)"?NAME[↑↓]?"?(?:,|\r?\n)/.test(head);
}
