#!/usr/bin/env bash
# Compares our click edge with nginx doing the same: look up one of 1,000 links, answer 302 to its destination
# with an id of the request appended, and keep a log. One core for the server, another for wrk.
# Usage: bench/run.sh [--nginx-only]
# Environment: BENCH_ROUNDS (5), BENCH_SECONDS a measurement (4), BENCH_CONNECTIONS (64), BENCH_SERVER_CORE (0),
# BENCH_CLIENT_CORE (1), MILLRACE_BIN.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"
PATH=$PATH:/usr/sbin:/sbin

links=1000
rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-4}
connections=${BENCH_CONNECTIONS:-64}
server_core=${BENCH_SERVER_CORE:-0}
client_core=${BENCH_CLIENT_CORE:-1}
millrace=${MILLRACE_BIN:-$CARGO_TARGET_DIR/release/millrace}
servers=(millrace nginx)
case ${1:-} in
'') ;;
--nginx-only) servers=(nginx) ;;
*) die "unknown: $1 (only --nginx-only)" ;;
esac

for tool in nginx wrk taskset curl awk; do
    have "$tool" || die "$tool is missing; run scripts/setup.sh bench"
done
[ "${servers[0]}" = nginx ] || [ -x "$millrace" ] || die "$millrace is missing; run make bench"
[ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ] || die "a comparison needs two cores, one for the server and one for the load"

