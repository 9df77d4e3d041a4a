import { type ManifestProblem } from '@kroot/cluster';
import { type Analyzer } from '@kroot/types';
/** Reports files that are no YAML. */
export declare function manifestUnreadable(problems: readonly ManifestProblem[]): Analyzer;
//# sourceMappingURL=unreadable.d.ts.map