#!/bin/sh
# Kills the service 50 times under load and counts what is left of the scans that it had accepted;
# then kills the workers that judge for serve and predict as often, and compares what comes out with
# what comes out without kills.
#
#   measure/service/kills.sh [-kills 50] [-scans 60]
#
# $WORK is a folder that keeps scans and model. Needs Go. About ten minutes.
set -e
dir=$(dirname "$0")
"$dir/load.sh" -kills 50 -scans 60 -points 2000 "$@"
echo
exec "$dir/load.sh" -workers -easy -kills 50 -scans 24 -points 1500 "$@"
