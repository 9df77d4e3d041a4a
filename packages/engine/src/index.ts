export { diagnose, worstSeverity, type DiagnoseOptions } from './diagnose.ts';
export { builtinKindNamed, findTarget, TargetError } from './targets.ts';
export { chainChanges } from './compare/chain-changes.ts';
export { compareReports } from './compare/compare-reports.ts';
export { fingerprint } from './fingerprint.ts';
export { WEIGHT_ANNOTATION } from './impact.ts';
export { VERSION } from './version.ts';
export { commandProblems } from './verify/try-fix.ts';
