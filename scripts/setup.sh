#!/usr/bin/env bash
# Installs what Millrace needs and this machine lacks, and says so.
# Usage: scripts/setup.sh [build|run|test|bench]      (run when nothing is said)
#   build  cargo, the wasm target, wasm-bindgen, wasm-split, node and its tools
#   run    build, and the programs of PostgreSQL (15 or later) and Redis
#   test   run, and Chromium and the browser test packages
#   bench  cargo, nginx and wrk
# System packages come from apt where there is apt; elsewhere the script names what to install by hand.
# Nothing here uses the services that some systems start on installation: Millrace runs its own.
# MILLRACE_WASM=rustup|debian forces one way of getting the wasm target.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

apt_fresh=
apt_install() { # apt_install WHAT-FOR PACKAGE…
    local why=$1 sudo=()
    shift
    have apt-get || die "please install $why by hand (on Debian: $*), then run this again"
    if [ "$(id -u)" != 0 ]; then
        have sudo || die "please let an administrator install $why: apt-get install $*"
        sudo=(sudo)
    fi
    say "installing $why: apt-get install $*"
    if [ -z "$apt_fresh" ]; then
        "${sudo[@]}" apt-get update -qq || say "apt-get update failed; trying with the lists at hand"
        apt_fresh=1
    fi
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
        die "apt could not install: $*. Please install $why by hand, then run this again"
}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

setup_cargo() {
    have cc || apt_install "a C compiler" build-essential
    have make || apt_install make make
    if ! have cargo; then
        have curl || apt_install curl curl ca-certificates
        say "installing Rust with rustup"
        curl -sSf --proto '=https' https://sh.rustup.rs |
            sh -s -- -y --profile minimal -c clippy -c rustfmt >/dev/null ||
            die "could not download Rust; please install it by hand: https://rustup.rs"
    fi
    local part
    for part in clippy fmt; do
        have "cargo-$part" || { have rustup && rustup component add "${part/#fmt/rustfmt}"; } ||
            die "cargo $part is missing; please install it by hand"
    done
}

# Can this compiler make wasm? A library of one empty function says so.
can_wasm() { # can_wasm RUSTC [LINKER]
    local out ok=0
    out=$(mktemp -d)
    echo '#[unsafe(no_mangle)] pub extern "C" fn one() {}' >"$out/lib.rs"
    (cd "$ROOT" && "$1" --target wasm32-unknown-unknown --edition 2024 --crate-type cdylib \
        ${2:+-C linker="$2"} "$out/lib.rs" -o "$out/lib.wasm" >/dev/null 2>&1) || ok=1
    rm -rf "$out"
    return $ok
}

wasm_by_rustup() {
    have rustup || return 1
    if ! can_wasm rustc; then
        say "adding the wasm32 target to $(rustup show active-toolchain | cut -d' ' -f1)"
        (cd "$ROOT" && timeout 300 rustup target add wasm32-unknown-unknown) || return 1
        can_wasm rustc || return 1
    fi
    printf 'WASM_CARGO=cargo\nWASM_RUSTC=rustc\nWASM_LINKER=\n' >"$CACHE/wasm.env"
}

