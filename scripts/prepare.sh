#!/usr/bin/env bash
# Regenerates .sqlx/, the descriptions of all queries against which SQLX_OFFLINE builds are checked.
# Usage: scripts/prepare.sh [--check]     --check: change nothing, fail if .sqlx/ is out of date
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

if [ "${1:-}" != --inside ]; then
    exec scripts/with-services.sh "$0" --inside "${1:-}"
fi

psql=$(pg_bin_dir)/psql
for file in migrations/*.sql; do
    case $file in *.down.sql) continue ;; esac
    # One transaction a file, as sqlx does it.
    single=-1
    [ "$(head -1 "$file")" != "-- no-transaction" ] || single=
    "$psql" -q -X -v ON_ERROR_STOP=1 $single -d "$DATABASE_URL" -f "$file" >/dev/null || die "$file failed"
done

# A dependency (apalis-postgres) has checked queries too, about tables that are not in this database. It brings its
# own descriptions: the first pass compiles all dependencies with those, and may well fail in our own crate.
SQLX_OFFLINE=true cargo check -q -p store --all-targets --keep-going >/dev/null 2>&1 || true

# The query macros write one file a query here; the folder must exist and the path be absolute.
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
sources=(crates/store/src/lib.rs)
[ ! -f crates/store/tests/it/main.rs ] || sources+=(crates/store/tests/it/main.rs)
touch "${sources[@]}"
env -u SQLX_OFFLINE SQLX_OFFLINE_DIR="$new" cargo check -q -p store --all-targets

if [ "${2:-}" = --check ]; then
    [ -d .sqlx ] || [ -n "$(ls "$new")" ] || exit 0
    diff -rq "$new" .sqlx || die ".sqlx/ is out of date; run make prepare"
    say ".sqlx/ is up to date"
else
    rm -rf .sqlx
    mkdir .sqlx
    cp "$new"/* .sqlx/ 2>/dev/null || true
    say "$(find .sqlx -type f | wc -l) queries in .sqlx/"
fi
