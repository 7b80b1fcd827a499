#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Calls and things our C does without.  Every source is compiled without optimisation and without
# built-in functions, so that no call is folded away, and its symbols are read:
#   - calls that overflow, parse badly or hide state (below, `never`);
#   - exit outside cli and the tools, threads outside os and http; os may end a child it forked
#     (_exit), which runs nothing of its parent's;
#   - objects that are not const: globals and static locals (os, http and cli may: signals);
#   - VLAs and alloca, which are compiler errors here;
#   - %f %g %e %a in a format, whose point depends on the locale: base/num.h prints numbers
#     (and base/num.c alone reads digits around whatever point it finds).
# banned.sh [ROOT] [GENERATED], GENERATED being a build folder for generated headers.
set -eu
root=$(cd "${1:-$(dirname "$0")/..}" && pwd)
generated=${2:-$root/build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

libraries=$(awk -F'|' '/^\| `src\// { gsub(/–/, "", $4); print $4 }' "$root/ARCHITECTURE.md" | tr ' ' '\n' | sort -u)
# GLPK comes without a pkg-config file, and needs no flags.
packages=$(for l in $libraries; do pkg-config --exists "$l" && echo "$l" || :; done)
# shellcheck disable=SC2086
flags="-std=gnu17 -D_GNU_SOURCE -O0 -fno-builtin -fno-pie -Werror=vla -Werror=alloca -I$root/src
	-I$generated/src -I$generated/src/store -I$generated/src/page -I$generated $(pkg-config --cflags $packages)"

cd "$root"
find src tools -name '[!.]*.c' ! -name '*_test.c' | sort >"$work/sources"
n=$(wc -l <"$work/sources")

# Each object is named after its source with commas for slashes.
# shellcheck disable=SC2086,SC2016
xargs -P 2 -I{} sh -c 'out=$(echo "$1" | tr / ,).o; work=$2; shift 2
	gcc "$@" -c "$(basename "$out" .o | tr , /)" -o "$work/$out"' - {} "$work" $flags <"$work/sources" \
	2>"$work/errors" || { cat "$work/errors"; echo "banned: a source does not compile"; exit 1; }

bad=0
for object in "$work"/*.o; do
	[ -f "$object" ] || continue
	nm "$object" | sed "s|^|$(basename "$object" .o | tr , /) |"
done | awk '
	BEGIN {
		never = "strcpy|stpcpy|strcat|sprintf|vsprintf|strncpy|strncat|strtok|gets|alloca" \
			"|ato[ifl]|atoll|strto(l|ll|ul|ull|imax|umax)|v?f?s?scanf|localtime|gmtime|ctime|asctime" \
			"|setlocale|system|popen|rand|srand|random|mktemp|tmpnam"
	}
	{
		split($1, part, "/")
		room = part[1] == "tools" ? "tools" : part[2]
		kind = $(NF - 1)
		symbol = plain = $NF
		sub(/^__isoc(99|23)_/, "", plain)
		outer = room == "os" || room == "http" || room == "cli"
		if (kind == "U" && plain ~ "^(" never ")$")
			say($1, "calls " symbol)
		if (kind == "U" && plain ~ /^(exit|_Exit|quick_exit)$/ && room != "cli" && room != "tools")
			say($1, "calls " symbol ", which only cli may")
		if (kind == "U" && plain == "_exit" && room != "cli" && room != "os" && room != "tools")
			say($1, "calls " symbol ", which only cli and os may")
		if (kind == "U" && plain ~ /^(pthread_create|thrd_create)$/ && room != "os" && room != "http")
			say($1, "calls " symbol ", which only os and http may")
		if (kind ~ /^[bBdDCsSgG]$/ && !outer && room != "tools")
			say($1, "has an object that is not const: " symbol)
	}
	function say(file, text) { print "banned: " file " " text; bad = 1 }
	END { exit bad }' || bad=1

# Inside quotes only: a modulo by a variable named g is not a format.
grep -v -e '^tools/' -e '^src/base/num.c$' "$work/sources" | xargs -r awk '
	{
		line = $0
		gsub(/%%/, "", line)
		if (line ~ /"[^"]*%[-+#0-9.*]*l?[fFgGeEaA][^"]*"/) {
			print "banned: " FILENAME ":" FNR ": this format depends on the locale; see base/num.h"
			bad = 1
		}
	}
	END { exit bad }' || bad=1
[ "$bad" = 0 ] || exit 1
echo "banned: $n sources are free of what we do without"
