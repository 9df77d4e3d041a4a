import { neededElsewhere, type ApiResource } from '@kroot/cluster';

/** What the script is to collect. */
export interface ScriptRequest {
  readonly resources: readonly ApiResource[];
  /** Only this namespace, and what is needed of others; undefined: all. */
  readonly namespace?: string | undefined;
}

/**
 * Secrets as a list without values: kubectl gets them, but only names, types and key names are written. `null` for a value
 * is what kroot reads as a key.
 */
function secretsTemplate(list: string): string {
  return [
    `{"apiVersion":"v1","kind":"${list}","items":[`,
    '{{range $i, $secret := .items}}{{if $i}},{{end}}',
    '{"apiVersion":"v1","kind":"Secret","metadata":{"namespace":{{printf "%q" $secret.metadata.namespace}},"name":{{printf "%q" $secret.metadata.name}}},',
    '"type":{{printf "%q" $secret.type}},"data":{ ',
    '{{$first := true}}{{range $key, $value := $secret.data}}{{if not $first}},{{end}}{{$first = false}}{{printf "%q" $key}}:null{{end}}',
    '}}{{end}}]}{{"\\n"}}',
  ].join('');
}

/** A POSIX script that does with kubectl what `kroot capture` does, for machines without Node.js. */
export function captureScript(request: ScriptRequest): string {
  return `${[
    '#!/bin/sh',
    '# What kroot looks at, collected with kubectl alone. Made by kroot capture --print-script.',
    '#',
    '#   sh capture.sh > cluster.json        (more arguments go to kubectl: sh capture.sh --context=prod-eu1)',
    '#   kroot diagnose cluster -f cluster.json',
    '#',
    '# Values of Secrets are not written. ConfigMaps and variables are written as they are: kroot capture hides what looks like',
    '# a credential in them, this does not.',
    'set -u',
    'umask 077',
    'page=$(mktemp) && errors=$(mktemp) || exit 2',
    'trap \'rm -f "$page" "$errors"\' EXIT',
    "trap 'exit 130' INT TERM",
    'failed=0',
    '',
    '# kubectl prints an empty list when it may not list: nothing is written then. $1: what a list of all there is calls itself,',
    '# which proves that there is no other object of the kind; "List" proves nothing.',
    'get() {',
    '  list=$1; shift',
    '  if kubectl get "$@" < /dev/null > "$page" 2> "$errors"; then',
    '    sed "s/^    \\"kind\\": \\"List\\"/    \\"kind\\": \\"$list\\"/" "$page"',
    '  elif ! grep -q "the server doesn\'t have a resource type" "$errors"; then',
    '    cat "$errors" >&2; failed=1',
    '  fi',
    '}',
    '',
    `printf '{"apiVersion":"v1","kind":"List","metadata":{"annotations":{"captured-at":"%s"}},"items":[]}\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"`,
    '',
    ...commands(request),
    '',
    'exit "$failed"',
  ].join('\n')}\n`;
}

function commands({ resources, namespace }: ScriptRequest): readonly string[] {
  if (namespace === undefined) return resources.map((resource) => command(resource, '--all-namespaces', true));
  return [
    ...resources.map((resource) => command(resource, `--namespace=${namespace}`, !resource.namespaced)),
    ...resources.flatMap((resource) =>
      resource.namespaced
        ? neededElsewhere(resource.kind, namespace).map((place) => command(resource, `--namespace=${place}`, false))
        : [],
    ),
  ];
}

/** `whole`: the list is one of all objects of the kind. */
function command({ kind, group, resource, namespaced }: ApiResource, scope: string, whole: boolean): string {
  const name = group === '' ? resource : `${resource}.${group}`;
  const what = namespaced ? `${name} ${scope}` : name;
  // kubectl says v1 for every List, so that the kind alone has to say what it is: true for built-in kinds only.
  const list = whole && !kind.includes('.') ? `${kind}List` : 'List';
  const format = kind === 'Secret' ? `-o go-template='${secretsTemplate(list)}'` : '-o json';
  return `get ${list} ${what} ${format} "$@"`;
}
