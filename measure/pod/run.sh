#!/bin/sh
# Measures how small a defect the default detector finds on the Stanford bunny, of 3, 5, 6 and 7 one-sided range scans, into
# docs/measurements/pod.md. Every scan is held out in turn.
#
#   measure/pod/run.sh
#
# $BLEMISH_DATA is the folder with the scans, ../shared by default; $WORKERS the cores, all by default; $WORK a folder that is
# kept, so that a stopped run goes on. About half an hour of processor time.
set -e
cd "$(dirname "$0")/../.."
data=${BLEMISH_DATA:-../shared}/clouds/real/bunny
work=${WORK:-$(mktemp -d)}
[ -n "$WORK" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
go build -o "$work/blemish" ./cmd/blemish
tool="$work/blemish"
options="--kinds concavity,hole --sizes 0.004,0.04 --depths 0.001,0.002 --places 12 --levels 5"

# study COUNT SCAN…: what a model of these scans finds.
study() {
	of="$work/$1"
	shift
	[ ! -e "$of/table.txt" ] || return 0
	rm -rf "$of/good" "$of/out"
	mkdir -p "$of/good"
	for scan; do cp "$data/$scan.pcd" "$of/good/"; done
	[ -f "$of/bunny.model" ] || "$tool" train --sound "$of/good" --unit m --workers "${WORKERS:-0}" --quiet -o "$of/bunny.model"
	begin=$(date +%s)
	# shellcheck disable=SC2086
	"$tool" pod --model "$of/bunny.model" --sound "$of/good" $options --workers "${WORKERS:-0}" --resume -o "$of/out" >"$of/table.new"
	echo "Wall time of \`pod\`: $(($(date +%s) - begin)) s." >"$of/time"
	mv "$of/table.new" "$of/table.txt"
}
study 6 bun000 bun045 bun090 bun180 bun270 bun315
study 3 bun000 bun045 bun315
study 7 bun000 bun045 bun090 bun180 bun270 bun315 top2
study 5 bun000 bun045 bun090 bun180 bun315
{
	cat measure/pod/notes.md
	printf '\n    blemish train --sound good/ --unit m -o bunny.model\n    blemish pod --model bunny.model --sound good/ %s -o out\n' "$options"
	for count in 3 5 6 7; do
		printf '\n**%s scans.** ' "$count"
		cat "$work/$count/time"
		echo
		sed 's/^/    /; s/ *$//' "$work/$count/table.txt"
	done
	echo
	cat measure/pod/check.md
} >docs/measurements/pod.md.new
mv docs/measurements/pod.md.new docs/measurements/pod.md
