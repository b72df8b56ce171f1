#!/bin/sh
# Installs and builds this checkout; safe to run again. Needs Node 20 or newer and npm, and fetches the rest through npm.
#   tooling/prepare.sh [--install-only]
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$root"

fail() {
  printf 'prepare: %s\n' "$1" >&2
  printf '         %s\n' "$2" >&2
  exit 1
}

command -v node >/dev/null 2>&1 ||
  fail 'Node.js is missing.' 'Install Node 20 or newer with npm (Debian: apt-get install nodejs npm), or see https://nodejs.org.'
node -e 'process.exit(parseInt(process.versions.node, 10) >= 20 ? 0 : 1)' ||
  fail "Node $(node --version) is too old." 'Install Node 20 or newer; see https://nodejs.org.'
command -v npx >/dev/null 2>&1 ||
  fail 'npm is missing.' 'Install npm (Debian: apt-get install npm).'

log=$(mktemp "${TMPDIR:-/tmp}/mosaic-prepare.XXXXXX")
trap 'rm -f "$log" "$log.pnpm"' EXIT
trap 'exit 130' INT TERM HUP

# step WORDS HINT COMMAND... : says what happens and how long it took; shows the output only when it fails.
step() {
  words=$1
  hint=$2
  shift 2
  started=$(date +%s)
  printf '%s ... ' "$words"
  if "$@" >"$log" 2>&1 </dev/null; then
    printf 'done in %s s\n' "$(($(date +%s) - started))"
  else
    code=$?
    printf 'failed\n'
    tail -n 60 "$log" >&2
    fail "This failed with exit code $code: $*" "Above are the last lines it printed. $hint"
  fi
}

pnpm=$(sed -n 's/.*"packageManager": *"\(pnpm@[^"]*\)".*/\1/p' package.json)
find_pnpm() {
  npx --yes --package "$pnpm" -c 'command -v pnpm' >"$log.pnpm"
}
export TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1 TURBO_NO_UPDATE_NOTIFIER=1

network='Is the package registry reachable, and is there space on the disk?'
step "Fetching $pnpm" "$network" find_pnpm
# turbo calls pnpm by name.
PATH=$(dirname -- "$(cat "$log.pnpm")"):$PATH
export PATH
step 'Installing what the lockfile names' "$network" pnpm install --frozen-lockfile --config.confirm-modules-purge=false

# Every script of the workspace runs with this Node: the one it brought, where there is one for this machine.
PATH=$root/node_modules/.bin:$PATH
found=$(node -p process.version)
node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 22 || (major === 22 && minor >= 18) ? 0 : 1)' ||
  fail "The workspace runs on Node $found and needs 22.18 or newer." \
    "It brings its own Node as an optional dependency, which was not installed on this machine ($(uname -sm)): install Node $(cat .node-version)."
if [ "$(uname -s)" = Linux ]; then
  case $found in
    "v$(cat .node-version)".*) ;;
    *) fail "The workspace runs on Node $found, not $(cat .node-version)." 'Its own Node was not installed: remove node_modules and run this again.' ;;
  esac
fi

[ "${1-}" = --install-only ] || step "Building with Node $found" 'They name the file to mend.' turbo run build --output-logs=errors-only
