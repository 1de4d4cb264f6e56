#!/bin/sh
# Says how registration copes with scans as scanners make them, on the checking data, and
# prints the page.
#
#   measure/real/run.sh [-only SECTION,SECTION]
#
# $BLEMISH_DATA is the folder with the checking data, ../shared by default.
set -e
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -C measure -o "$work/real" ./real
"$work/real" -data "${BLEMISH_DATA:-../shared}" "$@"
