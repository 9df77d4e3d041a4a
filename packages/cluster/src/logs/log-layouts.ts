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
/** kubectl cluster-info dump: all containers of a pod in one file, each between two headers. */
const DUMP = /(?:^|\/)(?<ns>[^/]+)\/(?<pod>[^/]+)\/logs\.txt$/;
const START = /^==== START logs for container (\S{1,253}) of pod (\S{1,253})\/(\S{1,253}) ====$/;
const END = /^==== END logs for container /;

/** Whether a file of a dump holds logs: of one container, so that its end is enough, or of all containers of a pod. */
export function logFileType(path: string): 'container' | 'pod' | undefined {
  const plain = path.replaceAll('\\', '/');
  if (LAYOUTS.some((layout) => layout.test(plain))) return 'container';
  return DUMP.test(plain) ? 'pod' : undefined;
}

/** The logs in a file of a dump, told by its path; undefined for files of other kinds. */
export function logsOfFile(path: string, bytes: Uint8Array): readonly ContainerLog[] | undefined {
  const plain = path.replaceAll('\\', '/');
  for (const layout of LAYOUTS) {
    const { ns, pod, c, which = '' } = layout.exec(plain)?.groups ?? {};
    if (ns === undefined || pod === undefined || c === undefined) continue;
    const target = { namespace: ns, pod, container: c, previous: which.endsWith('previous') };
    return [logObject(target, logLines(bytes))];
  }
  return DUMP.test(plain) ? logsOfDump(bytes) : undefined;
}

function logsOfDump(bytes: Uint8Array): readonly ContainerLog[] {
  const logs: ContainerLog[] = [];
  let open:
    | { readonly ns: string; readonly pod: string; readonly container: string; readonly lines: string[] }
    | undefined;
  for (const line of Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').split('\n')) {
    const [, container, ns, pod] = START.exec(line) ?? [];
    if (container !== undefined && ns !== undefined && pod !== undefined) open = { ns, pod, container, lines: [] };
    else if (END.test(line) && open !== undefined) {
      const target = { namespace: open.ns, pod: open.pod, container: open.container, previous: false };
      logs.push(logObject(target, logLines(Buffer.from(open.lines.join('\n')))));
      open = undefined;
    } else open?.lines.push(line);
  }
  return logs;
}
