#!/bin/sh
# Times a training step and an inference of the neural engine beside PyTorch, both in
# turns in the same run, and prints a table in Markdown (docs/measurements/engine.md).
#   measure/engine/run.sh [--only full|reduced] [ROUNDS, default 3]
# About five minutes for `--only full` on a quiet machine of two cores. Needs python3 with
# PyTorch (Debian: python3-torch, libopenblas0-openmp); PYTHON names another interpreter.
set -eu
cd "$(dirname "$0")/../.."
only=
if [ "${1:-}" = --only ]; then only=$2; shift 2; fi
program=$(mktemp)
trap 'rm -f "$program"' EXIT
CGO_ENABLED=0 go build -C measure -o "$program" ./engine
# These make OpenBLAS, and with it PyTorch, use older kernels than the processor has.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
# Beside PyTorch's own OpenMP threads the pthread build of OpenBLAS is four times slower.
openmp=/usr/lib/x86_64-linux-gnu/openblas-openmp
if [ -d "$openmp" ]; then export LD_LIBRARY_PATH="$openmp"; fi
if [ -z "${PYTHON:-}" ]; then
	PYTHON=python3
	# Another Python in the way may lack Debian's PyTorch.
	if ! python3 -c 'import torch' 2>/dev/null && /usr/bin/python3 -c 'import torch' 2>/dev/null; then PYTHON=/usr/bin/python3; fi
fi
"$PYTHON" -W ignore measure/engine/peer.py "$program" "${1:-3}" "$only"
