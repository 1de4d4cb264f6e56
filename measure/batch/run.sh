#!/bin/sh
# How much memory predict -o takes for a batch: the peak of its resident memory over N scans of
# a built-in object, and over a tenth of them.
#
#   measure/batch/run.sh                  # 200 scans of 20,000 points
#   SCANS=1000 POINTS=1000000 measure/batch/run.sh
#
# CLASS chooses another object. Needs a /proc (Linux). Scans are made once and linked under N
# names; the scores and clouds beside the report are left out with CLOUDS=--no-clouds, which is
# the default, for they take 100 MB a scan of a million points.
set -eu
cd "$(dirname "$0")/../.."
scans=${SCANS:-200} points=${POINTS:-20000} class=${CLASS:-tap1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/blemish" ./cmd/blemish
"$work/blemish" synth --builtin --classes "$class" --kinds bulge --severity easy --train 3 --sound 3 --per-kind 2 --points "$points" --quiet -o "$work/set"
"$work/blemish" train --sound "$work/set/$class" --quiet -o "$work/part.model"

# peak FOLDER: judges what lies in it and prints the largest resident memory in MB.
peak() {
  "$work/blemish" predict --model "$work/part.model" "$1" -o "$1.out" ${CLOUDS---no-clouds} --quiet >/dev/null &
  pid=$!
  most=0
  while kill -0 $pid 2>/dev/null; do
    now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' /proc/$pid/status 2>/dev/null || true)
    [ "${now:-0}" -gt "$most" ] && most=$now
    sleep 0.2
  done
  wait $pid
  echo $((most / 1024))
}

echo "| scans | points each | peak memory MB |"
echo "|---|---|---|"
for n in $((scans / 10)) "$scans"; do
  mkdir "$work/batch$n"
  i=0
  while [ $i -lt "$n" ]; do
    for file in "$work/set/$class/test"/*.pcd; do
      [ $i -lt "$n" ] || break
      ln -s "$file" "$work/batch$n/scan$(printf %05d $i).pcd"
      i=$((i + 1))
    done
  done
  echo "| $n | $points | $(peak "$work/batch$n") |"
done
