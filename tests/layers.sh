#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The direction of the rooms: an #include "room/x.h" must be allowed by the table in
# ARCHITECTURE.md, and the table must name every room and run in one direction.  A header of a
# library must belong to a library that the row names, so each stays behind its room.
# layers.sh [ROOT]
set -eu
cd "${1:-$(dirname "$0")/..}"

{
	grep '^| `src/' ARCHITECTURE.md | sed 's/^/@table /'
	for dir in src/*/; do
		echo "@folder $dir"
	done
	grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' src --include='*.[ch]' || true
} | awk '
	BEGIN {
		split("gsl/:gsl gmp.h:gmp zip.h:libzip expat.h:expat xlsxwriter:xlsxwriter zlib.h:zlib" \
			" jansson.h:jansson qrencode.h:libqrencode sodium:libsodium sqlite3.h:sqlite3 cairo:cairo pango:pangocairo" \
			" qpdf/:libqpdf microhttpd.h:libmicrohttpd libpq-fe.h:libpq seccomp.h:libseccomp liboath/:liboath", pairs, " ")
		for (i in pairs) { split(pairs[i], pair, ":"); library[pair[1]] = pair[2] }
	}
	function fail(text) { print "layers: " text; bad = 1 }
	/^@table / {
		n = split($0, cell, "|")
		match(cell[2], /src\/[a-z]+/)
		room = substr(cell[2], RSTART + 4, RLENGTH - 4)
		known[room] = 1
		m = split(cell[3], other, " ")
		for (i = 1; i <= m; i++)
			if (other[i] != "–") {
				if (!(other[i] in known)) fail("ARCHITECTURE.md: " room " may include " other[i] ", which is no row above it")
				may[room, other[i]] = 1
			}
		may[room, room] = 1
		m = split(cell[4], other, " ")
		for (i = 1; i <= m; i++) links[room, other[i]] = 1
		n_rooms++
		next
	}
	/^@folder / {
		split($2, part, "/")
		if (!(part[2] in known)) fail("src/" part[2] " is no row of the table in ARCHITECTURE.md")
		next
	}
	{
		split($0, place, ":")
		split(place[1], part, "/")
		if (match($0, /<[^>]*>/)) {
			target = substr($0, RSTART + 1, RLENGTH - 2)
			for (head in library)
				if (index(target, head) == 1 && !((part[2], library[head]) in links))
					fail(place[1] ":" place[2] ": <" target "> needs " library[head] ", which is not among the libraries of " part[2])
			next
		}
		match($0, /"[^"]*"/)
		target = substr($0, RSTART + 1, RLENGTH - 2)
		n_includes++
		if (target ~ /\.\./) { fail(place[1] ":" place[2] ": \"" target "\" climbs out of its room"); next }
		if (target !~ /\//) {
			if (part[2] "/" target !~ /^(store\/sql_gen|page\/template_gen|page\/template_test_gen)\.h$/)
				fail(place[1] ":" place[2] ": \"" target "\" must name its room")
			next
		}
		split(target, goal, "/")
		if (!((part[2], goal[1]) in may))
			fail(place[1] ":" place[2] ": " part[2] " may not include \"" target "\"")
	}
	END {
		if (!n_rooms) fail("no table of rooms in ARCHITECTURE.md")
		if (bad) exit 1
		print "layers: " n_includes + 0 " includes in " n_rooms " rooms keep the direction"
	}'
