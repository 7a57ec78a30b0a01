#!/usr/bin/env bash
# Fuzzes the REST API from its own description: a throw-away server with the demo network, and schemathesis with a key of
# the network and with one of an affiliate. Fails on a 5xx, on an answer that the description does not allow, and on a
# success without a key.
# Usage: scripts/api-fuzz.sh [SECONDS]: so long for each key, 45 unless given.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seconds=${1:-45}
version=4.32.5
bin=${MILLRACE_BIN:-$CARGO_TARGET_DIR/debug/millrace}
[ -x "$bin" ] || die "$bin is missing; run: cargo build -p server"

venv=$TOOLS/schemathesis-$version
if [ ! -x "$venv/bin/schemathesis" ]; then
    have python3 || die "Python 3 is missing"
    rm -rf "$venv"
    say "installing schemathesis $version"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi

# Paths of unix sockets are short, so this one has to be.
home=$(mktemp -d /tmp/mr-XXXXXX)
chmod 755 "$home"
server=
clean_up() {
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$home"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

ports=$(python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(s.getsockname()[1] for s in held))')
read -r console edge ops <<<"$ports"
# Settings of whoever runs this are none of ours.
for name in $(compgen -e | grep -E '^(MILLRACE_|DATABASE_URL$|REDIS_URL$|RUST_LOG$)' || true); do unset "$name"; done
export MILLRACE_HOME=$home MILLRACE_SITE=$ROOT/site
export MILLRACE__CONSOLE__LISTEN=127.0.0.1:$console MILLRACE__EDGE__LISTEN=127.0.0.1:$edge
export MILLRACE__OPS__LISTEN=127.0.0.1:$ops MILLRACE__EDGE__LOOPS=1 MILLRACE__SPOOL__SEGMENT_MB=8
export MILLRACE__API__REQUESTS_PER_MINUTE=1000000 MILLRACE__API__FAILURES_PER_MINUTE=1000000
cd "$home"

"$bin" serve --seed-demo >server.log 2>&1 &
server=$!
say "waiting for the demo network"
ready=
for _ in $(seq 1 1200); do
    if "$venv/bin/python" -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$ops/readyz', timeout=2)" \
        2>/dev/null; then
        ready=yes
        break
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.2
done
if [ -z "$ready" ]; then
    tail -n 40 server.log >&2
    die "the server did not get ready"
fi

field() { "$venv/bin/python" -c "import json, sys; print(json.load(sys.stdin)$1)"; }
affiliate=$("$bin" seed --demo --json | field '["links"][0]["affiliate_id"]')
network_key=$("$bin" api-key create --name Fuzzing --scopes all --json | field '["key"]')
affiliate_key=$("$bin" api-key create --name Fuzzing --scopes all --affiliate "$affiliate" --json | field '["key"]')

failed=
for who in network affiliate; do
    key=${who}_key
    say "as $who, at most $seconds s"
    "$venv/bin/schemathesis" run "http://127.0.0.1:$console/api/v1/openapi.json" \
        --header "Authorization: Bearer ${!key}" \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth \
        --phases examples,coverage,fuzzing,stateful --max-examples 40 --max-time "$seconds" \
        --seed 20260101 --workers 1 --warnings off --suppress-health-check all --continue-on-failure \
        --request-timeout 20 || failed="$failed $who"
done
if grep -q 'panicked' server.log; then
    grep -A 2 'panicked' server.log >&2
    failed="$failed panics"
fi
[ -z "$failed" ] || die "found something:$failed"
say "nothing found"
