#!/bin/sh
# Judges depth-camera scans of nine machined parts by their CAD models with a tolerance of 3 mm, and compares the poses found with the
# published ones. The scans are those of the GitHub repository Menthy-Denayer/PCR_CAD_Model_Alignment_Comparison, which states no
# licence: get it yourself, nothing of it is kept here.
#
#   measure/camera/run.sh PATH/TO/ITS/datasets [-only PART]
set -e
data=$1
shift
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -C measure -o "$work/camera" ./camera
"$work/camera" -data "$data" "$@"
