import { type ContainerLog } from '@kroot/types';
import { logObject } from './log-object.ts';
import { logLines } from './log-tail.ts';

/** Where dumps keep the logs of single containers; the path may be below any folder. */
const LAYOUTS: readonly RegExp[] = [
  // must-gather, oc adm inspect
  /(?:^|\/)namespaces\/(?<ns>[^/]+)\/pods\/(?<pod>[^/]+)\/(?<c>[^/]+)\/\k<c>\/logs\/(?<which>current|previous)\.log$/,
  // Replicated support bundles
  /(?:^|\/)cluster-resources\/pods\/logs\/(?<ns>[^/]+)\/(?<pod>[^/]+)\/(?<c>[^/]+?)(?<which>-previous)?\.log$/,
  // Sonobuoy
  /(?:^|\/)podlogs\/(?<ns>[^/]+)\/(?<pod>[^/]+)\/logs\/(?<c>[^/]+)\.txt$/,
];
/** kubectl cluster-info dump: all containers of a pod in one file, each between two marks. */
const DUMP = /(?:^|\/)[^/]+\/[^/]+\/logs\.txt$/;
/** More logs, of which kroot reads none: read through another port, rotated, of the API server, of the collecting itself. */
const OTHERS: readonly RegExp[] = [
  /(?:^|\/)namespaces\/[^/]+\/pods\/[^/]+\/.+\/logs\/[^/]+\.log(?:\.gz)?$/,
  /(?:^|\/)namespaces\/[^/]+\/pods\/[^/]+\/.+\/logs\/rotated\/[^/]+$/,
  /(?:^|\/)(?:must-)?gather\.logs$/,
  /(?:^|\/)audit_logs\/.+\.log(?:\.gz)?$/,
  /(?:^|\/)host_service_logs\/.+\.log(?:\.gz)?$/,
];

/** Whether a file of a dump holds logs: of one container, so that its end is enough, or of all containers of a pod. */
export function logFileType(path: string): 'container' | 'pod' | undefined {
  const plain = path.replaceAll('\\', '/');
  if (LAYOUTS.some((layout) => layout.test(plain))) return 'container';
  return DUMP.test(plain) ? 'pod' : undefined;
}

/** Whether a path is one of logs, where nobody has to look for objects. */
export function isLogFile(path: string): boolean {
  return logFileType(path) !== undefined || OTHERS.some((pattern) => pattern.test(path));
}

/** The log in a file of a dump, told by its path. */
export function containerLogs(path: string, bytes: Uint8Array): readonly ContainerLog[] {
  const plain = path.replaceAll('\\', '/');
  for (const layout of LAYOUTS) {
    const { ns, pod, c, which = '' } = layout.exec(plain)?.groups ?? {};
    if (ns === undefined || pod === undefined || c === undefined) continue;
    const target = { namespace: ns, pod, container: c, previous: which.endsWith('previous') };
    return [logObject(target, logLines(bytes))];
  }
  return [];
}
