#!/bin/sh
# Judges scans to which something has been done that scanners and their users do, on built-in parts, and prints the table of
# docs/measurements/real.md, section "Nuisances"; what went wrong goes to standard error.
#
#   measure/nuisance/run.sh
#
# CLASSES, KINDS (comma-separated), POINTS and DETECTOR choose other scans; LARGE=1 adds scans of a million points. About fifteen
# minutes of processor time.
set -e
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -C measure -o "$work/nuisance" ./nuisance
"$work/nuisance" -classes "${CLASSES:-cup0,tap1,shelf0,headset0,jar0,eraser0}" -kinds "${KINDS:-concavity,broken}" -points "${POINTS:-20000}" \
  -detector "${DETECTOR:-deviation}" ${LARGE:+-large}