dir=$(mktemp -d /tmp/millrace-bench.XXXXXX)
declare -A pid port
stop() {
    local p
    for p in "${pid[@]}"; do kill "$p" 2>/dev/null || true; done
    for p in "${pid[@]}"; do wait "$p" 2>/dev/null || true; done
    rm -rf "$dir"
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

start_nginx() {
    port[nginx]=$(free_port)
    local i
    for ((i = 0; i < links; i++)); do
        printf '/c/b%04d https://landing.example/?cid=;\n' $i
    done >"$dir/links.map"
    chmod 755 "$dir"
    cat >"$dir/nginx.conf" <<CONF
worker_processes 1;
pid $dir/nginx.pid;
error_log $dir/error.log crit;
events { worker_connections 4096; }
http {
    server_tokens off;
    keepalive_requests 1000000000;
    client_body_temp_path $dir/body; proxy_temp_path $dir/proxy; fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi; scgi_temp_path $dir/scgi;
    map_hash_max_size 8192;
    map_hash_bucket_size 128;
    map \$uri \$destination { include $dir/links.map; }
    access_log $dir/access.log combined buffer=64k flush=1s;
    server {
        listen 127.0.0.1:${port[nginx]} backlog=4096 reuseport;
        location /c/ {
            if (\$destination = "") { return 404; }
            return 302 \$destination\$request_id;
        }
    }
}
CONF
    taskset -c "$server_core" nginx -p "$dir" -c "$dir/nginx.conf" -g 'daemon off;' 2>"$dir/nginx.err" &
    pid[nginx]=$!
}

start_millrace() {
    port[millrace]=$(free_port)
    MILLRACE_HOME=$dir/home taskset -c "$server_core" "$millrace" bench-serve --links "$links" --cores 1 \
        --listen "127.0.0.1:${port[millrace]}" >"$dir/millrace.log" 2>&1 &
    pid[millrace]=$!
}

# Ready, and giving the right kind of answer to the first and the last link.
check() {
    local name=$1 code answer
    for code in b0000 "$(printf 'b%04d' $((links - 1)))"; do
        for _ in $(seq 100); do
            kill -0 "${pid[$name]}" 2>/dev/null || {
                cat "$dir/$name".* >&2
                die "$name did not start"
            }
            answer=$(curl -s -m 2 -o /dev/null -w '%{http_code} %{redirect_url}' \
                "http://127.0.0.1:${port[$name]}/c/$code" || true)
            [[ $answer != "302 http"* ]] || continue 2
            sleep 0.1
        done
        die "$name answered '$answer' to /c/$code"
    done
}

# CPU time of a server and its children so far, in microseconds.
cpu_us() {
    local p files=()
    for p in "$1" $(cat "/proc/$1/task/$1/children"); do files+=("/proc/$p/stat"); done
    sed 's/.*) //' "${files[@]}" | awk -v hz="$(getconf CLK_TCK)" '{ t += $12 + $13 } END { printf "%d", t / hz * 1e6 }'
}

load() { # load SERVER keep-alive|close SECONDS
    taskset -c "$client_core" wrk -t1 -c "$connections" -d "${3}s" -s "$ROOT/bench/clicks.lua" \
        "http://127.0.0.1:${port[$1]}/" -- "$links" "$2" | awk '$1 == "result" { print $2, $3, $4, $5, $6 }'
}

measure() { # one line in results: SERVER LOAD req/s p50 p99 cpu
    local before after requests duration p50 p99 errors
    before=$(cpu_us "${pid[$1]}")
    read -r requests duration p50 p99 errors < <(load "$1" "$2" "$seconds")
    after=$(cpu_us "${pid[$1]}")
    [ "${errors:-1}" = 0 ] || die "$1, $2: ${errors:-no} errors; the numbers mean nothing"
    awk -v s="$1" -v l="$2" -v n="$requests" -v d="$duration" -v a="$p50" -v b="$p99" -v c=$((after - before)) \
        'BEGIN { printf "%s %s %.0f %.3f %.3f %.2f\n", s, l, n / d * 1e6, a / 1000, b / 1000, c / n }' | tee -a "$dir/results" |
        awk '{ printf "  %-9s %-11s %8d req/s   p50 %6.3f ms   p99 %6.3f ms   %6.2f us CPU\n", $1, $2, $3, $4, $5, $6 }'
}

for name in "${servers[@]}"; do "start_$name"; done
for name in "${servers[@]}"; do check "$name"; done
say "$rounds rounds of $seconds s, $connections connections, $links links; server on core $server_core, wrk on core $client_core"
for name in "${servers[@]}"; do
    load "$name" keep-alive 1 >/dev/null
    load "$name" close 1 >/dev/null
done

for ((round = 1; round <= rounds; round++)); do
    echo "round $round"
    order=("${servers[@]}")
    # The one that goes first changes, lest drift of the machine favours one.
    if [ $((round % 2)) = 0 ] && [ ${#servers[@]} = 2 ]; then order=(nginx millrace); fi
    for how in keep-alive close; do
        for name in "${order[@]}"; do measure "$name" "$how"; done
    done
done

echo
echo "median of $rounds          requests/s    p50 ms    p99 ms   CPU us/request"
median() { # median SERVER LOAD COLUMN
    awk -v s="$1" -v l="$2" -v c="$3" '$1 == s && $2 == l { print $c }' "$dir/results" | sort -n |
        awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
for how in keep-alive close; do
    row=()
    for name in "${servers[@]}"; do
        row=()
        for column in 3 4 5 6; do row+=("$(median "$name" "$how" $column)"); done
        printf '%-11s %-9s %12.0f %9.3f %9.3f %16.2f\n' "$how" "$name" "${row[@]}"
        declare "cpu_$name=${row[3]}" "rate_$name=${row[0]}" "tail_$name=${row[2]}"
    done
    if [ ${#servers[@]} = 2 ]; then
        # shellcheck disable=SC2154
        awk -v r="$rate_millrace" -v R="$rate_nginx" -v t="$tail_millrace" -v T="$tail_nginx" -v c="$cpu_millrace" \
            -v C="$cpu_nginx" -v how="$how" \
            'BEGIN { printf "%-11s ratio     %12.2f %9s %9.2f %16.2f\n", how, r / R, "", t / T, c / C }'
    fi
done
echo "(close: one request per connection; ratio: millrace / nginx, so above 1 is better for requests, below 1 for the rest)"
