#!/bin/sh
# Holds what `blemish pod` promises against defects that are carved into the mesh and scanned anew: the table of
# measure/pod/check.md, which measure/pod/run.sh takes into docs/measurements/pod.md.
#
#   measure/pod/check.sh [MESH…]
#
# Meshes are names in $BLEMISH_DATA/meshes/mech, ../shared by default; $WORKERS the cores, all by default.
set -e
cd "$(dirname "$0")/../.."
data=$(cd "${BLEMISH_DATA:-../shared}/meshes/mech" && pwd)
[ $# -gt 0 ] || set -- angle_block.stl stopper_wing.stl servo_plate.stl spanner.obj
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/blemish" ./cmd/blemish
(cd measure && go build -o "$work/check" ./pod)
for mesh; do
	shift
	set -- "$@" "$data/$mesh"
done
"$work/check" -tool "$work/blemish" -work "$work" -workers "${WORKERS:-0}" "$@"
