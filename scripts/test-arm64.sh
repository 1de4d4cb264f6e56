#!/bin/sh
# Runs the tests of the numerical packages as arm64 programs, under QEMU's user mode.
#   scripts/test-arm64.sh [PACKAGES, default those with kernels or geometry]
# Needs qemu-aarch64 (Debian: qemu-user). Tests that PyTorch or Open3D made fixtures for
# read them here too, so this compares arm64 with them and not only with itself.
set -eu
cd "$(dirname "$0")/.."
command -v qemu-aarch64 >/dev/null || { echo "skipped: qemu-aarch64 is not installed (Debian: apt-get install qemu-user)"; exit 0; }
if [ $# = 0 ]; then set -- ./geom ./tensor ./nn ./weights ./pointmae ./spatial ./feature ./seed; fi
# TestCrowdsStayLinear bounds seconds, which emulation does not keep.
GOARCH=arm64 CGO_ENABLED=0 go test -short -count=1 -timeout 30m -skip '^TestCrowdsStayLinear$' -exec qemu-aarch64 "$@"
