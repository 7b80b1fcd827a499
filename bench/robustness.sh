#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The benchmark of drawn scores: 1,000 clusters of 60 items, 100,000 draws, two threads, against the
# same in vectorised R (one run).
#
#   bench/robustness.sh SSME [CLUSTERS [DRAWS [TURNS]]]
#
# Works in bench/ of the build folder; prints a table and puts it into docs/performance.md.  Nothing
# else should run meanwhile.
set -eu
ssme=$(realpath "${1:?usage: robustness.sh SSME [CLUSTERS [DRAWS [TURNS]]]}")
clusters=${2:-1000}
draws=${3:-100000}
turns=${4:-5}
here=$(dirname "$(realpath "$0")")
build=$(dirname "$ssme")
work=$build/bench
mkdir -p "$work"

rooms=
for room in score fact response instrument codec frame stat os base; do
	rooms="$rooms $build/src/lib$room.a"
done
libraries=$(pkg-config --libs libzip expat xlsxwriter zlib libsodium gsl 2>/dev/null || true)
# shellcheck disable=SC2086
gcc -std=gnu17 -O2 -g -D_GNU_SOURCE -ffp-contract=off -I"$here/../src" "$here/robustness.c" \
	-o "$work/robustness" -Wl,--start-group $rooms -Wl,--end-group $libraries -lgmp -lpthread -lm
"$work/robustness" "$clusters" "$draws" "$turns" "$work/points.csv" "$work/shares.csv" >"$work/robustness.txt"
r=
if command -v Rscript >/dev/null; then
	r=$(Rscript "$here/robustness.R" "$work/points.csv" "$draws" "$work/shares.csv")
fi
{
	echo "$clusters clusters, 60 items of 0 to 5 points, $draws draws, half of them geometric; two threads;"
	echo "$turns turns on $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors, with \`bench/robustness.sh build/ssme\`."
	echo
	echo "| work | wall, s: median (least–most) | processor, s |"
	echo "|---|---|---|"
	awk -F'\t' '{ printf "| %s | %.2f (%.2f–%.2f) | %.2f |\n", $1, $2, $3, $4, $5 }' "$work/robustness.txt"
	if [ -n "$r" ]; then
		echo "$r" | awk -v ours="$(head -1 "$work/robustness.txt" | cut -f2)" '{
			printf "| levels alone in vectorised R %s, one run | %.2f, %.0f times | |\n", version, $1, $1 / ours
			printf "\nThe shares of the two agree to %.4f.\n", $2 }' version="$(Rscript -e 'cat(paste(R.version$major, R.version$minor, sep = "."))')"
	fi
} >"$work/robustness.md"
cat "$work/robustness.md"
page=$here/../docs/performance.md
if grep -q '^<!-- robustness: begin -->$' "$page"; then
	awk -v table="$work/robustness.md" '
		/^<!-- robustness: begin -->$/ { print; while ((getline line < table) > 0) print line; skip = 1; next }
		/^<!-- robustness: end -->$/ { skip = 0 }
		!skip { print }' "$page" >"$work/performance.md"
	cp "$work/performance.md" "$page"
fi
