import { builtinKind, type Report, type ResourceRef } from '@kroot/types';

/** What the API takes for names, and nothing that a shell or kubectl reads as something else. */
const SAFE = /^[A-Za-z0-9][\w.:-]*$/;

/**
 * Prints the root causes as `kubectl get -o name` prints objects, one a line: `secret/db-password`. In a report on more than
 * one namespace the namespace follows as an option, so that `xargs -L1 kubectl get` takes the line as it is.
 */
export function renderNames(report: Report): string {
  const lines = report.diagnoses.flatMap(({ rootCause }) => (isSafe(rootCause) ? [lineOf(rootCause, report)] : []));
  return [...new Set(lines)].map((line) => `${line}\n`).join('');
}

/** The root causes that `renderNames` leaves out, because no API server takes such names and a shell could act on them. */
export function unsafeNames(report: Report): readonly ResourceRef[] {
  return report.diagnoses.map(({ rootCause }) => rootCause).filter((target) => !isSafe(target));
}

function isSafe({ group, kind, namespace = 'none', name }: ResourceRef): boolean {
  return [kind, name, namespace, group === '' ? 'none' : group].every((part) => SAFE.test(part));
}

function lineOf(target: ResourceRef, { scope }: Report): string {
  const { namespace } = target;
  const isClear = namespace === undefined || namespace === (scope.namespace ?? scope.target?.namespace);
  return isClear ? kubectlName(target) : `${kubectlName(target)} -n ${namespace}`;
}

/** An object as kubectl names it: `pod/api`, `deployment.apps/api`. */
export function kubectlName({ group, kind, name }: ResourceRef): string {
  const known = builtinKind(kind);
  const api = group === '' && known?.group !== undefined ? known.group : group;
  return `${kind.toLowerCase()}${api === '' ? '' : `.${api}`}/${name}`;
}
