#!/usr/bin/env bash
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

usage() {
  cat <<'TEXT'
Usage: ./eng/test.sh [arguments for dotnet test]

Runs every test project below tests/ and ends with one line of real counts:
  N passed, N failed            (with ", N skipped" when any test was skipped)
The exit code is 0 only if something ran and nothing failed.

First it makes sure of redis-server, a Chromium, and Node.js with npm, which tests
may use; some of them bring their packages with npm. What is missing is installed with apt-get (with sudo when not root). What cannot be
installed is said and left out; with CI=true it is a failure instead.

Arguments are passed on to every dotnet test, for example:
  ./eng/test.sh --filter FullyQualifiedName~Deciding
  ./eng/test.sh -c Release
  ./eng/test.sh -p:PackageFeed=public     with the real packages (docs/packages.md)

Results in detail: artifacts/test-results/<project>/*.trx
TEXT
}

case ${1:-} in
  -h | --help)
    usage
    exit 0
    ;;
esac

results=artifacts/test-results
passed=0
failed=0
skipped=0
in_ci=$([ "${CI:-}" = true ] && echo yes || echo no)

finish() {
  if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

fail() {
  echo "FAILED: $1" >&2
  failed=$((failed + 1))
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

may_install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" -eq 0 ] && return 0
  # Asking for a password would hang where nobody sits.
  command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }
}

has_any() {
  local name
  for name in "$@"; do
    command -v "$name" >/dev/null && return 0
  done
  return 1
}

package_lists_are_fresh=no

# ensure PACKAGE COMMAND...: at least one of the commands must exist, else the package is installed.
ensure() {
  local package=$1
  shift
  has_any "$@" && return
  if may_install; then
    echo "Installing $package"
    if [ "$package_lists_are_fresh" = no ]; then
      as_root apt-get update -qq && package_lists_are_fresh=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null </dev/null
    has_any "$@" && return
  fi
  local what="$1 is missing and could not be installed (apt-get, as root or with sudo); install the package $package by hand"
  if [ "$in_ci" = yes ]; then
    fail "$what"
  else
    echo "WARNING: $what. Tests that need it cannot run." >&2
  fi
}

# counter FILE NAME: one number of the summary line that dotnet test writes into a result file.
counter() {
  local number
  number=$(grep -o '<Counters [^>]*' "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' | head -n 1)
  echo "${number:-0}"
}

run_project() {
  local project=$1 name before exit_code file total executed lost
  shift
  name=$(basename "$project" .csproj)
  before=$failed
  echo "== $name"
  dotnet test "$project" --nologo --logger trx --results-directory "$results/$name" "$@" </dev/null
  exit_code=$?
  for file in "$results/$name"/*.trx; do
    [ -e "$file" ] || continue
    total=$(counter "$file" total)
    executed=$(counter "$file" executed)
    lost=$(($(counter "$file" error) + $(counter "$file" timeout) + $(counter "$file" aborted)))
    passed=$((passed + $(counter "$file" passed)))
    failed=$((failed + $(counter "$file" failed) + lost))
    skipped=$((skipped + total - executed))
  done
  # A build that broke or a host that died leaves no failed test behind, and must not look like success.
  if [ "$exit_code" -ne 0 ] && [ "$failed" -eq "$before" ]; then
    fail "$name did not come to its end (exit code $exit_code); see above"
  fi
}

if ! command -v dotnet >/dev/null; then
  fail "dotnet is missing; install the .NET 10 SDK"
  finish
fi

ensure redis-server redis-server
ensure chromium chromium chromium-browser google-chrome google-chrome-stable
ensure nodejs node
ensure npm npm

rm -rf "$results"
for project in tests/*/*.Tests.csproj; do
  run_project "$project" "$@"
done

[ $((passed + failed)) -gt 0 ] || fail "no test ran"
finish
