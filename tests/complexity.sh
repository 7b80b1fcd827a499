#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The longest and the most complex functions, to be read by people; nothing is enforced.
# complexity.sh [ROOT]
set -eu
cd "${1:-$(dirname "$0")/..}"
command -v pmccabe >/dev/null || { echo "complexity: pmccabe is missing" >&2; exit 2; }

# pmccabe: complexity, statements, first line, lines, place, name.
find src tools -name '*.c' ! -name '*_test.c' -exec pmccabe {} + 2>/dev/null |
	awk '{ file = $6; sub(/\(.*/, "", file); print $1, $5, file, $7 }' | {
	all=$(cat)
	echo "$all" | sort -n -k2,2 | awk '{ lines[NR] = $2 }
		END { if (NR) printf "%d functions; lines: median %d, ninetieth percentile %d, longest %d\n",
			NR, lines[int((NR + 1) / 2)], lines[int((9 * NR + 9) / 10)], lines[NR] }'
	echo "complexity lines function"
	{ echo "$all" | sort -rn -k1,1 | head -12; echo "$all" | sort -rn -k2,2 | head -12; } |
		sort -u | sort -rn | awk '{ printf "%10d %5d %s %s\n", $1, $2, $3, $4 }'
}
