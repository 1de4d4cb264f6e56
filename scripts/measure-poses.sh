#!/bin/sh
# Measures how often and how fast the true pose of a scan is found, on the clouds
# with known poses and on scans made from meshes, and writes the tables to
# docs/measurements/poses.md. The data are in $BLEMISH_DATA, ../shared by default.
set -e
cd "$(dirname "$0")/.."
data=${BLEMISH_DATA:-../shared}
out=docs/measurements/poses.md
mkdir -p docs/measurements
go build -o "${TMPDIR:-/tmp}/measure-poses" ./scripts/measure-poses
{
	echo '# Poses found'
	echo
	echo 'Made by `scripts/measure-poses.sh`. A pose is right where corresponding sound points are on average'
	echo 'less than 1 % of the diagonal from their true places, or where nearest points are as close as in the'
	echo 'true pose (within 5 %; so the symmetries of an object count). Times are of one scan at a time on all'
	echo 'cores of the machine at hand.'
	echo
	echo '## Test clouds against the union of their class'"'"'s sound clouds, brought together by register.Group'
	echo
	"${TMPDIR:-/tmp}/measure-poses" -data "$data" -set clouds
	echo
	echo '## Scans made from meshes: as they are, with noise of 0.3 % of the diagonal, with a tenth of the'
	echo 'points cut out in one piece, from one side'
	echo
	"${TMPDIR:-/tmp}/measure-poses" -data "$data" -set meshes
} >"$out.new"
mv "$out.new" "$out"
