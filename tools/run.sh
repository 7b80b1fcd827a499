#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A look around: a fresh data folder with the sample rounds, and the bulletin of 2022 in every
# format and both languages.  run.sh BUILD, the folder that holds the binary.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
data=$build/demo-data
out=$build/bulletin
[ -x "$build/ssme" ] || { echo "run.sh: $build/ssme is not built" >&2; exit 1; }
rm -rf "$data" "$out"
mkdir -p "$out"

"$build/ssme" --data "$data" init --sample
for lang in es en; do
	for format in html pdf xlsx text; do
		case $format in text) end=txt ;; *) end=$format ;; esac
		"$build/ssme" --data "$data" bulletin --round 2022 --lang "$lang" --format "$format" \
			-o "$out/bulletin-2022-$lang.$end"
	done
done
echo
echo "El boletín de 2022 está en $out (the 2022 bulletin is in $out):"
ls -l "$out" | awk 'NR > 1 { printf "  %8d  %s\n", $5, $NF }'
echo "Los datos de muestra están en $data (the sample data are in $data). Por ejemplo (try):"
echo "  $build/ssme --data $data figures --round 2022"
echo "  $build/ssme --data $data explain F16@2022"
