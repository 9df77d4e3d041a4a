import { type AnalyzerMeta } from '@kroot/types';
import { manifestApiRemoved } from './api-removed.ts';
import { manifestDuplicate } from './duplicate.ts';
import { manifestKindUnknown } from './kind-unknown.ts';
import { manifestAccountMissing, manifestClaimMissing } from './needed-missing.ts';
import { manifestProbePort } from './probe-port.ts';
import { manifestRefused } from './refused.ts';
import { manifestTargetMissing } from './target-missing.ts';
import { manifestUnreadable } from './unreadable.ts';

/** What the rules that only `kroot check` has say about themselves. */
export const MANIFEST_RULES: readonly AnalyzerMeta[] = [
  manifestAccountMissing,
  manifestApiRemoved([]),
  manifestClaimMissing,
  manifestDuplicate([]),
  manifestKindUnknown([]),
  manifestProbePort,
  manifestRefused,
  manifestTargetMissing,
  manifestUnreadable([]),
].map(({ meta }) => meta);
