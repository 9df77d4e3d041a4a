#!/bin/sh
# Diagnoses captured clusters and fails when one of them has a critical root cause.
#   sh check.sh [FILE]...      without files: everything in fixtures/
# KROOT is the command to run, for example `npx --yes --package @kroot/cli@0.1.0 -- kroot`.
set -u
cd "$(dirname "$0")" || exit 2
KROOT=${KROOT:-npx --yes --package @kroot/cli -- kroot}
[ "$#" -gt 0 ] || set -- fixtures/*.yaml

worst=0
for file in "$@"; do
  # Word splitting is wanted: KROOT is a command with arguments.
  $KROOT diagnose cluster --context-file "$file" --fail-on "${FAIL_ON:-critical}" --quiet
  code=$?
  # 1: findings, 2: could not run, which is worse, because then nothing was checked.
  [ "$code" -le "$worst" ] || worst=$code
  echo "--- $file: exit code $code"
done
exit "$worst"
