import { type Analyzer, type Severity } from '@kroot/types';
/** Pods that cannot start, by `refKey`, and how bad what stops them is. */
export type StuckPods = ReadonlyMap<string, Severity>;
/** Whether a rule is one of the symptoms that are made here. */
export declare function isForeseen(rule: string): boolean;
/**
 * The symptoms that faults in manifests show as: pods that cannot start, workloads and Services that have no other pods.
 * Thus what depends on them is explained by what stops them, as in a cluster.
 */
export declare function willNotStart(stuck: StuckPods): readonly Analyzer[];
//# sourceMappingURL=will-not-start.d.ts.map