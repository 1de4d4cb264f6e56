#!/usr/bin/env bash
# Times distances and Poisson-disk sampling beside Open3D and SciPy and writes
# docs/measurements/distance.md. Needs a Python that has them: set PYTHON where it is
# not /usr/bin/python3, and the meshes of BLEMISH_DATA.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
CGO_ENABLED=0 go build -C measure -o "$program/distance" ./distance
mkdir -p docs/measurements
OMP_NUM_THREADS=2 "${PYTHON:-/usr/bin/python3}" measure/distance/peer.py \
  "$program/distance" --data "${BLEMISH_DATA:-../shared}" "$@" >"$program/table.md"
cp "$program/table.md" docs/measurements/distance.md
cat docs/measurements/distance.md
