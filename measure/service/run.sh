#!/bin/sh
# Makes docs/measurements/service.md: load beside predict, and kills.
#
#   measure/service/run.sh
#
# $WORK is a folder that keeps scans and models. About five minutes on two quiet cores.
set -e
cd "$(dirname "$0")/../.."
{
	cat measure/service/notes.md
	printf '\n## Load\n\n    measure/service/load.sh\n\n'
	measure/service/load.sh
	printf '\n## Kills\n\n    measure/service/kills.sh\n\n'
	measure/service/kills.sh
} >docs/measurements/service.md.new
mv docs/measurements/service.md.new docs/measurements/service.md
