#!/usr/bin/env bash
# Measures imrnet and deviation, with three seeds, on a set carved into 16 meshes and on the two sets carved elsewhere, and prints
# docs/measurements/quality.md.
#
#   measure/imrnet/run.sh            everything that is not there yet, then the page
#   measure/imrnet/run.sh --tables   only the page, of what is there
#
# Every class of a run is kept in $RESULTS, in results/SET/MODE/SEED/CLASS.json: stop and go on at will. $BLEMISH_DATA is the folder with clouds and
# meshes, ../shared by default. SETS, MODES, SEEDS and WORKERS choose less. A class takes about 70 s of processor time with imrnet, 30 with deviation:
# three to four hours in all for 30 classes and three seeds; SEEDS=1 goes first. Modes:
#   imrnet         the defaults
#   deviation      the distance to aligned sound scans
#   literal-small  the paper's text as written, in a network of the default's size (width 96, 3 + 3 blocks)
#   literal        the paper's text as written at the paper's size (29 million parameters). A step of four clouds takes 1.85 s on one core, so a
#                  class takes ten minutes and all 16 take nearly three hours: only every fourth class of the mesh set is done, seed 1 alone, which
#                  takes about 40 minutes. LITERAL_CLASSES=16 does all. It comes last.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${BLEMISH_DATA:-../shared}
results=${RESULTS:-${TMPDIR:-/tmp}/imrnet-results}
workers=${WORKERS:-1}
modes=${MODES:-imrnet deviation literal-small literal}
literal_classes=${LITERAL_CLASSES:-4}
mkdir -p "$results"
results=$(cd "$results" && pwd)
tool=$results/blemish
go build -C measure -o "$results/table" ./imrnet
tables() { cat measure/imrnet/notes.md; "$results/table" "$results/results"; }
if [ "${1:-}" = --tables ]; then tables; exit; fi

# Results of other weights or settings must not be mixed.
if [ ! -e "$tool" ]; then CGO_ENABLED=0 go build -o "$tool" ./cmd/blemish; sha256sum <pointmae/pretrained/built-in.safetensors >"$results/weights"; fi
if [ "$(sha256sum <pointmae/pretrained/built-in.safetensors)" != "$(cat "$results/weights")" ]; then
  echo "$results holds results of other built-in weights; give an empty RESULTS" >&2; exit 1
fi

# The mesh set: closed meshes of all folders but the deliberately broken ones, by name: the first of each folder, then the second of the folders with
# the most, until there are 16. Nobody looked at results for it.
meshes() {
  awk -F, 'NR > 1 && $1 != "nasty" && $7 == "yes" {print $1 "," $2}' "$data/meshes/MESHES.csv" | LC_ALL=C sort -t, -k1,1 -k2,2 |
    awk -F, '{n[$1]++; order[NR] = $0; rank[NR] = n[$1]} END {for (i = 1; i <= NR; i++) {split(order[i], f, ","); print rank[i], (rank[i] == 1 ? 0 : -n[f[1]]), f[2]}}' |
    LC_ALL=C sort -k1,1n -k2,2n -k3,3 | head -n 16 | awk -v d="$data/meshes/" '{print d $3}'
}
if [ ! -d "$results/meshes" ]; then
  "$tool" synth --meshes "$(meshes | paste -sd,)" --train 4 --sound 15 --per-kind 2 --seed 16 --resume --quiet -o "$results/meshes"
fi

folder() { case $1 in meshes) echo "$results/meshes" ;; *) echo "$data/clouds/$1" ;; esac; }
classes() { (cd "$(folder "$1")" && for d in */; do echo "${d%/}"; done | LC_ALL=C sort); }

# one SET MODE SEED CLASS FLAGS…: one class of a run, unless it is there.
one() {
  local set=$1 mode=$2 seed=$3 class=$4 out
  shift 4
  out=$results/results/$set/$mode/$seed/$class.json
  if [ -e "$out" ]; then return; fi
  mkdir -p "$(dirname "$out")"
  echo "$(date +%H:%M:%S) $set $mode seed $seed $class" >&2
  "$tool" benchmark --data "$(folder "$set")" --classes "$class" --seed "$seed" --workers "$workers" --quiet --json "$@" >"$out.new"
  mv "$out.new" "$out"
}

# run SET MODE SEED
run() {
  local class
  for class in $(classes "$1"); do
    case $2 in
    imrnet | deviation) one "$1" "$2" "$3" "$class" --detectors "$2" ;;
    literal-small)
      one "$1" "$2" "$3" "$class" --detectors imrnet --set imrnet.mode=literal --set imrnet.width=96 --set 'imrnet.embed=[32,64,128,96]' \
        --set imrnet.heads=3 --set imrnet.encoder_depth=3 --set imrnet.decoder_depth=3 ;;
    esac
  done
}

for seed in ${SEEDS:-1 2 3}; do
  for mode in $modes; do
    for set in ${SETS:-meshes carved-elsewhere carved-elsewhere-hard}; do run "$set" "$mode" "$seed"; done
  done
done
case " $modes " in *" literal "*)
  for class in $(classes meshes | awk -v n="$literal_classes" '{a[NR] = $0} END {for (i = 0; i < n && i < NR; i++) print a[1 + int(i * NR / n)]}'); do
    one meshes literal 1 "$class" --detectors imrnet --set imrnet.mode=literal
  done ;;
esac
tables
