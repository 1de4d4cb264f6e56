#!/bin/sh
# Measures how many scans a minute the service judges beside predict, how long clients wait, and memory.
#
#   measure/service/load.sh [-scans 24] [-points 20000] [-clients 8] [-rounds 3]
#
# $WORK is a folder that keeps scans and model. Needs Go and Linux. About two minutes on two quiet cores.
set -e
cd "$(dirname "$0")/../.."
work=${WORK:-$(mktemp -d)}
[ -n "$WORK" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work"
CGO_ENABLED=0 go build -o "$work/blemish" ./cmd/blemish
go build -C measure -o "$work/measure" ./service
"$work/measure" -tool "$work/blemish" -work "$work" "$@"
