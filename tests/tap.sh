#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a test program and makes its TAP strict: one plan, numbers in order, skips as TAP writes
# them (cmocka prints "not ok 2 # SKIP"), and a program that dies, or says nothing, as a failure.
# tap.sh PROGRAM [ARGUMENT]...
export CMOCKA_MESSAGE_OUTPUT=TAP
{
	"$@" 2>&1
	echo "@status $?"
} | awk '
	/^1\.\.0[ \t]*#[ \t]*[Ss][Kk][Ii][Pp]/ { nothing = $0; next }
	/^[0-9]+\.\.[0-9]+/ { split($1, ends, /\.\./); planned += ends[2]; next }
	/^(not )?ok([ \t]|$)/ {
		bad = /^not/
		sub(/^(not )?ok[ \t]*[0-9]*[ \t]*(-[ \t]*)?/, "")
		skip = match(toupper($0), /#[ \t]*SKIP/)
		if (skip) {
			word = substr($0, RSTART)
			sub(/^#[ \t]*[A-Za-z]+[ \t]*/, "", word)
			before = substr($0, 1, RSTART - 1)
			$0 = before == "" ? word " # SKIP" : before "# SKIP " word
			bad = 0
		}
		n++
		n_bad += bad
		print (bad ? "not ok " : "ok ") n " - " $0
		fflush()
		next
	}
	/^@status / { status = $2; next }
	/^#/ { print; next }
	{ print "# " $0 }
	END {
		if (planned > n) { n++; n_bad++; print "not ok " n " - " planned " tests were planned, " n - 1 " ran" }
		if (status != 0 && !n_bad) { n++; n_bad++; print "not ok " n " - ended with status " status }
		if (!n && nothing != "") { print nothing; exit }
		if (!n) { n++; print "not ok 1 - printed no result" }
		print "1.." n
	}'
