#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The shape of the sources, loose enough for tables set by hand:
#   - spaces inside a line as clang-format (.clang-format) puts them, but for their number;
#     where lines break is the writer's choice;
#   - indentation by tabs, braces as in the kernel, a space after if, for, while, switch;
#   - at most 100 columns, no white space at the end of a line, a newline at the end of the file;
#   - the SPDX line of the licence near the top of every source.
# format.sh [--write] [ROOT]; --write mends what a program can mend, and nothing else.
set -eu
write=
if [ "${1:-}" = --write ]; then
	write=1
	shift
fi
cd "${1:-$(dirname "$0")/..}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find src tools tests fuzz bench -name '[!.]*.[ch]' 2>/dev/null | sort >"$work/c"
find Makefile meson.build meson_options.txt .ci src tools tests sql web bench fuzz -type f \
	\( -name '[!.]*.[cht]' -o -name '*.sh' -o -name 'meson*' -o -name 'Makefile' -o -name '*.sql' \
	-o -name '*.css' -o -name '*.js' -o -path '.ci/*' \) 2>/dev/null | sort >"$work/all"

# A tab reaches to the next multiple of eight; bytes 128..191 continue a character.
too_wide='
	length($0) > 50 && !/^#pragma/ {
		width = 0
		n = split($0, part, "\t")
		for (i = 1; i <= n; i++) {
			if (i > 1) width = int(width / 8) * 8 + 8
			gsub(/[\200-\277]/, "", part[i])
			width += length(part[i])
		}
		if (width > 100) wide(width)
	}'

# Hunks of `diff -b` whose sides differ by more than where their lines break.  Macros are left to
# the writer: clang-format takes their arguments for casts and their calls for declarations.
spacing='
	function plain(text) {
		gsub(/[ \t]+/, " ", text)
		gsub(/ ?\( ?/, "(", text)
		gsub(/ ?\) ?/, ")", text)
		gsub(/ ?{ ?/, "{", text)
		gsub(/ ?} ?/, "}", text)
		gsub(/^ | $/, "", text)
		return text
	}
	function close_hunk() {
		if (at != "" && !macro && plain(is) != plain(be)) { hunk(); bad = 1 }
		is = be = shown = ""
		macro = 0
	}
	/^[0-9]/ { close_hunk(); at = $0; sub(/[acd].*/, "", at); next }
	/\\$|^[<>] *#/ { macro = 1 }
	/^</ { is = is " " substr($0, 3); shown = shown $0 "\n" }
	/^>/ { be = be " " substr($0, 3); shown = shown $0 "\n" }
	END { close_hunk(); exit bad }'

if [ -n "$write" ]; then
	sed -e 's/^ColumnLimit: .*/ColumnLimit: 100/' -e 's/^ReflowComments: .*/ReflowComments: true/' -e 's/^BreakStringLiterals: .*/BreakStringLiterals: true/' \
		.clang-format >"$work/wrap"
	while read -r file; do
		# A comment that makes its line too wide goes above it, when it is whole on that line.
		awk '{ sub(/[ \t]+$/, ""); line = $0 }'"$too_wide"'
			function wide(width) {
				if ($0 ~ /^\/\* ----.*---- \*\/$/) { # a ruler
					sub(/-+ \*\/$/, "", line)
					while (length(line) < 90) line = line "-"
					line = line " */"
					return
				}
				at = index($0, "/*")
				before = substr($0, 1, at - 1)
				sub(/[ \t]+$/, "", before)
				if (at < 2 || $0 !~ /\*\/$/ || before ~ /^[ \t]*$/ || before ~ /\\$|^#/) return
				match(before, /^\t*/)
				print substr(before, 1, RLENGTH) substr($0, at)
				line = before
			}
			{ print line }' "$file" >"$work/mended"
		cmp -s "$file" "$work/mended" || cp "$work/mended" "$file"
		lines=$(awk "$too_wide"' function wide(width) { printf " --lines=%d:%d", FNR, FNR }' "$file")
		# shellcheck disable=SC2086
		[ -z "$lines" ] || clang-format --style="file:$work/wrap" $lines -i "$file"
		lines=$(clang-format "$file" | diff -b "$file" - | awk "$spacing"'
			function hunk() { sub(/,/, ":", at); printf " --lines=%s", at ~ /:/ ? at : at ":" at }' || true)
		# shellcheck disable=SC2086
		[ -z "$lines" ] || clang-format $lines -i "$file"
	done <"$work/c"
	exit 0
fi

bad=0
while read -r file; do
	clang-format "$file" >"$work/right"
	diff -b "$file" "$work/right" | awk -v file="$file" "$spacing"'
		function hunk() { printf "format: %s:%s is spaced unlike .clang-format\n%s", file, at, shown }' || bad=1
done <"$work/c"

# shellcheck disable=SC2016
xargs -r awk "$too_wide"'
	function say(text) { print "format: " FILENAME ":" FNR ": " text; bad = 1 }
	function wide(width) { say(width " columns") }
	/[ \t]$/ { say("white space at the end of the line") }
	/^        / && !/\\$/ { say("indented by spaces") }
	/^\t+(else |})?(if|for|while|switch)\(/ { say("no space before the bracket") }
	/^\t+\{$/ && before ~ /[)]$|(else|do)$/ { say("the brace belongs at the end of the line above") }
	/^\t+else/ && before ~ /^\t+}$/ { say("else belongs after the brace above") }
	{ before = $0 }
	END { exit bad }' <"$work/c" || bad=1

# shellcheck disable=SC2016
xargs -r awk '
	function close_file() {
		if (file != "" && !found) { print "format: " file " has no line SPDX-License-Identifier: GPL-3.0-or-later"; bad = 1 }
	}
	FNR == 1 { close_file(); file = FILENAME; found = 0 }
	FNR <= 4 && /SPDX-License-Identifier: GPL-3.0-or-later/ { found = 1 }
	END { close_file(); exit bad }' <"$work/all" || bad=1

# The whole file is one record (-z); its end is a newline or it is listed (-L).
if xargs -r grep -LzP '\n\z' <"$work/all" | grep .; then
	echo "format: these do not end in a newline"
	bad=1
fi

[ "$bad" = 0 ] || exit 1
echo "format: $(wc -l <"$work/all") sources have their shape"
