#!/usr/bin/env bash
# Kills blemish watch with SIGKILL at random moments while files come in, and writes what was
# lost or is there twice to docs/measurements/watch.md: measure/watch/run.sh [KILLS [SEED]], 50
# kills by default, about three minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export CGO_ENABLED=0
go build -o "$dir/blemish" ./cmd/blemish
go build -C measure -o "$dir/kills" ./watch/kills
"$dir/blemish" synth --builtin --classes cup0 --kinds bulge,hole --severity easy --train 3 --sound 4 --per-kind 2 --points 1500 --quiet -o "$dir/set" >/dev/null
"$dir/blemish" train --sound "$dir/set/cup0" --quiet -o "$dir/part.model"
mkdir "$dir/scans"
for f in "$dir"/set/cup0/test/*.pcd; do
  "$dir/blemish" convert "$f" "$dir/scans/$(basename "${f%.pcd}").ply" --encoding ascii --quiet
done
"$dir/kills" -blemish "$dir/blemish" -model "$dir/part.model" -scans "$dir/scans" -dir "$dir/work" -kills "${1:-50}" -seed "${2:-1}" >"$dir/table"
{
  cat <<TEXT
# Watching a folder, with kills

Made by \`measure/watch/run.sh\`. \`blemish watch\` is killed with SIGKILL at random moments, up to 3
seconds after each start, and started again. Meanwhile scans come in every 300 ms: two thirds appear whole, the others grow
in pieces with pauses longer than the settling time, and every fifth comes once more under another
name. After the last kill it runs once to the end. A file is lost if it is in no folder of a
verdict; an entry is one of the history; a report is whole if its document, page, table, picture
and point files can be read. All counts but the first three must be 0.

TEXT
  cat "$dir/table"
} >docs/measurements/watch.md
cat "$dir/table"
