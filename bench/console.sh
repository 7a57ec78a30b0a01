#!/usr/bin/env bash
# How fast the console renders its first page: signs in to a private server with the demo network and lets a number of
# people load /admin at the same time. Server and load share the machine, as they do on a small one. Then measures how
# long one person's first visit takes until the page answers.
# Usage: bench/console.sh
# Environment: BENCH_SECONDS (20), BENCH_USERS (20), BENCH_PATH (/admin), MILLRACE_BIN, MILLRACE_SITE.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

seconds=${BENCH_SECONDS:-20}
users=${BENCH_USERS:-20}
path=${BENCH_PATH:-/admin}
millrace=${MILLRACE_BIN:-$CARGO_TARGET_DIR/release/millrace}
site=${MILLRACE_SITE:-$ROOT/site}

for tool in wrk curl awk python3; do
    have "$tool" || die "$tool is missing; run scripts/setup.sh bench"
done
[ -x "$millrace" ] || die "$millrace is missing; run make bench-console"

home=$(mktemp -d /tmp/millrace-console.XXXXXX)
server=
stop() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT TERM

free_port() {
    local p
    while :; do
        p=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || break
    done
    echo "$p"
}

console=$(free_port) edge=$(free_port) ops=$(free_port)
export MILLRACE_HOME=$home MILLRACE_SITE=$site
export MILLRACE__CONSOLE__LISTEN=127.0.0.1:$console MILLRACE__CONSOLE__PUBLIC_URL=http://127.0.0.1:$console
export MILLRACE__EDGE__LISTEN=127.0.0.1:$edge MILLRACE__EDGE__PUBLIC_URL=http://127.0.0.1:$edge
export MILLRACE__OPS__LISTEN=127.0.0.1:$ops
export -n DATABASE_URL REDIS_URL 2>/dev/null || true
env -u DATABASE_URL -u REDIS_URL "$millrace" serve --seed-demo >"$home/server.log" 2>&1 &
server=$!
say "starting a server with the demo network"
for _ in $(seq 600); do
    kill -0 "$server" 2>/dev/null || { tail -n 20 "$home/server.log" >&2; die "the server did not start"; }
    [ "$(curl -s -m 2 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$ops/readyz" || true)" != 200 ] || break
    sleep 0.5
done

login=$(env -u DATABASE_URL -u REDIS_URL "$millrace" seed --demo --json 2>/dev/null |
    python3 -c 'import json, sys; l = [l for l in json.load(sys.stdin)["logins"] if l["role"] == "admin"][0]; print(l["email"], l["password"])')
read -r email password <<<"$login"
# Everybody has a session of their own.
jar=$home/jar cookies=$home/cookies
for _ in $(seq "$users"); do
    rm -f "$jar"
    code=$(curl -s -o /dev/null -w '%{http_code}' -c "$jar" -H 'accept: text/html' --data-urlencode "email=$email" \
        --data-urlencode "password=$password" "http://127.0.0.1:$console/fn/sign_in")
    [ "$code" = 302 ] || die "cannot sign in: $code"
    awk '$6 == "sid" { print "sid=" $7 }' "$jar" >>"$cookies"
done
cookie=$(head -n 1 "$cookies")
[ "$(sort -u "$cookies" | wc -l)" = "$users" ] || die "the server has not set a session for everybody"

fetch() { curl -s -o /dev/null -w '%{http_code} %{size_download}' -H "cookie: $cookie" "http://127.0.0.1:$console$path"; }
read -r code size < <(fetch; echo)
[ "$code" = 200 ] || die "$path answers $code"

cat >"$home/report.lua" <<'LUA'
local all, at = {}, 0
init = function(args)
    for line in io.lines(args[1]) do all[#all + 1] = line end
end
request = function()
    at = at % #all + 1
    return wrk.format("GET", nil, { cookie = all[at] })
end
done = function(summary, latency)
    local e = summary.errors
    print(string.format("result %d %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(95), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
LUA
load() {
    wrk -t1 -c "$users" -d "${1}s" -s "$home/report.lua" "http://127.0.0.1:$console$path" -- "$cookies" |
        awk '$1 == "result" { print $2, $3, $4, $5, $6, $7 }'
}
load 3 >/dev/null
say "$users people load $path for $seconds s ($size bytes a page)"
read -r requests duration p50 p95 p99 errors < <(load "$seconds") || true
[ "${errors:-1}" = 0 ] || die "${errors:-no answer and} errors; the numbers mean nothing"
awk -v n="$requests" -v d="$duration" -v a="$p50" -v b="$p95" -v c="$p99" 'BEGIN {
    printf "  %.1f pages/s   p50 %.1f ms   p95 %.1f ms   p99 %.1f ms\n", n / d * 1e6, a / 1000, b / 1000, c / 1000 }'

# The same page as a person meets it: until the browser's code has taken over.
if browser=$(chromium_bin) && [ -d "$ROOT/end2end/node_modules/playwright-core" ] && have node; then
    say "Chromium opens $path ten times, each time with an empty cache"
    CHROMIUM_BIN=$browser node "$ROOT/bench/hydration.mjs" "http://127.0.0.1:$console" "$cookie" "$path"
else
    say "no browser to measure hydration with; run scripts/setup.sh test"
fi
