#!/usr/bin/env bash
# Times the geometry kernels beside Open3D, SciPy, scikit-learn and PyTorch and
# writes docs/measurements/kernels.md. Needs a Python that has them: set PYTHON where
# it is not /usr/bin/python3. Clouds come from the meshes of BLEMISH_DATA where there
# are any, else from a built-in surface. With arguments (--only, --sizes, --rounds …,
# see measure/kernels/peer.py) it only prints.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
CGO_ENABLED=0 go build -C measure -o "$program/kernels" ./kernels
mkdir -p docs/measurements
# BLAS settings that an environment may carry would slow the others down.
env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OMP_NUM_THREADS=2 "${PYTHON:-/usr/bin/python3}" measure/kernels/peer.py \
  "$program/kernels" --data "${BLEMISH_DATA:-../shared}" "$@" | tee "$program/table.md"
[ $# -gt 0 ] || cat "$program/table.md" measure/kernels/kernels-notes.md >docs/measurements/kernels.md
