#!/bin/sh
# Judges scans by CAD models alone and writes the section "CAD" of docs/measurements/real.md.
#
#   measure/cad/run.sh
#
# $BLEMISH_DATA is the folder with the checking data, ../shared by default. About half an
# hour of processor time.
set -e
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -C measure -o "$work/measure-cad" ./cad
{
	cat measure/cad/notes.md
	"$work/measure-cad" -data "${BLEMISH_DATA:-../shared}"
} >"$work/section.md"
file=docs/measurements/real.md
[ -f $file ] || echo '# Real scans' >$file
# What stands before the section and after it stays; a section that is not there is added.
awk -v section="$work/section.md" '
	/^## / { inside = ($0 == "## CAD") }
	/^## CAD$/ { there = 1; print; while ((getline line < section) > 0) print line; next }
	!inside { print }
	END { if (!there) { print "\n## CAD"; while ((getline line < section) > 0) print line } }
' $file >"$work/real.md"
cp "$work/real.md" $file
