#!/bin/sh
# Draws the contact sheets of the defects into docs/images and measures success, size, truth and speed into
# docs/measurements/defects.md.
#
#   measure/defects/run.sh
#
# $BLEMISH_DATA is the folder with the meshes, ../shared by default. CloudCompare and $PYTHON with NumPy (/usr/bin/python3 by
# default) do the comparison of truth. About 10 minutes of processor time.
set -e
cd "$(dirname "$0")/../.."
data=${BLEMISH_DATA:-../shared}
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tool=$work/measure-defects
here=measure/defects
go build -C measure -o "$tool" ./defects
"$tool" -data "$data" -o docs/images sheets
"$tool" -data "$data" table >"$work/table.md"
mkdir "$work/truth"
"$tool" -data "$data" -o "$work/truth" truth
{
	cat $here/notes.md "$work/table.md"
	printf '\n## Truth beside CloudCompare\n\n'
	"$python" $here/peer.py "$work/truth"
	cat $here/truth.md
	printf '\n## Speed\n\n'
	GOMAXPROCS=1 "$tool" -data "$data" speed
} >docs/measurements/defects.md.new
mv docs/measurements/defects.md.new docs/measurements/defects.md
