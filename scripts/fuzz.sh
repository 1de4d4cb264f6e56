#!/bin/sh
# Runs every fuzz target of the repository, one after the other.
#   scripts/fuzz.sh [TIME per target, default 30s] [package pattern, default ./...]
# Targets are found by themselves: readers of clouds and meshes, weights, checkpoints,
# models, manifests, plans, recipes. Before a release ten minutes each, two and a half hours:
#   scripts/fuzz.sh 10m
# or some of them: scripts/fuzz.sh 10m ./dataset
# A failing input is kept under the package's testdata/fuzz; commit it with the fix.
set -eu
cd "$(dirname "$0")/.."
time=${1:-30s}
packages=${2:-./...}
workers=${FUZZ_WORKERS:-1}
failed=0
for package in $(go list "$packages"); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "== $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 100x -parallel "$workers" "$package" || failed=1
	done
done
exit $failed
