import { type Analyzer } from '@kroot/types';
/** Reports autoscalers whose target is not there; a cluster says so in conditions, manifests have none. */
export declare const manifestTargetMissing: Analyzer;
//# sourceMappingURL=target-missing.d.ts.map