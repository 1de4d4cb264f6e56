#!/usr/bin/env bash
# How much memory and time `predict -o` takes for a batch, with everything that it writes; makes
# docs/measurements/batch.md.
#
#   measure/batch/run.sh [SCANS]         # 1,000 scans by default
#
# 20 scans of a built-in object are linked under SCANS names, for memory depends on how many there
# are and not on what they show; all lie in one pose, which the model knows, so that a thousand take
# less time. BINARY names a program that is built already, WORK a folder that keeps scans, models and
# figures: a row that is there is not measured again. Needs Linux and GNU time; 20 processor minutes
# and 3 GB of disk.
set -euo pipefail
cd "$(dirname "$0")/../.."
scans=${1:-1000} class=tap1
work=${WORK:-$(mktemp -d)}
[ -n "${WORK:-}" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
tool=${BINARY:-$work/blemish}
[ -n "${BINARY:-}" ] || CGO_ENABLED=0 go build -o "$tool" ./cmd/blemish

# row SCANS POINTS DISTINCT [FLAG…]: judges so many scans, of which so many differ, and prints a
# row of the table.
row() {
  local n=$1 points=$2 distinct=$3 i=0 file flags=("${@:4}")
  local set=$work/set$points model=$work/$points.model row=$work/row-$n-$points${4:-}
  if [ ! -f "$row" ]; then
    if [ ! -f "$model" ]; then
      rm -rf "$set"
      "$tool" synth --builtin --classes "$class" --kinds bulge --severity easy --train 3 --sound $((distinct / 2)) \
        --per-kind $((distinct - distinct / 2)) --points "$points" --pose fixed --quiet -o "$set" >/dev/null
      "$tool" train --sound "$set/$class" --set pose=fixed --quiet -o "$model"
    fi
    rm -rf "$work/batch" "$work/out"
    mkdir "$work/batch"
    while [ $i -lt "$n" ]; do
      for file in "$set/$class/test"/*.pcd; do
        [ $i -lt "$n" ] || break
        ln -s "$(realpath "$file")" "$work/batch/scan$(printf %05d $i).pcd"
        i=$((i + 1))
      done
    done
    /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$tool" predict --model "$model" "$work/batch" -o "$work/out" "${flags[@]}" --quiet >/dev/null
    read -r wall user system peak <"$work/time"
    size=$(du -sm "$work/out" | cut -f1)
    page=$(du -k "$work/out/report.html" | cut -f1)
    rm -rf "$work/out" "$work/batch"
    awk "BEGIN{printf \"| %d | %d | %s | %.2f | %.2f | %d MB | %.1f MB | **%d MB** |\n\", $n, $points, \"${flags[*]:-all}\", ($user + $system) / $n, $wall / $n, $size, $page / 1024, $peak / 1024}" >"$row.new"
    mv "$row.new" "$row"
  fi
  cat "$row"
}

# The longest first: where the time is short it is there.
row "$scans" 20000 20 >/dev/null
{
  cat <<TEXT
# A batch of many scans

Made by \`measure/batch/run.sh\`: \`blemish predict --model part.model scans/ -o out\` with two cores,
which other processes used as well: processor time is what to trust. The largest resident memory is that
of the whole process (GNU time). Scans are of the built-in \`$class\`, half of them with a bulge; the model
is the default one of three sound scans of as many points, but for a pose that is known (\`pose=fixed\`).

| scans | points each | written | processor s a scan | wall s a scan | size of the folder | of the page | most memory |
|---|---|---|---|---|---|---|---|
TEXT
  row $((scans / 10)) 20000 20
  row "$scans" 20000 20
  row 20 1000000 4
  row 20 1000000 4 --no-clouds
  cat <<'TEXT'

What stays of a scan is its line in `results.json` and the tables. The page opens at most 60 scans in 3D, the most
telling ones, thinned, and only their points are held; scans after the first 60 cost memory for their lines alone.
With large scans the memory is that of the one that is being judged.
TEXT
} >docs/measurements/batch.md.new
mv docs/measurements/batch.md.new docs/measurements/batch.md
cat docs/measurements/batch.md
