#!/usr/bin/env bash
# Measures time and memory of the geometry kernels from 1,000 to 10 million points
# (or up to the number given) and writes docs/measurements/scaling.md and its picture.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
CGO_ENABLED=0 go build -C measure -o "$program/kernels" ./kernels
"$program/kernels" scaling "${1:-10000000}" docs/measurements/scaling.md docs/images/scaling.png
