#!/bin/sh
# Judges scans to which scanners and their users have done something, and prints the section
# "Nuisances" of docs/measurements/real.md.
#
#   measure/nuisance/run.sh [FLAGS]
#
# The flags are in measure/nuisance/main.go.
set -e
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -C measure -o "$work/nuisance" ./nuisance
"$work/nuisance" "$@"
