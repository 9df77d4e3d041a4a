export {
  analyzerTester,
  type AnalyzerCases,
  type AnalyzerTester,
  type TesterOptions,
  type TestFramework,
} from './analyzer-tester.ts';
export { analyze, checkFiring, checkSilent, type CaseResult, type FiringCase, type SilentCase } from './check-case.ts';
export { type ExpectedFinding } from './checks/expected.ts';
export { withoutKinds } from './checks/unseen.ts';
export { NOW, parseCluster, type ClusterInput } from './cluster.ts';
export { healthyCluster } from './healthy-cluster.ts';
export { object, type Builder, type Meta, type Owner } from './builders/builder.ts';
export { pod, type Crash, type PodBuilder } from './builders/pod.ts';
export {
  configMap,
  deployment,
  endpointSlice,
  namespace,
  node,
  secret,
  service,
  serviceAccount,
} from './builders/objects.ts';
