#!/usr/bin/env bash
# Measures blemish synth and writes docs/measurements/synth.md and its pictures:
# the anomaly-shapenet preset on two workers (time, memory), the same bytes on one
# worker, in a second run and in four shards, histograms of the manifest, time a
# cloud against points, partial scans as a picture. Needs GNU time. With --kills,
# scripts/check-resume.sh runs too, which takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CGO_ENABLED=0 go build -o "$dir/blemish" ./cmd/blemish
go build -C measure -o "$dir/measure" ./synth
mkdir -p docs/measurements docs/images

digest() { (cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-16); }
preset() { "$dir/blemish" synth --builtin --preset anomaly-shapenet --quiet "$@"; }

load=$(cut -d' ' -f1 /proc/loadavg)
/usr/bin/time -f '%e %U %S %M' -o "$dir/time" "$dir/blemish" synth --builtin --preset anomaly-shapenet --quiet --workers 2 -o "$dir/two" >/dev/null
read -r wall user system memory <"$dir/time"
preset --workers 2 -o "$dir/again" >/dev/null
preset --workers 1 -o "$dir/one" >/dev/null
for i in 0 1 2 3; do preset --shard $i/4 -o "$dir/shards" >/dev/null; done
preset --resume -o "$dir/shards" >/dev/null
want=$(digest "$dir/two")
same() { [ "$(digest "$dir/$1")" = "$want" ] && echo "same ($want)" || echo "**different**"; }

"$dir/blemish" synth --builtin --classes cup0,helmet0,tap0 --kinds bulge,hole --train 1 --sound 1 --per-kind 1 --points 20000 \
  --pose fixed --views 1 --quiet -o "$dir/views" >/dev/null
"$dir/blemish" render "$dir"/views/*/test/*.pcd --sheet --quiet -o docs/images/synth-views.png

{
  cat <<TEXT
# Making data sets

Made by \`measure/synth/run.sh\`.

## The anomaly-shapenet preset: 1,472 clouds, two workers

| | |
|---|---|
| wall time | $wall s, $(awk "BEGIN{printf \"%.0f\", 1472/$wall}") clouds a second (load of the machine before the run: $load on $(nproc) cores) |
| processor time | $(awk "BEGIN{printf \"%.1f s, %.0f ms a cloud: %.0f clouds a second on two cores of their own\", $user+$system, 1000*($user+$system)/1472, 2*1472/($user+$system)}") |
| largest resident size | $(awk "BEGIN{printf \"%.0f\", $memory/1024}") MB |

Objects, defects, scans, truth files, manifest and syncing to disk included.

## The same bytes

All files of the preset, as one SHA-256, beside a run on two workers:

| | |
|---|---|
| a second run | $(same again) |
| one worker | $(same one) |
| four shards, joined | $(same shards) |

TEXT
  if [ "${1:-}" = --kills ]; then
    echo 'Killed with SIGKILL at random moments and resumed (`scripts/check-resume.sh`):'
    echo
    scripts/check-resume.sh | sed 's/^/    /'
  else
    echo 'Killing and resuming: `scripts/check-resume.sh`.'
  fi
  printf '\n## Shares, sizes and depths\n\nLeast · **median** · most of the preset, medium severity; size and depth as shares of the diagonal of the object. Published: 1 to 10 %% of the points.\n\n'
  "$dir/measure" -manifest "$dir/two" -o docs/images/synth-histograms.png
  printf '\n![shares, sizes and depths](../images/synth-histograms.png)\n\n## Time against points\n\n'
  "$dir/measure" -times -rounds 1 -o docs/images/synth-time.png
  printf '\n![time against points](../images/synth-time.png)\n\n## Partial scans\n\nOne viewpoint (`--views 1`), each drawn from another side than it was taken from: what the scanner did not see is not there. Red: the defect.\n\n![partial scans](../images/synth-views.png)\n'
} >"$dir/synth.md"
mv "$dir/synth.md" docs/measurements/synth.md
