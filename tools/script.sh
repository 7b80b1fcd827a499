#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Joins a program of the pages with the modules that it imports, into one file that needs nothing
# else: what is imported stands before who imports it, once.  Lines of comment are left out.
#   script.sh FOLDER NAME     FOLDER/NAME.js to stdout
# A module says on one line each: import { a, b } from "./other.js"; and export function, class or
# const.  Names at the top of modules are all different: they come to stand in one scope.
set -eu
awk -v folder="$1" -v name="$2" '
function die(why) {
	print "script.sh: " why > "/dev/stderr"
	failed = 1
	exit 1
}
function take(name,    path, line, other, n, text) {
	if (name in taken)
		return
	taken[name] = 1
	path = folder "/" name ".js"
	while ((n = (getline line < path)) > 0) {
		if (line ~ /^import \{[^}]*\} from "\.\/[a-z_]+\.js";$/) {
			other = line
			sub(/^.*"\.\//, "", other)
			sub(/\.js";$/, "", other)
			take(other)
			continue
		}
		if (line ~ /^(import|export default|export \{|export \*)/)
			die(path ": " line ": see the head of script.sh")
		sub(/^export /, "", line)
		if (line ~ /^(async )?(function|const|let|class) [A-Za-z_]+/) {
			other = line
			sub(/^(async )?(function|const|let|class) /, "", other)
			sub(/[^A-Za-z_0-9].*$/, "", other)
			if (other in place)
				die(path ": " other " is a name of " place[other] " too")
			place[other] = path
		}
		if (line !~ /^[ \t]*(\/\/.*)?$/)
			text = text line "\n"
	}
	if (n < 0)
		die(path ": cannot be read")
	close(path)
	all = all text
}
BEGIN {
	take(name)
	printf "// SPDX-License-Identifier: GPL-3.0-or-later\n\"use strict\";\n(() => {\n%s})();\n", all
}
END { exit failed }'
