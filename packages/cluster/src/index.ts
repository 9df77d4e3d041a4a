export { readSnapshot, snapshotFromObjects, type ObjectsOptions, type ReadOptions } from './read-snapshot.ts';
export { type CoverageStatement } from './snapshot/statement.ts';
export { DEFAULT_LIMITS, type ReadLimits } from './limits.ts';
export { InputError, type InputErrorCode, type InputProblem } from './errors.ts';
export {
  connect,
  listContexts,
  type Connection,
  type ConnectionFlags,
  type ConnectionOverrides,
  type Environment,
} from './live/connection.ts';
export { ConnectionError, type ConnectionErrorCode } from './live/connection-error.ts';
export { TransportError, type TransportFacts } from './live/transport-error.ts';
export {
  type Answer,
  type RequestOptions,
  type Transport,
  type TransportErrorCode,
  type TransportProblem,
} from './live/transport-types.ts';
export { collectSnapshot } from './live/collect.ts';
export { collectCapture, type CaptureOptions, type CollectedCapture } from './live/collect-capture.ts';
export { apiResource, kindsToRead, type ApiResource } from './live/api-resources.ts';
export { CONDITION_GROUPS } from './live/condition-groups.ts';
export { neededElsewhere } from './live/namespaces.ts';
export {
  COLLECT_LIMITS,
  type Collected,
  type CollectedParts,
  type CollectLimits,
  type CollectOptions,
  type Progress,
} from './live/collect-types.ts';
export { captureSnapshot, toCapture, type Capture } from './capture/capture.ts';
export { CAPTURE_SCHEMA, type CaptureManifest } from './capture/manifest.ts';
export { CaptureError, checkCaptureFile, writeCapture, type WriteOptions } from './capture/write-capture.ts';
export { isReport, isReportStream } from './saved-report/is-report.ts';
export { readReport, ReportError, type ReportPlace, type SavedReport } from './saved-report/read-report.ts';
export { repositoryOf } from './manifests/repository.ts';
export { checkedPlugin, loadPlugins, PluginError } from './plugins/load-plugins.ts';
export { locateManifests, type LocateOptions, type ManifestLocation } from './manifests/locate-manifests.ts';
export { type TransportLimits } from './live/transport-limits.ts';
export { type Clock } from './live/transport-limits.ts';
export {
  readManifests,
  STDIN_NAME,
  type Manifest,
  type ManifestOptions,
  type ManifestSet,
} from './manifests/read-manifests.ts';
export { type Unquoted } from './manifests/unquoted.ts';
export { type ManifestProblem } from './manifests/manifest-documents.ts';
