#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The benchmark: 60 formulas by 33 x 3 x 5 groups over a CSV file of 30 columns, against DuckDB and R's
# data.table, two threads each.
#
#   bench/run.sh SSME [ROWS [TURNS]]
#
# Works in bench/ of the build folder and brings what it needs there: packages of R and Node from the
# system, DuckDB from npm. A peer that cannot be had is left out and said so. Prints the tables and puts
# them into docs/performance.md. Nothing else should run meanwhile.
set -eu
ssme=$(realpath "${1:?usage: run.sh SSME [ROWS [TURNS]]}")
rows=${2:-10000000}
turns=${3:-3}
threads=2
duckdb=1.5.6-r.1
here=$(dirname "$(realpath "$0")")
build=$(dirname "$ssme")
work=$build/bench
mkdir -p "$work"
cd "$work"

say() { echo "bench: $*" >&2; }

# --- set-up ---

package() { # COMMAND PACKAGE: installs PACKAGE when COMMAND fails
	eval "$1" >/dev/null 2>&1 && return 0
	say "installing $2"
	# shellcheck disable=SC2086
	{ ${SUDO-} apt-get update -qq || true; ${SUDO-} env DEBIAN_FRONTEND=noninteractive apt-get install \
		-y -qq --no-install-recommends $2; } >setup.log 2>&1 || say "$2 could not be installed"
	eval "$1" >/dev/null 2>&1
}
[ "$(id -u)" = 0 ] || SUDO=sudo
with_r=no with_duckdb=no
package "Rscript -e 'library(data.table)'" "r-base-core r-cran-data.table" && with_r=yes
if package "npm --version" "nodejs npm"; then
	[ -f package.json ] || echo '{ "private": true }' >package.json
	[ -d node_modules/@duckdb/node-api ] || npm install --silent --no-audit --no-fund \
		"@duckdb/node-api@$duckdb" >setup.log 2>&1 || say "DuckDB could not be installed"
	[ -d node_modules/@duckdb/node-api ] && with_duckdb=yes
fi

cflags="-std=gnu17 -O2 -g -D_GNU_SOURCE -ffp-contract=off -I$here/../src"
rooms=
for room in codec frame stat os base; do
	[ ! -f "$build/src/lib$room.a" ] || rooms="$rooms $build/src/lib$room.a"
done
libraries=$(pkg-config --libs libzip expat xlsxwriter jansson zlib libsodium gsl 2>/dev/null || true)
for program in make_csv calc; do
	# shellcheck disable=SC2086
	gcc $cflags "$here/$program.c" -o "$program" -Wl,--start-group $rooms -Wl,--end-group \
		$libraries -lpthread -lm
done
csv=$work/rows-$rows.csv
if [ ! -f "$csv" ]; then
	say "making $csv"
	./make_csv "$rows" >"$csv.part"
	mv "$csv.part" "$csv"
fi
cat "$csv" >/dev/null # into the page cache, for all alike

# --- runs: lines "PROGRAM WHAT SECONDS" into times ---

: >times
keep() { # PROGRAM: from lines "what seconds ..." of standard input
	while read -r what value _; do
		echo "$1 $what $value" >>times
		[ "$what" = version ] || say "$1 $what $value"
	done
}

by="department level sector"
set -- calc "$csv"
while IFS= read -r formula; do
	[ -z "$formula" ] || set -- "$@" "$formula"
done <"$here/formulas.txt"
for name in $by; do set -- "$@" --by "$name"; done

turn=1
while [ "$turn" -le "$turns" ]; do
	say "turn $turn of $turns"
	begin=$(date +%s%N)
	"$ssme" "$@" --threads "$threads" --format json >ssme.json
	end=$(date +%s%N)
	echo "whole $(awk "BEGIN { printf \"%.6f\", ($end - $begin) / 1e9 }")" | keep ssme
	# shellcheck disable=SC2086
	./calc "$csv" "$here/formulas.txt" "$threads" 5 $by >out && keep ssme <out
	if [ "$with_duckdb" = yes ]; then
		for mode in direct load; do
			# shellcheck disable=SC2086
			if node "$here/duckdb.mjs" $mode "$csv" "$here/formulas.txt" "$threads" 3 $by >out
			then keep "duckdb-$mode" <out; else say "DuckDB ($mode) failed"; fi
		done
	fi
	if [ "$with_r" = yes ]; then
		# shellcheck disable=SC2086
		if Rscript "$here/datatable.R" "$csv" "$here/formulas.txt" "$threads" 3 $by >out
		then keep datatable <out; else say "data.table failed"; fi
	fi
	turn=$((turn + 1))
done
sum=$(sed -n 's/.*"value":\([-0-9.eE+]*\),.*/\1/p' ssme.json | awk '{ s += $1 } END { printf "%.17g", s }')
echo "ssme sum $sum" >>times

# --- tables ---

"$here/report.sh" times "$csv" "$ssme" "$rows" "$turns" "$threads" >table.md
cat table.md
doc=$here/../docs/performance.md
if [ -f "$doc" ]; then
	awk -v table=table.md '
		/<!-- bench: begin -->/ { print; while ((getline line < table) > 0) print line; skip = 1; next }
		/<!-- bench: end -->/ { skip = 0 }
		!skip' "$doc" >doc.md
	cat doc.md >"$doc"
	say "docs/performance.md has the new tables"
fi
