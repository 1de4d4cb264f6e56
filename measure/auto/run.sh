#!/usr/bin/env bash
# Measures auto beside the detectors that it is made of, and prints docs/measurements/auto.md.
#
#   measure/auto/run.sh            everything that is not there yet, then the page
#   measure/auto/run.sh --tables   only the page, of what is there
#
# Every class of a run is kept in $RESULTS, in results/SET/DETECTOR/CLASS.json: stop and go on at will. $BLEMISH_DATA is the folder with clouds,
# ../shared by default. SETS (carved-elsewhere carved-elsewhere-hard one-sided whole noise views), DETECTORS (auto deviation imrnet simple3d
# auto-imrnet auto-simple3d: the last two with that companion), CLASSES (built-in objects) and WORKERS choose less. The built-in sets have other
# seeds and objects than those that auto was made on. A class takes about 20 s of processor time with auto and deviation, 70 s with the others.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
data=${BLEMISH_DATA:-../shared}
results=${RESULTS:-${TMPDIR:-/tmp}/auto-results}
mkdir -p "$results"
results=$(cd "$results" && pwd)
tool=$results/blemish
go build -C measure -o "$results/table" ./auto
tables() { cat measure/auto/notes.md; "$results/table" "$results/results"; }
if [ "${1:-}" = --tables ]; then tables; exit; fi
[ -e "$tool" ] || CGO_ENABLED=0 go build -o "$tool" ./cmd/blemish

# make SET FLAGS…: a set of built-in objects.
make() {
  local set=$1
  shift
  if [ ! -d "$results/sets/$set" ]; then
    "$tool" synth --builtin --classes "${CLASSES:-bottle0,jar0,helmet0,bucket0}" --train 4 --sound 4 --per-kind 1 --points 8000-20000 --resume --quiet "$@" \
      -o "$results/sets/$set" >/dev/null
  fi
}
folder() {
  case $1 in
  one-sided) echo "$data/clouds/real/one-sided" ;;
  carved-elsewhere*) echo "$data/clouds/$1" ;;
  whole) make whole --seed 301 ;;&
  noise) make noise --severity hard --noise 0.002 --noise-model scanner --seed 302 ;;&
  views) make views --views 1 --ragged 0.3 --noise 0.0005 --seed 303 ;;&
  *) echo "$results/sets/$1" ;;
  esac
}

for detector in ${DETECTORS:-auto deviation imrnet simple3d auto-imrnet auto-simple3d}; do
  for set in ${SETS:-carved-elsewhere-hard one-sided noise views whole carved-elsewhere}; do
    from=$(folder "$set")
    for class in $(cd "$from" && for d in */; do echo "${d%/}"; done | LC_ALL=C sort); do
      out=$results/results/$set/$detector/$class.json
      if [ -e "$out" ] || [ ! -d "$from/$class/test" ]; then continue; fi
      mkdir -p "$(dirname "$out")"
      echo "$(date +%H:%M:%S) $set $detector $class" >&2
      flags=(--detectors "${detector%%-*}")
      if [ "${detector#auto-}" != "$detector" ]; then flags+=(--set "auto.companions=[${detector#auto-}]"); fi
      "$tool" benchmark --data "$from" --classes "$class" --workers "${WORKERS:-0}" --quiet --json "${flags[@]}" >"$out.new"
      mv "$out.new" "$out"
    done
  done
done
tables
