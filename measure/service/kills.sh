#!/bin/sh
# Kills the service 50 times under load and counts what is left of the scans that it had accepted.
#
#   measure/service/kills.sh [-kills 50] [-scans 60]
#
# $WORK is a folder that keeps scans and model. Needs Go. About two minutes.
set -e
exec "$(dirname "$0")/load.sh" -kills 50 -scans 60 -points 2000 "$@"
