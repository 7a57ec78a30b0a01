# Shared by the scripts beside it; sourced, never run.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${MILLRACE_CACHE:-$HOME/.cache/millrace}
TOOLS=$CACHE/tools
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}

say() { printf '%s: %s\n' "${0##*/}" "$*"; }
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

have cargo || PATH=$PATH:$HOME/.cargo/bin # where rustup puts it

# One hash over the names and contents of the given files and folders.
hash_of() {
    find "$@" -type f -not -path '*/node_modules/*' -print0 2>/dev/null | LC_ALL=C sort -z |
        xargs -0 sha256sum | sha256sum | cut -c1-16
}

# The wasm-bindgen version that the workspace is locked to; the command line tool must be the same.
wasm_bindgen_version() {
    awk '/^name = "wasm-bindgen"$/ { getline; gsub(/version = |"/, ""); print; exit }' "$ROOT/Cargo.lock"
}
wasm_bindgen_bin() { echo "$TOOLS/wasm-bindgen-$(wasm_bindgen_version)/bin/wasm-bindgen"; }

# Takes the browser's code apart; a version that fits the wasm_split_helpers of Cargo.lock.
WASM_SPLIT_VERSION=0.2.4
wasm_split_bin() { echo "$TOOLS/wasm-split-$WASM_SPLIT_VERSION/bin/wasm-split-cli"; }

# npm tools (sass, binaryen, the font) live in the cache, one folder a lock file.
npm_tools_dir() { echo "$TOOLS/npm-$(sha256sum <"$ROOT/scripts/tools/package-lock.json" | cut -c1-16)"; }

# The folder that holds Postgres' own programs; Debian keeps initdb and postgres off the PATH.
pg_bin_dir() {
    local dir
    for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5,5nr) \
        "$(dirname "$(readlink -f "$(command -v initdb || echo /none/none)")")"; do
        if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && [ -x "$dir/psql" ]; then
            echo "$dir"
            return 0
        fi
    done
    return 1
}

chromium_bin() {
    local name
    for name in chromium chromium-browser google-chrome-stable google-chrome; do
        if have "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

node_ok() { have node && have npm && [ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ]; }
