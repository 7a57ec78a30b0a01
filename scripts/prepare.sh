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
    "$psql" -q -X -v ON_ERROR_STOP=1 -1 -d "$DATABASE_URL" -f "$file" >/dev/null || die "$file failed"
done

# The query macros write one file a query here; the folder must exist and the path be absolute.
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
sources=(crates/store/src/lib.rs)
[ ! -f crates/store/tests/it/main.rs ] || sources+=(crates/store/tests/it/main.rs)
touch "${sources[@]}"
env -u SQLX_OFFLINE SQLX_OFFLINE_DIR="$new" cargo check -p store --all-targets

if [ "${2:-}" = --check ]; then
    diff -rq "$new" .sqlx || die ".sqlx/ is out of date; run make prepare"
    say ".sqlx/ is up to date"
else
    rm -rf .sqlx
    mkdir .sqlx
    cp "$new"/* .sqlx/ 2>/dev/null || true
    say "$(find .sqlx -type f | wc -l) queries in .sqlx/"
fi
