#!/bin/sh
# Measures what becomes of a wrong scan among sound ones, and of sound scans alone; prints the tables of
# docs/measurements/real.md, section "Learning sets".
#
#   measure/learning/run.sh
#
# CLASSES (comma-separated built-in classes), POINTS, SOUND and SETS choose less or more. A class takes about four minutes of
# processor time.
set -e
cd "$(dirname "$0")/../.."
classes=${CLASSES:-tap1,cup0}
points=${POINTS:-3000}
sound=${SOUND:-4}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -C measure -o "$work/measure-learning" ./learning
"$work/measure-learning" -classes "$classes" -points "$points" -sound "$sound"
"$work/measure-learning" -classes "$classes" -points "$points" -sound "$sound" -sets "${SETS:-4}"
