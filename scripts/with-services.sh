#!/usr/bin/env bash
# Runs a command beside a throw-away PostgreSQL and Redis, and removes both afterwards.
# Usage: scripts/with-services.sh COMMAND [ARGUMENT…]
# The command finds DATABASE_URL (superuser `owner`, empty database `millrace`) and TEST_REDIS_URL.
# Everything lives in one folder in /tmp and listens on 127.0.0.1 and unix sockets only; nothing is synced to disk.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ $# -gt 0 ] || die "which command?"

pg=$(pg_bin_dir) || die "PostgreSQL is missing; run scripts/setup.sh test"
have redis-server || die "Redis is missing; run scripts/setup.sh test"
dir=$(mktemp -d /tmp/millrace-test.XXXXXX)
mkdir "$dir/pg" "$dir/redis"

# PostgreSQL refuses to run as root.
as_pg=()
if [ "$(id -u)" = 0 ]; then
    chown nobody "$dir" "$dir/pg"
    if have setpriv; then
        as_pg=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
    elif have runuser; then
        as_pg=(runuser -u nobody --)
    else
        die "running as root, PostgreSQL needs setpriv or runuser to become another user"
    fi
fi

# Stops both services and removes the folder; safe to call twice, from two processes.
clean_up() {
    local pid
    if [ -f "$dir/pg/data/postmaster.pid" ]; then
        "${as_pg[@]}" "$pg/pg_ctl" -D "$dir/pg/data" -m immediate -w -t 10 stop >/dev/null 2>&1 || true
    fi
    if pid=$(cat "$dir/redis/pid" 2>/dev/null) && [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        # It may write once more on its way out.
        for _ in $(seq 50); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null || true
    fi
    # What is left in /tmp is no reason to call the command failed.
    rm -rf "$dir" || { sleep 1; rm -rf "$dir"; } || true
}
child=
interrupted=
trap clean_up EXIT
trap 'interrupted=130; [ -z "$child" ] || kill -INT "$child" 2>/dev/null' INT
trap 'interrupted=143; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM HUP

# Should this script itself be killed, its guardian cleans up.
main=$$
guardian() {
    trap '' INT TERM HUP
    trap - EXIT
    while kill -0 "$main" 2>/dev/null; do sleep 1; done
    [ ! -d "$dir" ] || clean_up
}
(guardian) </dev/null >/dev/null 2>&1 &

free_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(
    umask 077
    echo "$password" >"$dir/pg/password"
    [ ${#as_pg[@]} = 0 ] || chown nobody "$dir/pg/password"
)
(cd "$dir/pg" && "${as_pg[@]}" "$pg/initdb" -D "$dir/pg/data" -U owner --pwfile="$dir/pg/password" --auth=md5 -E UTF8 \
    --locale=C --no-sync >"$dir/initdb.log" 2>&1) || {
    cat "$dir/initdb.log" >&2
    die "initdb failed"
}

pg_port=
for _ in 1 2 3 4 5; do
    port=$(free_port)
    if (cd "$dir/pg" && "${as_pg[@]}" "$pg/pg_ctl" -D "$dir/pg/data" -l "$dir/pg/log" -w -t 30 -o "-k $dir/pg -p $port \
        -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=128MB -c fsync=off \
        -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=1GB -c timezone=UTC -c log_min_messages=error" \
        start >/dev/null 2>&1); then
        pg_port=$port
        break
    fi
done
[ -n "$pg_port" ] || {
    cat "$dir/pg/log" >&2
    die "PostgreSQL did not start"
}
PGPASSWORD=$password "$pg/psql" -q -h 127.0.0.1 -p "$pg_port" -U owner -d postgres -c 'create database millrace'

redis_port=
for _ in 1 2 3 4 5; do
    port=$(free_port)
    (cd "$dir/redis" && exec redis-server --port "$port" --bind 127.0.0.1 --unixsocket "$dir/redis/sock" --save '' \
        --appendonly no --daemonize yes --pidfile "$dir/redis/pid" --logfile "$dir/redis/log" --dir "$dir/redis") >/dev/null
    for _ in $(seq 50); do
        [ -S "$dir/redis/sock" ] && [ -s "$dir/redis/pid" ] && redis_port=$port && break 2
        sleep 0.1
    done
done
[ -n "$redis_port" ] || {
    cat "$dir/redis/log" >&2
    die "Redis did not start"
}

export DATABASE_URL=postgres://owner:$password@127.0.0.1:$pg_port/millrace
export TEST_REDIS_URL=redis://127.0.0.1:$redis_port

# In the background, so that a signal ends it at once; with the terminal's input and its Ctrl-C all the same.
[ -z "$interrupted" ] || exit "$interrupted"
(
    trap - INT TERM HUP EXIT
    exec "$@"
) <&0 &
child=$!
status=0
wait "$child" || status=$?
while kill -0 "$child" 2>/dev/null; do
    status=0
    wait "$child" || status=$?
done
exit "${interrupted:-$status}"
