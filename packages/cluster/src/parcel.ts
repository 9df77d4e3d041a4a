import { type ContainerLog } from '@kroot/types';
import { type PreparedBatch } from './assemble.ts';
import { type CaptureManifest } from './capture/manifest.ts';
import { type InputError } from './errors.ts';

/** A file that has been read, but not yet put into the snapshot: what it proves depends on the files around it. */
export interface Parcel {
  /** Below the folder or in the archive; empty for a file that was named itself. */
  readonly path: string;
  /** For notices. */
  readonly file: string;
  readonly content: ParcelContent;
}

/** What a file turned out to hold. */
export type ParcelContent =
  | { readonly type: 'objects'; readonly batches: readonly PreparedBatch[]; readonly notices: readonly string[] }
  | { readonly type: 'capture'; readonly manifest: CaptureManifest; readonly batch: PreparedBatch }
  /** The output of kubectl cluster-info dump in one piece. */
  | { readonly type: 'dump'; readonly batches: readonly PreparedBatch[]; readonly logs: readonly ContainerLog[] }
  | { readonly type: 'logs'; readonly logs: readonly ContainerLog[] }
  /** No objects; `fact` is what is kept of it because a layout may want to know. */
  | { readonly type: 'bad'; readonly error: InputError; readonly fact: unknown };
