#!/usr/bin/env bash
# Runs the studies of `blemish ablate` on eight built-in classes and writes docs/measurements/ablations.md and the plots in docs/images.
#
#   measure/ablations/run.sh          the studies that are not there yet, then the page
#   measure/ablations/run.sh --page   only the page, of what is there
#
# Every finished study stays in $RESULTS: stop and go on at will. STUDIES chooses some. An hour and a half of processor time for all of them; to make that
# possible the network learns 200 steps instead of 400, from the built-in weights, has 256 patches instead of 512 and one pass instead of four, and
# the scans stand in one pose, so that nothing hangs on registration; which is why patches, passes and register have studies of their own.
# literal-sampler and literal-mask do those two with the paper's text as written, in a network of the default's size.
set -euo pipefail
cd "$(dirname "$0")/../.."
results=${RESULTS:-${TMPDIR:-/tmp}/ablations}
studies=${STUDIES:-template switches register passes patches features sampler mask literal-sampler readings iterations patch}
classes=bottle0,bowl0,bucket0,cup0,helmet0,microphone0,shelf0,tap0
here=measure/ablations
mkdir -p "$results"

# name STUDY: what `ablate --study` calls it.
name() {
  case $1 in
  register) echo register=true,false ;;
  passes) echo passes=1,2,4 ;;
  patches) echo patches=128,256,512 ;;
  *) echo "${1#literal-}" ;;
  esac
}

pose() { if [ "$1" = register ]; then echo random; else echo fixed; fi; }

settings() {
  case $1 in
  literal-*) echo mode=literal width=96 'embed=[32,64,128,96]' heads=3 encoder_depth=3 decoder_depth=3 batch=1 register=false points=4096 steps=200 ;;
  # All of the default's patches are hidden at once, so that its second iteration would see what its first saw.
  iterations) echo steps=200 patches=256 passes=1 register=false points=4096 mask_ratio=0.4 ;;
  readings) echo width=96 'embed=[32,64,128,96]' heads=3 encoder_depth=3 decoder_depth=3 batch=1 register=false points=4096 steps=200 ;;
  # The built-in weights are for patches of 32.
  patch) echo steps=200 patches=256 passes=1 register=false points=4096 pretrained=none ;;
  passes) echo steps=200 patches=256 register=false points=4096 ;;
  patches) echo steps=200 passes=1 register=false points=4096 ;;
  register) echo steps=200 patches=256 passes=1 points=4096 ;;
  *) echo steps=200 patches=256 passes=1 register=false points=4096 ;;
  esac
}

page() {
  cat $here/notes.md
  for study in switches template register patches passes sampler literal-sampler readings mask literal-mask iterations patch features; do
    local out=$results/$study name s
    name=$(name "$study")
    if [ ! -d "$out" ]; then continue; fi
    printf '\n## %s\n\n    blemish ablate --data %s --study %s' "$study" "$(pose "$study")" "$name"
    for s in $(settings "$study"); do printf ' --set %s' "$s"; done
    printf ' --classes %s -o out\n\n' "$classes"
    name=${name%%=*}
    awk -F, '{gsub(/_/, " "); sub(/^setting/, "'"$name"'"); print "| " $0 " |"} NR == 1 {line = "|"; for (i = 1; i <= NF; i++) line = line "---|"; print line}' OFS=' | ' \
      "$out/$name.csv" | sed 's/,/ | /g'
    cp "$out/$name.png" "docs/images/ablation-$study.png"
    printf '\n![%s](../images/ablation-%s.png)\n' "$study" "$study"
    if [ -e "$here/$study.md" ]; then echo; cat "$here/$study.md"; fi
  done
}

if [ "${1:-}" != --page ]; then
  tool=$results/blemish
  if [ ! -e "$tool" ]; then CGO_ENABLED=0 go build -o "$tool" ./cmd/blemish; fi
  for pose in fixed random; do
    if [ ! -d "$results/$pose" ]; then
      "$tool" synth --builtin --classes "$classes" --pose $pose --points 4000-6000 --train 4 --sound 6 --per-kind 1 --seed 8 --resume \
        --quiet -o "$results/$pose"
    fi
  done
  for study in $studies; do
    if [ -d "$results/$study" ]; then continue; fi
    echo "$(date +%H:%M:%S) $study" >&2
    flags=()
    for s in $(settings "$study"); do flags+=(--set "$s"); done
    "$tool" ablate --data "$results/$(pose "$study")" --study "$(name "$study")" "${flags[@]}" --classes "$classes" --workers "${WORKERS:-1}" --quiet -o "$results/$study" >&2
  done
fi
page >docs/measurements/ablations.md.new
mv docs/measurements/ablations.md.new docs/measurements/ablations.md
