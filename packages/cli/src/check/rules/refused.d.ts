import { type Analyzer } from '@kroot/types';
/** Reports workloads that contradict themselves, so that the API server refuses them. */
export declare const manifestRefused: Analyzer;
//# sourceMappingURL=refused.d.ts.map