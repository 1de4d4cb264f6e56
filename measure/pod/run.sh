#!/bin/sh
# Measures how small a defect the default detector finds on the Stanford bunny, of six one-sided range scans, into
# docs/measurements/pod.md. Every scan is held out in turn.
#
#   measure/pod/run.sh
#
# $BLEMISH_DATA is the folder with the scans, ../shared by default; $WORKERS the cores, all by default; $WORK a folder that is
# kept, so that a stopped run goes on. About ten minutes of processor time.
set -e
cd "$(dirname "$0")/../.."
data=${BLEMISH_DATA:-../shared}/clouds/real/bunny
work=${WORK:-$(mktemp -d)}
[ -n "$WORK" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work/good"
for scan in bun000 bun045 bun090 bun180 bun270 bun315; do cp "$data/$scan.pcd" "$work/good/"; done
go build -o "$work/blemish" ./cmd/blemish
tool="$work/blemish"
[ -f "$work/bunny.model" ] || "$tool" train --sound "$work/good" --unit m --workers "${WORKERS:-0}" --quiet -o "$work/bunny.model"
options="--kinds concavity,hole --sizes 0.004,0.04 --depths 0.001,0.002 --places 12 --levels 5"
rm -rf "$work/out"
begin=$(date +%s)
# shellcheck disable=SC2086
"$tool" pod --model "$work/bunny.model" --sound "$work/good" $options --workers "${WORKERS:-0}" --resume -o "$work/out" >"$work/table.txt"
end=$(date +%s)
{
	cat measure/pod/notes.md
	printf '\n    blemish train --sound good/ --unit m -o bunny.model\n    blemish pod --model bunny.model --sound good/ %s -o out\n\n' "$options"
	sed 's/^/    /; s/ *$//' "$work/table.txt"
	printf '\nWall time of `pod`: %d s; other processes used the cores.\n\n' $((end - begin))
	cat measure/pod/check.md
} >docs/measurements/pod.md.new
mv docs/measurements/pod.md.new docs/measurements/pod.md
