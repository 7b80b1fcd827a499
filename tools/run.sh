#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A look around: a fresh data folder with the sample rounds, the bulletin of 2022 in every format
# and both languages, and the own report of one cluster.  run.sh BUILD, the folder of the binary.
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
	for format in html pdf; do
		"$build/ssme" --data "$data" report --round 2022 --cluster C037 --lang "$lang" --format "$format" \
			-o "$out/report-2022-C037-$lang.$format"
	done
done
echo
echo "El boletín de 2022 y el informe de un clúster están en $out"
echo "(the 2022 bulletin and a cluster's report are in $out):"
ls -l "$out" | awk 'NR > 1 { printf "  %8d  %s\n", $5, $NF }'
echo "Los datos de muestra están en $data (the sample data are in $data). Por ejemplo (try):"
echo "  $build/ssme --data $data figures --round 2022"
echo "  $build/ssme --data $data explain F16@2022"
echo "  $build/ssme --data $data robustness --round 2022"
echo "  $build/ssme --data $data compare 2020 2022"
echo "  $build/ssme --data $data verify $out/bulletin-2022-es.pdf"
