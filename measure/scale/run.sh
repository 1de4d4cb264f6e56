#!/usr/bin/env bash
# Measures how much 1, 2 and 4 worker processes do on this machine, and what the queue itself
# takes, and writes docs/measurements/scale.md: measure/scale/run.sh [SCANS], 48 scans by
# default, some minutes. Needs GNU time.
set -euo pipefail
cd "$(dirname "$0")/../.."
scans=${1:-48}
dir=$(mktemp -d)
workers=()
cleanup() {
  for pid in "${workers[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$dir"
}
trap cleanup EXIT
export CGO_ENABLED=0
go build -o "$dir/blemish" ./cmd/blemish
go build -C measure -o "$dir/queue" ./scale
"$dir/blemish" synth --builtin --classes cup0 --kinds bulge,hole --train 3 --sound $((scans / 2)) --per-kind $((scans / 4)) --points 8000 --quiet -o "$dir/set" >/dev/null
"$dir/blemish" train --sound "$dir/set/cup0" --quiet -o "$dir/part.model"
count=$(find "$dir/set/cup0/test" -name '*.pcd' | wc -l)

# by N: seconds, processor seconds of workers and of predict, for all scans with N workers.
by() {
  local data="$dir/data$1" pids=() begun used=0
  for _ in $(seq "$1"); do
    "$dir/blemish" work --data "$data" --workers 1 --quiet &
    pids+=($!)
  done
  workers=("${pids[@]}")
  until [ -f "$data/queue/address.json" ]; do sleep 0.1; done
  sleep 2
  before=$(ticks "${pids[@]}")
  begun=$(date +%s.%N)
  "$dir/blemish" predict --model "$dir/part.model" "$dir/set/cup0/test" --jobs "$data" --quiet >"$dir/table$1"
  wall=$(awk "BEGIN{print $(date +%s.%N) - $begun}")
  used=$(($(ticks "${pids[@]}") - before))
  kill "${pids[@]}"
  wait "${pids[@]}" 2>/dev/null || true
  workers=()
  awk "BEGIN{printf \"| %d worker processes | %.2f | %.2f | %.0f %% |\n\", $1, $count / $wall, $used / $(getconf CLK_TCK) / $count, 100 * $used / $(getconf CLK_TCK) / $wall}"
}

# ticks of processor time that processes have used so far.
ticks() {
  local sum=0 user system
  for pid in "$@"; do
    read -r user system < <(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f12,13)
    sum=$((sum + user + system))
  done
  echo "$sum"
}

load=$(cut -d' ' -f1 /proc/loadavg)
/usr/bin/time -f '%e %U %S' -o "$dir/time" "$dir/blemish" predict --model "$dir/part.model" "$dir/set/cup0/test" --workers 1 --quiet >"$dir/table0"
read -r wall user system <"$dir/time"
{
  cat <<TEXT
# Many workers

Made by \`measure/scale/run.sh\`. $count scans of 8,000 points, judged on $(nproc) cores that other
programs used as well (load before the run: $load). Workers have one core each (\`--workers 1\`);
\`predict\` alone writes no folder for each scan, workers do, with report, picture and point files.

| | scans a second | processor seconds a scan | processor time got |
|---|---|---|---|
TEXT
  awk "BEGIN{printf \"| \`predict --workers 1\`, no queue | %.2f | %.2f | %.0f %% |\n\", $count / $wall, ($user + $system) / $count, 100 * ($user + $system) / $wall}"
  for n in 1 2 4; do by $n; done
  for n in 1 2 4; do
    cmp -s "$dir/table0" "$dir/table$n" && echo "$n" >>"$dir/same"
  done
  echo
  echo "Verdicts, scores and regions are those of \`predict\` with $(paste -sd, "$dir/same" | sed 's/,/, /g') workers."
  cat <<TEXT

## The queue alone

Jobs that cost nothing: what is left as the limit with enough workers. One process with the queue,
in a folder on the local disk; every step is synced to the disk.

| | |
|---|---|
TEXT
  "$dir/queue"
} >"$dir/scale.md"
mv "$dir/scale.md" docs/measurements/scale.md
cat docs/measurements/scale.md
