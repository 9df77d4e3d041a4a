import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { refKey, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import { topOwnerOf } from './top-owner-of.ts';

/**
 * What identifies a fault in every run: the rule, the root by its stable name and what tells it apart on that root. Never
 * text, time or count; a pod is named by its top owner, so that a new pod of the same workload is the same fault.
 */
export function fingerprint(snapshot: Snapshot, { rule, subject, discriminator = '' }: Finding): string {
  const text = ['kroot/v1', rule, refKey(stableRef(snapshot, subject)), discriminator].join('\n');
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, 16);
}

function stableRef(snapshot: Snapshot, subject: ResourceRef): ResourceRef {
  return subject.kind === 'Pod' ? topOwnerOf(snapshot, subject) : subject;
}
