#!/usr/bin/env bash
# Measures detectors on scans as scanners make them: whole and one-sided scans to learn from, tests from all around, from one and from two sides, with
# and without noise; prints the tables of docs/measurements/real.md.
#
#   measure/views/run.sh            everything that is not there yet, then the tables
#   measure/views/run.sh --tables   only the tables, of what is there
#
# $RESULTS keeps each set and each result: stop and go on at will. MESHES (16), SEEDS (1 2 3), DETECTORS (deviation imrnet), LEARN (0 6: viewpoints
# of a scan to learn from, 0 is whole), VIEWS (0 1 2) and NOISE (0 0.001) choose less. BUILTIN=1 takes built-in objects (CLASSES) instead of
# $BLEMISH_DATA/meshes. POSE=fixed leaves all clouds in one pose, of which detectors are told nothing. SOUND (3) scans and PER_KIND (1) defective ones of each kind are tested per object.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${BLEMISH_DATA:-../shared}
results=${RESULTS:-${TMPDIR:-/tmp}/views-results}
mkdir -p "$results"
results=$(cd "$results" && pwd)
tool=$results/blemish
[ -e "$tool" ] || CGO_ENABLED=0 go build -o "$tool" ./cmd/blemish
go build -C measure -o "$results/table" ./views
tables() { "$results/table" "$results"; }
if [ "${1:-}" = --tables ]; then tables; exit; fi

# The first closed meshes of each folder but the deliberately broken ones, by name, as measure/imrnet/run.sh takes them.
meshes() {
  awk -F, 'NR > 1 && $1 != "nasty" && $7 == "yes" {print $1 "," $2}' "$data/meshes/MESHES.csv" | LC_ALL=C sort -t, -k1,1 -k2,2 |
    awk -F, '{n[$1]++; order[NR] = $0; rank[NR] = n[$1]} END {for (i = 1; i <= NR; i++) {split(order[i], f, ","); print rank[i], (rank[i] == 1 ? 0 : -n[f[1]]), f[2]}}' |
    LC_ALL=C sort -k1,1n -k2,2n -k3,3 | head -n "${MESHES:-16}" | awk -v d="$data/meshes/" '{print d $3}'
}
objects=(--builtin --classes "${CLASSES:-bottle0,bowl0,cup0,tap0,vase0,shelf0,jar0,headset0}")
if [ -z "${BUILTIN:-}" ]; then objects=(--meshes "$(meshes | paste -sd,)"); fi
for seed in ${SEEDS:-1 2 3}; do
  for learn in ${LEARN:-0 1}; do
    for views in ${VIEWS:-0 1 2}; do
      for noise in ${NOISE:-0 0.001}; do
        name=learn$learn-views$views-noise$noise-seed$seed${POSE:+-$POSE}
        set=$results/sets/$name
        train=4
        extra=(--pose "${POSE:-random}")
        if [ "$learn" != 0 ]; then train=8; extra+=(--train-views "$learn"); fi
        if [ "$noise" != 0 ]; then extra+=(--noise "$noise" --noise-model scanner); fi
        if [ "$views$learn" != 00 ]; then extra+=(--ragged 0.3); fi
        if [ ! -d "$set" ]; then
          "$tool" synth "${objects[@]}" --train $train --sound "${SOUND:-3}" --per-kind "${PER_KIND:-1}" --views "$views" --seed "$seed" "${extra[@]}" --resume --quiet -o "$set" >/dev/null
        fi
        for detector in ${DETECTORS:-deviation imrnet}; do
          out=$results/results/$detector/$name.json
          if [ ! -e "$out" ]; then
            mkdir -p "$(dirname "$out")"
            echo "$(date +%H:%M:%S) $detector $name" >&2
            "$tool" benchmark --data "$set" --detectors "$detector" --seed "$seed" --quiet --json >"$out.new"
            mv "$out.new" "$out"
          fi
        done
      done
    done
  done
done
tables
