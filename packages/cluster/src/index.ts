export { readSnapshot, snapshotFromObjects, type ObjectsOptions, type ReadOptions } from './read-snapshot.ts';
export { type CoverageStatement } from './snapshot/statement.ts';
export { DEFAULT_LIMITS, type ReadLimits } from './limits.ts';
export { InputError, type InputErrorCode, type InputProblem } from './errors.ts';
