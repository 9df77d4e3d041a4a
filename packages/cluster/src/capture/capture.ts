import { kindKey, type KubernetesObject, type Snapshot } from '@kroot/types';
import { assemble } from '../assemble.ts';
import { type Batch } from '../batch.ts';
import { type CollectedParts } from '../live/collect-types.ts';
import { CAPTURE_SCHEMA, type CaptureManifest } from './manifest.ts';
import { redact, REDACTION } from './redact.ts';

/** What a capture holds: the same whether it has just been collected or was read from a file. */
export interface Capture {
  readonly manifest: CaptureManifest;
  /** As a snapshot keeps them, without what looks like a credential. */
  readonly objects: readonly KubernetesObject[];
}

/**
 * Makes a capture of what was collected; `tool` is the name and version of the program. A live run diagnoses
 * `captureSnapshot` of it too, so that both see the same objects, redacted in the same way.
 */
export function toCapture(collected: CollectedParts & { readonly snapshot: Snapshot }, tool: string): Capture {
  const { source, coverage, notices, snapshot } = collected;
  const objects = collected.objects.map((object) => redact(object));
  return {
    manifest: {
      schema: CAPTURE_SCHEMA,
      tool,
      source,
      now: snapshot.now.toISOString(),
      coverage,
      notices,
      objects: objects.length,
      redaction: REDACTION,
    },
    objects,
  };
}

/** The snapshot of a capture: equal for a capture and for the file that `writeCapture` makes of it. */
export function captureSnapshot({ manifest, objects }: Capture): Snapshot {
  const assembly = assemble();
  const items = objects.map((object) => ({
    state: 'kept' as const,
    kind: kindKey(object.apiVersion.split('/').slice(0, -1).join('/'), object.kind),
    object,
    assumedNamespace: false,
  }));
  assembly.add({ ...captureBatch(manifest, []), items }, manifest.source.name);
  return assembly.finish(finishOptions(manifest));
}

/** The objects of a capture; what they prove is what the manifest says. */
export function captureBatch({ coverage, now }: CaptureManifest, values: readonly unknown[]): Batch {
  return {
    values,
    complete: false,
    reason: 'the kind was not asked for',
    statements: coverage,
    capturedAt: now,
  };
}

/** What a manifest says about the snapshot as a whole. */
export function finishOptions({
  now,
  source,
  notices,
}: CaptureManifest): Parameters<ReturnType<typeof assemble>['finish']>[0] {
  return { now: new Date(now), source, coverage: [], notices };
}
