#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copies made while the server takes answers: each is whole, holds all that was acknowledged before it
# began, and becomes a store of its own that doctor finds nothing wrong with.
. "${0%/*}/lib.sh"
. "${0%/*}/serve.sh"
need curl "${CC:-cc}"

make_submit && pass "the driver is built" || miss "the driver is built"
busy_round 100 && pass "a round is open" || miss "a round is open"
serve --quiet && pass "the server is up" || { miss "the server is up"; done_testing; exit 1; }
: >"$here/keys"
start_load --connections 8 --seconds 600 --keys "$here/keys" --prefix copy

# Clusters that had an answer acknowledged; the driver's file may end in half a line.
answered() { awk 'NF == 3 { print $2 }' "$1" | sort -u; }
for copy in 1 2 3; do
	for _ in $(seq 400); do
		[ "$(answered "$here/keys" | wc -l)" -ge $((copy * 25)) ] && break
		sleep 0.05
	done
	cp "$here/keys" "$here/keys.$copy"
	expect 0 "copy $copy is made under load" backup "$here/copy.$copy"
done
kill -0 "$load" 2>/dev/null && pass "the load went on meanwhile" || miss "the load went on meanwhile"
end_load && pass "every submission was acknowledged" || miss "every submission was acknowledged"
stop_serving

for copy in 1 2 3; do
	SSME_DATA=$here/restored.$copy
	expect 0 "copy $copy is restored elsewhere" restore "$here/copy.$copy"
	expect 0 "doctor finds nothing in copy $copy" doctor
	expect 0 "its audit is whole" audit check
	run scores --round 2022 --format csv
	awk -F, 'NR > 1 { print $1 }' "$here/out" | sort -u >"$here/scored"
	answered "$here/keys.$copy" >"$here/before"
	if [ -s "$here/before" ] && [ -z "$(comm -23 "$here/before" "$here/scored")" ]; then
		pass "copy $copy holds all that was acknowledged before it"
	else
		comm -23 "$here/before" "$here/scored" >"$here/err"
		miss "copy $copy holds all that was acknowledged before it"
	fi
done
done_testing
