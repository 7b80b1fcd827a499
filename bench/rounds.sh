#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Times of a round's work: a million company answers checked and stored, and the sample bulletin of 2022 in
# every format, each from a cold start of the program.
#
#   bench/rounds.sh SSME [TURNS]
#
# Prints a table and puts it into docs/performance.md.  Nothing else should run meanwhile.
set -eu
ssme=$(realpath "${1:?usage: rounds.sh SSME [TURNS]}")
turns=${2:-5}
here=$(dirname "$(realpath "$0")")
build=$(dirname "$ssme")
work=$build/bench/rounds
rm -rf "$work"
mkdir -p "$work"
[ "$(id -u)" = 0 ] || SUDO=sudo
[ -x /usr/bin/time ] || ${SUDO-} apt-get install -y -qq --no-install-recommends time >/dev/null

SSME_DATA=$work/data
export SSME_DATA
unset SSME_DB

# measured COMMAND...: "wall seconds, processor seconds, resident KiB" of one run.
measured() { /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" >/dev/null 2>&1 && cat "$work/time"; }
# medians NAME COMMAND...: a row of the table over all turns.
medians() {
	name=$1
	shift
	: >"$work/turns"
	for turn in $(seq "$turns"); do measured "$@" >>"$work/turns"; done
	sort -n "$work/turns" | awk -v name="$name" '{ wall[NR] = $1; cpu[NR] = $2 + $3; if ($4 > most) most = $4 }
		END { printf "| %s | %.2f (%.2f–%.2f) | %.2f | %d |\n", name, wall[int((NR + 1) / 2)], wall[1], wall[NR],
			cpu[int((NR + 1) / 2)], most / 1024 }'
}

"$ssme" init --sample >/dev/null 2>&1
{
	echo "| work | wall, s: median (least–most) | processor, s | resident, MB |"
	echo "|---|---|---|---|"
	for format in pdf html xlsx text; do
		medians "bulletin of 2022 as $format" "$ssme" bulletin --round 2022 --format $format -o "$work/b.$format"
	done
	cat >"$work/all.sh" <<-END
		for format in pdf html xlsx text; do
			"$ssme" bulletin --round 2022 --format \$format -o "$work/b.\$format"
		done
	END
	medians "bulletin of 2022 in all four, one after the other" sh "$work/all.sh"
	medians "figures of 2022" "$ssme" figures --round 2022 --format json
} >"$work/table"

# A million rows: the sample's company answers again and again, under other names of companies.
sample=$(find "$build" -name sample -type f -perm -u+x | head -n 1)
"$sample" "$work/sample" "$here/../instruments/ssme" >/dev/null
awk 'NR == 1 { print; next } { row[NR] = $0 }
	END { for (k = 0; n < 1000000; k++) for (i = 2; i <= NR && n < 1000000; i++) {
		split(row[i], part, ","); rest = substr(row[i], length(part[1]) + length(part[2]) + 3)
		printf "%s,%s-%d,%s\n", part[1], part[2], k, rest; n++ } }' "$work/sample/2022/company.csv" >"$work/million.csv"
"$ssme" round open 2030 --instrument ssme@2022.1 --from 2030-07-01 --to 2030-09-30 >/dev/null 2>&1
set -- $(measured "$ssme" import --round 2030 --form company "$work/million.csv")
echo "| import of 1,000,000 company answers, checked and durable | $1 | $(echo "$2 $3" | awk '{ print $1 + $2 }') | $(($4 / 1024)) |" >>"$work/table"
stored=$("$ssme" round show 2030 --format json | sed 's/.*"companies":\([0-9]*\).*/\1/')
[ "$stored" = 1000000 ] || { echo "rounds.sh: $stored answers were stored" >&2; exit 1; }
{
	echo "Measured on $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, $(. /etc/os-release; echo "$PRETTY_NAME"), with"
	echo "\`bench/rounds.sh build/ssme\`; $turns turns. The import is one turn; its file has $(wc -c <"$work/million.csv" | awk '{ printf "%d", $1 / 1e6 }') MB and, being mapped, counts as resident."
	echo
	cat "$work/table"
} >"$work/text"
cat "$work/text"
page=$here/../docs/performance.md
if grep -q 'rounds: begin' "$page"; then
	awk -v text="$work/text" '/<!-- rounds: begin -->/ { print; while ((getline line < text) > 0) print line; skip = 1 }
		/<!-- rounds: end -->/ { skip = 0 } !skip' "$page" >"$work/page" && cat "$work/page" >"$page"
fi
rm -f "$work/million.csv"
