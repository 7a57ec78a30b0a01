#!/usr/bin/env bash
# Builds everything the browser loads into site/: the wasm of the frontend, the stylesheet, the font and
# the files of style/public. Does only the parts whose inputs changed.
# Usage: scripts/frontend.sh [--dev]      --dev: a quick build, neither split, optimised nor compressed
# Needs what scripts/setup.sh build installs.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

profile=wasm-release
case ${1:-} in
'') ;;
--dev) profile=dev ;;
*) die "unknown: $1 (only --dev)" ;;
esac

[ -f "$CACHE/wasm.env" ] || die "the wasm tools are missing; run scripts/setup.sh build"
# shellcheck disable=SC1091
source "$CACHE/wasm.env"
npm_bin=$(npm_tools_dir)/node_modules
bindgen=$(wasm_bindgen_bin)
split=$(wasm_split_bin)
[ -x "$bindgen" ] && [ -x "$split" ] && [ -d "$npm_bin" ] || die "the build tools are missing; run scripts/setup.sh build"

site=$ROOT/site
mkdir -p "$site/pkg" "$site/fonts"

# A part is up to date when its stamp holds the hash of its inputs.
fresh() { [ "$(cat "$site/.$1.stamp" 2>/dev/null)" = "$2" ]; }
stamp() { echo "$2" >"$site/.$1.stamp"; }

# What a visitor on a phone has to load before any page answers, in bytes, compressed: an agreed limit, not a wish.
MAIN_LIMIT=700000

# One after another this takes two minutes; wasm-opt itself uses one core.
optimise() { # optimise FILE… in place
    printf '%s\0' "$@" | xargs -0 -P "$(nproc)" -I{} bash -c '
        node "$1" -Oz --merge-similar-functions -Oz --strip-debug --strip-producers --enable-bulk-memory \
            --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext --enable-mutable-globals \
            --enable-multivalue "$2" -o "$2" 2>"$2.log" || { cat "$2.log" >&2; exit 255; }
        rm "$2.log"' _ "$npm_bin/binaryen/bin/wasm-opt" {}
}

# The crates that end up in the browser; frontend -> app -> domain, and no others.
wasm_inputs=(frontend app crates/domain Cargo.toml Cargo.lock .cargo scripts/frontend.sh scripts/pieces.mjs scripts/compress.mjs
    scripts/lib.sh scripts/tools/package-lock.json)
wasm_key="$profile $("$WASM_RUSTC" --version) $(hash_of "${wasm_inputs[@]}")"
if ! fresh wasm "$wasm_key" || ! [ -s site/pkg/millrace.wasm ]; then
    say "building the frontend for wasm ($profile)"
    rm -f "$site/.wasm.stamp"
    export CARGO_TARGET_DIR=$CACHE/target-wasm
    [ -z "$WASM_LINKER" ] || export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$WASM_LINKER
    build=(-p frontend --lib --target wasm32-unknown-unknown --profile "$profile" ${CI:+--locked})
    built=$CARGO_TARGET_DIR/wasm32-unknown-unknown
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
    if [ "$profile" = wasm-release ]; then
        RUSTC=$WASM_RUSTC "$WASM_CARGO" rustc "${build[@]}" --features split -- -C link-args=--emit-relocs
        # First apart, then wasm-bindgen for the main piece, which alone talks with the browser.
        "$split" "$built/$profile/frontend.wasm" "$out" --target web --out-name millrace
        mv "$out/millrace.wasm" "$out/whole.wasm"
        "$bindgen" --target web --no-typescript --keep-lld-exports --no-demangle --out-name millrace --out-dir "$out" \
            "$out/whole.wasm"
        rm "$out/whole.wasm"
    else
        RUSTC=$WASM_RUSTC "$WASM_CARGO" build "${build[@]}"
        "$bindgen" --target web --no-typescript --out-name millrace --out-dir "$out" "$built/debug/frontend.wasm"
    fi
    mv "$out/millrace_bg.wasm" "$out/millrace.wasm"
    if [ "$profile" = wasm-release ]; then
        say "optimising with wasm-opt"
        optimise "$out"/*.wasm
        node scripts/pieces.mjs "$out"
        (cd "$out" && node "$ROOT/scripts/compress.mjs" millrace.wasm millrace.js pieces.*.js shared.*.bin [!m]*.wasm)
    fi
    find site/pkg -mindepth 1 -not -name 'millrace.css*' -delete
    cp -R "$out"/. site/pkg/
    if [ "$profile" = wasm-release ]; then
        size=$(stat -c %s site/pkg/millrace.wasm.br)
        if [ "$size" -gt $MAIN_LIMIT ]; then
            # Another compiler makes it a little larger or smaller; that is no reason not to run.
            [ -z "${CI:-}" ] || die "millrace.wasm has $size bytes (brotli), more than $MAIN_LIMIT; see app/src/pieces.rs"
            say "millrace.wasm has $size bytes (brotli), more than $MAIN_LIMIT; see app/src/pieces.rs"
        fi
    fi
    stamp wasm "$wasm_key"
fi

css_key="$profile $(hash_of style scripts/frontend.sh scripts/tools/package-lock.json)"
if ! fresh css "$css_key"; then
    rm -f "$site/.css.stamp"
    if [ -f style/main.scss ]; then
        say "compiling the stylesheet"
        rm -f site/pkg/millrace.css*
        node "$npm_bin/sass/sass.js" --no-source-map --style="$([ "$profile" = dev ] && echo expanded || echo compressed)" \
            style/main.scss site/pkg/millrace.css
        [ "$profile" != wasm-release ] || node scripts/compress.mjs site/pkg/millrace.css
    else
        say "style/main.scss is missing; no stylesheet"
    fi
    [ ! -d style/public ] || cp -R style/public/. site/
    cp "$npm_bin/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2" site/fonts/inter.woff2
    stamp css "$css_key"
fi
say "site/ is up to date"
