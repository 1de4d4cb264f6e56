#!/bin/sh
# Measures how often and how fast the true pose of a scan is found, and writes the tables to docs/measurements/poses.md.
#
#   measure/poses/run.sh [POSES [DEFECTS]]  POSES scans of each kind of each object, 20 by default; with each kind of defect DEFECTS, by default as many
#
#   TIMES=times.jsonl measure/poses/run.sh times              only the times, one scan of each kind, Open3D interleaved: on an idle machine
#   TIMES=times.jsonl measure/poses/run.sh [POSES [DEFECTS]]  then the poses, on a machine as busy as it may be, a process a core; times come from that file
#
# Every scan that is done is kept in $RESULTS, a file of JSON lines: stop and go on at will. "20" are about 35,000 scans and six hours of one core; "20 5"
# 18,500 scans and three.
# $BLEMISH_DATA is the folder with clouds and meshes, ../shared by default. $PYTHON runs Open3D; empty leaves it out.
set -e
cd "$(dirname "$0")/../.."
poses=${1:-20}
defects=${2:-$poses}
only=
if [ "$poses" = times ]; then
	poses=1
	defects=1
	only=times
	RESULTS=${TIMES:?names the file for the times}
fi
data=${BLEMISH_DATA:-../shared}
results=${RESULTS:-${TMPDIR:-/tmp}/poses.jsonl}
tool=${TMPDIR:-/tmp}/measure-poses
python=${PYTHON-/usr/bin/python3}
out=docs/measurements/poses.md
go build -C measure -o "$tool" ./poses
beside=${python:+"$python measure/poses/peer.py"}
# Open3D does all test clouds, and one scan of each kind of a part of the objects.
"$tool" -data "$data" -set clouds -results "$results" -beside "$beside" 2>>"$results.log"
"$tool" -data "$data" -set meshes,shapes -kinds clean,view1 -poses 1 -shard 1/5 -results "$results" -beside "$beside" 2>>"$results.log"
# scans FLAGS…: everything that is not there yet.
scans() {
	"$tool" -data "$data" -set meshes,shapes -poses "$poses" -defects "$defects" -results "$results" "$@" 2>>"$results.log"
}
if [ -n "$only" ] || [ -z "${TIMES-}" ]; then
	scans
	[ -z "$only" ] || exit 0
else
	# Nobody looks at the clock, and poses do not depend on the number of workers.
	cores=$(getconf _NPROCESSORS_ONLN)
	running=
	for i in $(seq "$cores"); do
		scans -shard "$i/$cores" -workers 1 &
		running="$running $!"
	done
	for p in $running; do wait "$p"; done
fi
{
	cat measure/poses/notes.md
	"$tool" -table -times "${TIMES-}" "$results"
	if "$tool" -data "$data" -results "$results" -picture docs/images/pose-failures.png 2>>"$results.log"; then
		cat measure/poses/picture.md
	fi
} >"$out.new"
mv "$out.new" "$out"
