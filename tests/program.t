#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The browser's evaluator of a form's rules says what the server says: sheets filled in by chance of a
# small form and of both shipped ones, and expressions made by chance.
. "${0%/*}/lib.sh"
server=${SSME%/*}/src/test-response-program
if ! command -v node >/dev/null || [ ! -x "$server" ]; then
	echo "ok 1 - the evaluator of the browser # SKIP skipped: node or the server's side is not there"
	echo "1..1"
	exit 0
fi
# compare FORM SHEETS
compare() {
	"$server" "$1" "$2" "$seed" >"$here/lines" 2>"$here/err" || : >"$here/lines"
	if node "$SSME_SOURCE/tests/program/compare.mjs" "$SSME_SOURCE/web/script/expr.js" \
		<"$here/lines" >"$here/out" 2>>"$here/err"; then
		pass "$1, seed $seed:$(tail -1 "$here/out" | tr -d '#')"
	else
		miss "$1, seed $seed"
	fi
}
for seed in 1 2 3; do
	compare small 1500
	compare company 300
	compare cluster 300
done
# The comparison itself finds what differs.
sed 's/"<": (a, b) => a < b/"<": (a, b) => a <= b/' "$SSME_SOURCE/web/script/expr.js" >"$here/wrong.js"
"$server" small 1500 1 >"$here/lines"
if node "$SSME_SOURCE/tests/program/compare.mjs" "$here/wrong.js" <"$here/lines" >"$here/out" 2>"$here/err"; then
	miss "a wrong evaluator is found out"
else
	pass "a wrong evaluator is found out"
fi
echo "1..$n"
