#!/bin/sh
# Times our matrix products beside OpenBLAS at the shapes of the network, both in turns
# in the same run, and prints a table in Markdown (docs/measurements/engine.md).
#   measure/gemm/run.sh [THREADS, default 1,2] [ROUNDS, default 3] [SECONDS a run, default 0.3]
# Needs python3 and OpenBLAS (Debian: libopenblas0-openmp).
set -eu
cd "$(dirname "$0")/../.."
program=$(mktemp)
trap 'rm -f "$program"' EXIT
CGO_ENABLED=0 go build -C measure -o "$program" ./gemm
# These make OpenBLAS use older kernels than the processor has.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
openmp=/usr/lib/x86_64-linux-gnu/openblas-openmp
if [ -d "$openmp" ]; then export LD_LIBRARY_PATH="$openmp"; fi
"${PYTHON:-python3}" measure/gemm/peer.py "$program" "${1:-1,2}" "${2:-3}" "${3:-0.3}"
