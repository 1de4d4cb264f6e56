#!/bin/sh
# Makes the archives of a release in dist/: for each system the program, shell completion and
# the licences of what is linked in; SHA256SUMS beside them.
#
#   scripts/release.sh                            # Linux, Windows and macOS
#   scripts/release.sh linux/amd64,darwin/arm64   # some of them
#
# DIST names another folder. Needs Go and nothing else; the same sources and the same Go give
# the same bytes.
set -eu
cd "$(dirname "$0")/.."
to="${DIST:-$PWD/dist}"
go run -C tools ./release -from "$PWD" -to "$to" ${1:+-targets "$1"}
