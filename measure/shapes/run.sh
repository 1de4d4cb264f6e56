#!/bin/sh
# Draws the built-in classes as a contact sheet and prints how long they take to build.
#
#   measure/shapes/run.sh -o docs/images/shapes.png
#
# The other flags are in measure/shapes/main.go.
set -e
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -C measure -o "$work/shapes" ./shapes
"$work/shapes" "$@"
