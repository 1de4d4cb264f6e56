#!/bin/sh
# Holds what `blemish pod` promises against defects that are carved into the mesh and scanned anew: the table of
# measure/pod/check.md, which measure/pod/run.sh takes into docs/measurements/pod.md.
#
#   measure/pod/check.sh [MESH…]
#
# Meshes are names in $BLEMISH_DATA/meshes/mech, ../shared by default; $WORKERS the cores, all by default; $WORK a folder that is
# kept, so that a stopped run goes on; $SIZES other sizes, such as "-least 0.008 -most 0.08 -deep 0.005". Two minutes of processor time a mesh.
set -e
cd "$(dirname "$0")/../.."
data=$(cd "${BLEMISH_DATA:-../shared}/meshes/mech" && pwd)
[ $# -gt 0 ] || set -- angle_block.stl stopper_wing.stl servo_plate.stl spanner.obj
work=${WORK:-$(mktemp -d)}
[ -n "$WORK" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
go build -o "$work/blemish" ./cmd/blemish
(cd measure && go build -o "$work/check" ./pod)
for mesh; do
	shift
	set -- "$@" "$data/$mesh"
done
# shellcheck disable=SC2086
"$work/check" $SIZES -tool "$work/blemish" -work "$work" -workers "${WORKERS:-0}" "$@"