# Debian packages a second compiler with its sources, from which it can build the wasm standard library.
wasm_by_debian() {
    if ! [ -x /usr/bin/rustc ] || ! [ -x /usr/bin/cargo ] || [ -z "$(compgen -G '/usr/bin/wasm-ld-*')" ] ||
        ! [ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library" ]; then
        local lld
        lld=$(apt-cache search --names-only '^lld-[0-9]+$' 2>/dev/null | cut -d' ' -f1 | sort -t- -k2n | tail -1)
        apt_install "a Rust compiler for wasm" rustc-web cargo-web rust-web-src "${lld:-lld}"
    fi
    local linker sysroot lib scratch
    linker=$(find /usr/bin -name 'wasm-ld-*' | sort -t- -k3n | tail -1)
    sysroot=$(/usr/bin/rustc --print sysroot)
    lib=$sysroot/lib/rustlib/wasm32-unknown-unknown/lib
    if ! can_wasm /usr/bin/rustc "$linker"; then
        say "building the wasm standard library with $(/usr/bin/rustc --version) (about a minute)"
        scratch=$(mktemp -d)
        mkdir "$scratch/src"
        printf '[package]\nname = "scratch"\nversion = "0.0.0"\nedition = "2021"\n' >"$scratch/Cargo.toml"
        : >"$scratch/src/lib.rs"
        (cd "$scratch" && env -u RUSTFLAGS CARGO_TARGET_DIR="$scratch/target" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
            /usr/bin/cargo build --release -Zbuild-std=std,panic_abort,panic_unwind \
            --target wasm32-unknown-unknown >"$scratch/log" 2>&1) || {
            tail -20 "$scratch/log" >&2
            rm -rf "$scratch"
            return 1
        }
        rm -f "$scratch"/target/wasm32-unknown-unknown/release/deps/libscratch-*
        as_root rm -rf "$lib"
        as_root mkdir -p "$lib"
        as_root cp "$scratch"/target/wasm32-unknown-unknown/release/deps/*.rlib "$lib/"
        rm -rf "$scratch"
        can_wasm /usr/bin/rustc "$linker" || return 1
    fi
    printf 'WASM_CARGO=/usr/bin/cargo\nWASM_RUSTC=/usr/bin/rustc\nWASM_LINKER=%s\n' "$linker" >"$CACHE/wasm.env"
}

# What was found is kept in $CACHE/wasm.env, together with the compiler it was found for.
setup_wasm() {
    local stamp=$CACHE/wasm.stamp now
    now="${MILLRACE_WASM:-any} $(cd "$ROOT" && rustc --version 2>/dev/null) $(/usr/bin/rustc --version 2>/dev/null || true)"
    if [ -f "$CACHE/wasm.env" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then
        # shellcheck disable=SC1091
        source "$CACHE/wasm.env"
        [ -d "$("$WASM_RUSTC" --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib" ] && return 0
    fi
    case ${MILLRACE_WASM:-any} in
    rustup) wasm_by_rustup || die "rustup could not add the target wasm32-unknown-unknown" ;;
    debian) wasm_by_debian || die "Debian's compiler could not be made to build wasm" ;;
    *)
        wasm_by_rustup || {
            say "rustup cannot add the wasm32 target here; using Debian's compiler for the frontend"
            wasm_by_debian
        } || die "no compiler for wasm; please run: rustup target add wasm32-unknown-unknown"
        ;;
    esac
    # shellcheck disable=SC1091
    source "$CACHE/wasm.env"
    say "wasm is built with $("$WASM_RUSTC" --version)"
    echo "${MILLRACE_WASM:-any} $(cd "$ROOT" && rustc --version 2>/dev/null) $(/usr/bin/rustc --version 2>/dev/null || true)" >"$stamp"
}

setup_wasm_bindgen() {
    local version bin
    version=$(wasm_bindgen_version)
    bin=$(wasm_bindgen_bin)
    [ -x "$bin" ] && return 0
    say "building wasm-bindgen $version (about two minutes)"
    # Without --locked: its lock file names a crate version that the registry no longer serves.
    (cd "$TOOLS" && env -u RUSTFLAGS CARGO_TARGET_DIR="$TOOLS/build" CARGO_PROFILE_RELEASE_LTO=false \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 cargo install -q wasm-bindgen-cli --version "$version" \
        --root "$TOOLS/wasm-bindgen-$version") || die "could not build wasm-bindgen-cli $version"
    rm -rf "$TOOLS/build"
}

setup_wasm_split() {
    [ -x "$(wasm_split_bin)" ] && return 0
    say "building wasm-split $WASM_SPLIT_VERSION (about a minute)"
    (cd "$TOOLS" && env -u RUSTFLAGS CARGO_TARGET_DIR="$TOOLS/build" CARGO_PROFILE_RELEASE_LTO=false \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 cargo install -q wasm_split_cli_support --version "$WASM_SPLIT_VERSION" \
        --locked --features build-binary --root "$TOOLS/wasm-split-$WASM_SPLIT_VERSION") ||
        die "could not build wasm_split_cli_support $WASM_SPLIT_VERSION"
    rm -rf "$TOOLS/build"
}

setup_node() {
    node_ok || apt_install "Node.js 18 or later with npm" nodejs npm
    node_ok || die "Node.js is older than 18; please install a newer one by hand"
    local dir
    dir=$(npm_tools_dir)
    [ -f "$dir/ready" ] && return 0
    say "installing sass, binaryen and the font with npm"
    mkdir -p "$dir"
    cp "$ROOT/scripts/tools/package.json" "$ROOT/scripts/tools/package-lock.json" "$dir/"
    (cd "$dir" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error) >/dev/null ||
        die "npm could not install the packages of scripts/tools"
    touch "$dir/ready"
}

setup_services() {
    pg_bin_dir >/dev/null || apt_install "PostgreSQL" postgresql
    local bin
    bin=$(pg_bin_dir) || die "PostgreSQL's initdb, postgres and psql were not found; please put them on the PATH"
    [ "$("$bin/postgres" --version | grep -oE '[0-9]+' | head -1)" -ge 15 ] ||
        die "PostgreSQL in $bin is older than 15; please install a newer one by hand"
    have redis-server || apt_install "Redis" redis-server
}

setup_browser() {
    chromium_bin >/dev/null || apt_install "Chromium" chromium
    [ -f "$ROOT/end2end/package-lock.json" ] || return 0
    local want
    want=$(sha256sum <"$ROOT/end2end/package-lock.json")
    [ "$(cat "$ROOT/end2end/node_modules/.ready" 2>/dev/null)" = "$want" ] && return 0
    say "installing the browser test packages with npm"
    (cd "$ROOT/end2end" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error) >/dev/null ||
        die "npm could not install the packages of end2end"
    echo "$want" >"$ROOT/end2end/node_modules/.ready"
}

setup_bench() {
    have nginx || [ -x /usr/sbin/nginx ] || apt_install nginx nginx-light
    have wrk || apt_install wrk wrk
    have taskset || apt_install taskset util-linux
}

mkdir -p "$TOOLS"
if have flock; then # two checkouts may share the cache
    exec 9>"$CACHE/setup.lock"
    flock 9
fi
case ${1:-run} in
build | run | test)
    setup_cargo
    setup_wasm
    setup_wasm_bindgen
    setup_wasm_split
    setup_node
    ;;&
run | test) setup_services ;;&
test) setup_browser ;;&
bench)
    setup_cargo
    setup_bench
    ;;&
build | run | test | bench) ;;
*) die "unknown: $1 (build, run, test or bench)" ;;
esac
