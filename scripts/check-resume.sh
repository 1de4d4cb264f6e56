#!/usr/bin/env bash
# Kills blemish synth with SIGKILL at random moments, resumes it until it is done,
# and compares every byte with an undisturbed run. First a small set whose runs take
# about a second, over and over, so that beginnings and endings are hit too; then
# the anomaly-shapenet preset.
#   scripts/check-resume.sh [KILLS_OF_THE_SMALL_SET [KILLS_OF_THE_PRESET]]
# Exit code 0: all the same. RANDOM_SEED=n repeats the moments as far as a machine can.
set -euo pipefail
cd "$(dirname "$0")/.."
RANDOM=${RANDOM_SEED:-7}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CGO_ENABLED=0 go build -o "$dir/blemish" ./cmd/blemish

digest() { (cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum); }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# trial NAME KILLS FLAGS…: kills runs and resumes them.
trial() {
  local name=$1 kills=$2 killed=0 finished=0 begun span want pid wait
  shift 2
  begun=$(milliseconds)
  "$dir/blemish" synth "$@" --quiet -o "$dir/$name-whole" >/dev/null
  span=$(($(milliseconds) - begun))
  want=$(digest "$dir/$name-whole")
  while [ "$killed" -lt "$kills" ]; do
    "$dir/blemish" synth "$@" --quiet --resume -o "$dir/$name" >/dev/null 2>"$dir/errors" &
    pid=$!
    # Up to the length of a whole run, so that some are killed in their last moments.
    wait=$((span * (RANDOM * 32768 + RANDOM) / 1073741824))
    sleep "$((wait / 1000)).$(printf %03d $((wait % 1000)))"
    if kill -KILL "$pid" 2>/dev/null; then killed=$((killed + 1)); fi
    if ! wait "$pid" 2>/dev/null && [ -s "$dir/errors" ]; then
      echo "$name: a resumed run failed:"; cat "$dir/errors"; exit 1
    fi
    if [ -d "$dir/$name" ]; then
      finish "$name" "$want" "$@"
      finished=$((finished + 1))
    fi
  done
  finish "$name" "$want" "$@"
  finished=$((finished + 1))
  echo "$name: killed $killed times within $span ms, $finished sets finished after that, each with the bytes of the undisturbed run"
}

# finish NAME WANT FLAGS…: resumes without a kill, compares, and clears away.
finish() {
  local name=$1 want=$2
  shift 2
  "$dir/blemish" synth "$@" --quiet --resume -o "$dir/$name" >/dev/null
  if [ "$(digest "$dir/$name")" != "$want" ]; then
    echo "$name: the bytes differ:"; diff -rq "$dir/$name-whole" "$dir/$name" | head; exit 1
  fi
  if [ -e "$dir/$name.partial" ]; then echo "$name: the working folder has stayed"; exit 1; fi
  rm -rf "${dir:?}/$name"
}

trial small "${1:-60}" --builtin --classes bowl0,cup0 --kinds bulge,hole --train 2 --sound 20 --per-kind 3 --points 1000-2000
trial preset "${2:-20}" --builtin --preset anomaly-shapenet
