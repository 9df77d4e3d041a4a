#!/usr/bin/env bash
# Runs kroot for action.yml. Inputs come as variables. Each becomes one word, OPTION=VALUE, so that none can be another option
# or a command. Annotations and the job summary are kroot's own doing: it sees that GitHub Actions runs it.
set -euo pipefail

refuse() {
  printf '::error title=kroot::%s\n' "$1"
  printf 'exit-code=2\n' >> "$GITHUB_OUTPUT"
  exit 2
}

# each OPTION LINES: adds OPTION=LINE for every line that is not empty.
each() {
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then args+=("$1=$line"); fi
  done <<< "$2"
}

args=()
case $KROOT_MODE in
  diagnose)
    if [ -n "$KROOT_AGAINST" ]; then refuse 'the input against is for mode: check'; fi
    args+=(diagnose cluster)
    if [ -z "$KROOT_NAMESPACE" ]; then args+=(--all-namespaces); fi
    each --source-root "$KROOT_SOURCE_ROOT"
    each --baseline "$KROOT_BASELINE"
    ;;
  check)
    if [ -z "$KROOT_FILE" ]; then refuse 'mode: check needs the input file: the manifests to check'; fi
    if [ -n "$KROOT_SOURCE_ROOT" ]; then refuse 'the input source-root is for mode: diagnose'; fi
    if [ -n "$KROOT_BASELINE" ]; then refuse 'the input baseline is for mode: diagnose'; fi
    args+=(check)
    each --against "$KROOT_AGAINST"
    ;;
  *) refuse 'the input mode is to be diagnose or check' ;;
esac
# kroot itself reads the variable when it names a file.
if [ "$KROOT_CONFIG" = none ]; then
  unset KROOT_CONFIG
  args+=(--no-config)
fi
each --filename "$KROOT_FILE"
each --namespace "$KROOT_NAMESPACE"
each --fail-on "$KROOT_FAIL_ON"

args+=(--output=text)
if [[ $KROOT_SARIF_FILE == *[$'\r\n']* ]]; then refuse 'the input sarif-file is to be one path'; fi
if [ -n "$KROOT_SARIF_FILE" ]; then
  rm -f -- "$KROOT_SARIF_FILE"
  args+=("--output=sarif:github=$KROOT_SARIF_FILE")
fi
each --output "$KROOT_OUTPUT"

version=$KROOT_VERSION
if [ -z "$version" ]; then
  version=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).version' \
    "$GITHUB_ACTION_PATH/packages/cli/package.json")
fi
# Nothing that npm would take for a folder, an address or another package.
if [[ ! $version =~ ^[0-9A-Za-z][0-9A-Za-z.+-]*$ ]]; then refuse 'the input version is to be a version or a tag of @kroot/cli'; fi

code=0
npx --yes --package "@kroot/cli@$version" -- kroot "${args[@]}" || code=$?

printf 'exit-code=%s\n' "$code" >> "$GITHUB_OUTPUT"
if [ -n "$KROOT_SARIF_FILE" ] && [ -f "$KROOT_SARIF_FILE" ]; then
  case $KROOT_SARIF_FILE in
    /* | [A-Za-z]:*) path=$KROOT_SARIF_FILE ;;
    *) path=$KROOT_WORKING_DIRECTORY/$KROOT_SARIF_FILE ;;
  esac
  printf 'sarif-file=%s\n' "${path#./}" >> "$GITHUB_OUTPUT"
fi
exit "$code"
