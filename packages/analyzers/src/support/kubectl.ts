import { builtinKind, type Command, type CommandArgument, type Fix, type ResourceRef } from '@kroot/types';

/** A kubectl command, in a namespace where there is one. */
export function kubectl(namespace: string | undefined, ...args: readonly CommandArgument[]): Command {
  return { argv: namespace === undefined ? ['kubectl', ...args] : ['kubectl', '-n', namespace, ...args] };
}

/** `kubectl apply -f -` with a manifest on standard input. */
export function kubectlApply(manifest: string): Command {
  return { argv: ['kubectl', 'apply', '-f', '-'], input: manifest };
}

/** An object as kubectl names it: `deployment/api`, `certificate.cert-manager.io/web`. */
export function kubectlName(target: ResourceRef): string {
  const known = builtinKind(target.kind);
  const kind = target.kind.toLowerCase();
  return known?.group === target.group || target.group === ''
    ? `${kind}/${target.name}`
    : `${kind}.${target.group}/${target.name}`;
}

/** An object in a sentence: `Secret prod/db-password`, `Node worker-1`. */
export function inWords(target: ResourceRef): string {
  return target.namespace === undefined
    ? `${target.kind} ${target.name}`
    : `${target.kind} ${target.namespace}/${target.name}`;
}

/** A look at an object, as a fix that changes nothing. */
export function describeFix(target: ResourceRef, summary: string, steps: readonly string[]): Fix {
  return {
    summary,
    steps,
    commands: [kubectl(target.namespace, 'describe', kubectlName(target))],
    effect: 'none',
    where: 'cluster',
  };
}
