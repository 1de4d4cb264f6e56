#!/usr/bin/env bash
# Kills `blemish train` and `blemish pretrain` with SIGKILL at random moments, resumes them until they are done, and compares every byte with an undisturbed
# run on another number of workers. A run that is done before the kill is started anew, so that beginnings and endings are hit too.
#   scripts/check-resume-training.sh [KILLS [pretrain]]     of each command, 20 by default; or of pretrain alone
# Then the disk: a checkpoint that does not fit must be an error that names the file, and the last good checkpoint must still be there to resume from. That part
# mounts a small tmpfs and is left out, with a message, where that is not allowed.
# Exit code 0: all the same. RANDOM_SEED=n repeats the moments as far as a machine can.
set -euo pipefail
cd "$(dirname "$0")/.."
RANDOM=${RANDOM_SEED:-7}
dir=$(mktemp -d)
trap 'umount "$dir/small" 2>/dev/null || true; rm -rf "$dir"' EXIT
CGO_ENABLED=0 go build -o "$dir/blemish" ./cmd/blemish
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# trial NAME KILLS COMMAND…: the command gets -o; its files are compared.
trial() {
  local name=$1 kills=$2 killed=0 finished=0 kept=0 begun span pid wait
  shift 2
  mkdir "$dir/$name-whole" "$dir/$name"
  begun=$(milliseconds)
  "$dir/blemish" "$@" --quiet --workers 1 -o "$dir/$name-whole/out" >/dev/null
  span=$(($(milliseconds) - begun))
  finish() {
    "$dir/blemish" "$@" --quiet --workers 2 --checkpoint-every 100ms --resume -o "$dir/$name/out" >/dev/null
    # A kill within a write leaves its temporary file, whose name begins with a point; it is never read.
    if ! diff -r -x '.*' "$dir/$name-whole" "$dir/$name"; then echo "$name: the bytes differ"; exit 1; fi
    rm -r "$dir/$name"; mkdir "$dir/$name"
    finished=$((finished + 1))
  }
  while [ "$killed" -lt "$kills" ]; do
    "$dir/blemish" "$@" --quiet --workers 2 --checkpoint-every 100ms --resume -o "$dir/$name/out" >/dev/null 2>"$dir/errors" &
    pid=$!
    wait=$((span * (RANDOM * 32768 + RANDOM) / 1073741824))
    sleep "$((wait / 1000)).$(printf %03d $((wait % 1000)))"
    if kill -KILL "$pid" 2>/dev/null; then killed=$((killed + 1)); fi
    if ! wait "$pid" 2>/dev/null && [ -s "$dir/errors" ]; then
      echo "$name: a resumed run failed:"; cat "$dir/errors"; exit 1
    fi
    if [ -e "$dir/$name/out.checkpoint" ]; then kept=$((kept + 1)); fi
    if [ -e "$dir/$name/out" ] && [ ! -e "$dir/$name/out.checkpoint" ]; then finish "$@"; fi
  done
  finish "$@"
  if [ "$kept" = 0 ]; then echo "$name: no kill left a checkpoint; nothing was resumed"; exit 1; fi
  echo "$name: killed $killed times within $span ms, $kept times with a checkpoint to go on from; $finished runs finished after that, each with the bytes of the undisturbed run"
}

small=(--set 'width=32' --set 'embed=[16,16,32,32]' --set heads=2 --set encoder_depth=1 --set decoder_depth=2 --set patches=64 --set reference=64 --set patch_size=16 --set points=1000)
"$dir/blemish" synth --builtin --classes cup0 --train 2 --sound 0 --kinds bulge --per-kind 1 --points 2000 --pose fixed --quiet -o "$dir/data" >/dev/null
train=(train --sound "$dir/data/cup0" --detector imrnet "${small[@]}" --set register=false --set pretrained=none)
if [ "${2:-}" != pretrain ]; then trial train "${1:-20}" "${train[@]}" --set steps=600; fi
trial pretrain "${1:-20}" pretrain "${small[@]}" --set steps=200 --set batch=1 --held-out 1

# A disk that gets full.
mkdir "$dir/small"
if ! mount -t tmpfs -o size=1500k tmpfs "$dir/small" 2>/dev/null; then
  echo "disk: not checked, a small file system cannot be mounted here"; exit 0
fi
"$dir/blemish" "${train[@]}" --set steps=600 --quiet -o "$dir/disk-whole"
# The first checkpoint fits; then the disk is filled up.
"$dir/blemish" "${train[@]}" --set steps=600 --quiet --checkpoint-every 100ms -o "$dir/small/out" 2>"$dir/errors" &
pid=$!
while [ ! -e "$dir/small/out.checkpoint" ]; do sleep 0.01; done
head -c 4m /dev/zero >"$dir/small/fill" 2>/dev/null || true
if wait "$pid"; then echo "disk: the run did not notice that the disk was full"; exit 1; fi
echo "disk: $(cat "$dir/errors")"
grep -q 'out.checkpoint.*no space left on device' "$dir/errors"
if [ "$(ls "$dir/small" | paste -sd' ')" != "fill out.checkpoint" ]; then echo "disk: it holds $(ls "$dir/small")"; exit 1; fi
rm "$dir/small/fill"
"$dir/blemish" "${train[@]}" --set steps=600 --quiet --resume -o "$dir/small/out"
cmp "$dir/disk-whole" "$dir/small/out"
echo "disk: the last good checkpoint was intact, and the run went on from it to the same bytes"
