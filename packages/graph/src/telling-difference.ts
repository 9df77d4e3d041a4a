import { type Mechanism } from '@kroot/types';
import { type FieldDifference } from './template-difference.ts';

/** What a fault that came with a new revision shows of itself. */
export interface FaultTraits {
  readonly mechanisms: readonly Mechanism[];
  /** Field paths that its evidence quotes, with list entries by index or name. */
  readonly paths?: readonly string[];
  /** The container that fails. */
  readonly container?: string;
}

const CONFIG = /\.(env|envFrom|volumes|volumeMounts)\b/;
const PROGRAM = /\.(command|args|workingDir|image)\b/;
const RUN = [PROGRAM, CONFIG, /\.(resources|securityContext|livenessProbe|startupProbe|lifecycle)\b/];

/** Fields that can bring about a mechanism, the likeliest first. */
const FIELDS: Partial<Readonly<Record<Mechanism, readonly RegExp[]>>> = {
  image: [/\.image$/, /\.(imagePullPolicy|imagePullSecrets|serviceAccountName)\b/],
  'container-config': [CONFIG, /\.securityContext\b/, /\.image$/],
  'container-start': [PROGRAM, /\.(securityContext|volumeMounts|volumes|resources|runtimeClassName|lifecycle)\b/],
  'container-exit': RUN,
  readiness: [/\.(readinessProbe|startupProbe|readinessGates)\b/, /\.ports\b/, ...RUN],
  scheduling: [
    /\.(nodeSelector|affinity|tolerations|topologySpreadConstraints|schedulingGates|schedulerName|nodeName)\b/,
    /\.requests\b|\.resources$/,
    /\.(priorityClassName|hostNetwork|volumes|overhead)\b|\.hostPort$/,
    /\.(ports|limits)\b/,
  ],
  volume: [/\.(volumes|volumeMounts)\b/, /\.securityContext\b/],
  sandbox: [/\.(runtimeClassName|hostNetwork|dnsPolicy|dnsConfig|securityContext)\b/],
  'pod-creation': [/\.(serviceAccountName|securityContext|priorityClassName|resources|hostNetwork|volumes|ports)\b/],
  'node-admission': [/\.(resources|nodeName|nodeSelector|affinity|runtimeClassName|securityContext|ports)\b/],
  dependency: [CONFIG, PROGRAM],
  'name-resolution': [/\.(dnsPolicy|dnsConfig|hostNetwork)\b/, CONFIG, PROGRAM],
};

/**
 * The one difference that explains a fault: the field that its evidence quotes, else the likeliest field for what it
 * breaks; of the failing container before others. Undefined when none of the differences has to do with it.
 */
export function tellingDifference(
  differences: readonly FieldDifference[],
  { mechanisms, paths = [], container }: FaultTraits,
): FieldDifference | undefined {
  const quoted = new Set(paths.map((path) => withoutEntries(path)));
  const patterns = mechanisms.flatMap((mechanism) => FIELDS[mechanism] ?? []);
  let best: FieldDifference | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const found of differences) {
    const isNamed = isQuoted(found.path, quoted);
    const at = patterns.findIndex((pattern) => pattern.test(found.path));
    if (!isNamed && at === -1) continue;
    const cost = (isNamed ? 0 : at + 1) + (isElsewhere(found.path, container) ? patterns.length + 1 : 0);
    if (cost >= least) continue;
    best = found;
    least = cost;
  }
  return best;
}

/** Whether evidence quotes the field, something in it or the whole that it is a part of (a probe, not a container). */
function isQuoted(path: string, quoted: ReadonlySet<string>): boolean {
  const bare = withoutEntries(path);
  for (const other of quoted) {
    if (other === bare || other.startsWith(`${bare}.`)) return true;
    if (bare.startsWith(`${other}.`) && /(Probe|resources|limits|requests|env|ports|securityContext)$/.test(other))
      return true;
  }
  return false;
}

/** Paths of a pod and of a template in one form: `spec.containers.image`. */
function withoutEntries(path: string): string {
  return path.replaceAll(/\[[^\]]*\]/g, '').replace(/^(spec\.jobTemplate\.)?(spec\.template\.)?/, '');
}

function isElsewhere(path: string, container: string | undefined): boolean {
  if (container === undefined) return false;
  const named = /ontainers\[([^\]]*)\]/.exec(path)?.[1];
  return named !== undefined && named !== container;
}
