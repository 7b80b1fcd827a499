#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The serving process is killed at random moments while answers come in.  What was acknowledged is in
# the store, once; what was not is there whole or not at all.
# $SSME_KILLS: how often, 300 if not said, 40 on PostgreSQL; `make soak` asks for more.
. "${0%/*}/lib.sh"
. "${0%/*}/serve.sh"
need curl sqlite3 "${CC:-cc}"
kills=${SSME_KILLS:-300}
[ -z "${SSME_POSTGRESQL:-}" ] || kills=${SSME_KILLS:-40} # what the database does is the same each time

make_submit && pass "the driver is built" || miss "the driver is built"
busy_round 200 && pass "a round is open" || miss "a round is open"
serve --quiet --proxy 127.0.0.1 && pass "the server is up" || { miss "the server is up"; done_testing; exit 1; }

: >"$here/keys"
start_load --connections 16 --seconds 3600 --keys "$here/keys" --prefix kill
# Answers are acknowledged again: half of the kills wait for that, the others hit the start too.
wait_for_answers() {
	before=$(wc -c <"$here/keys" 2>/dev/null || echo 0)
	for _ in $(seq 200); do
		[ "$(wc -c <"$here/keys" 2>/dev/null || echo 0)" = "$before" ] || return 0
		sleep 0.05
	done
}
killed=0
while [ "$killed" -lt "$kills" ]; do
	[ $((killed % 2)) = 1 ] || wait_for_answers
	sleep "0.$(od -An -N2 -tu2 /dev/urandom | awk '{ printf "%03d", $1 % 300 }')"
	victim=$(serving_process)
	[ -n "$victim" ] && kill -9 "$victim" 2>/dev/null && killed=$((killed + 1))
	kill -0 "$load" 2>/dev/null && kill -0 "$server" 2>/dev/null || break
done
kill -0 "$load" 2>/dev/null && pass "the load goes on over $killed kills" || miss "the load goes on over $killed kills"
[ "$killed" = "$kills" ] && pass "as often as asked" || miss "as often as asked"
end_load && pass "every submission was acknowledged in the end" ||
	miss "every submission was acknowledged in the end"
stop_serving
[ "$status" = 0 ] && pass "and the server stops well" || miss "and the server stops well"

acknowledged_once "$here/keys" && pass "each acknowledged answer is stored once" ||
	{ head -5 "$here/lost" "$here/twice"; miss "each acknowledged answer is stored once"; }
comm -13 "$here/acknowledged" "$here/stored" >"$here/extra"
[ ! -s "$here/extra" ] && pass "and nothing else is" || { cp "$here/extra" "$here/out"; miss "and nothing else is"; }
grep -qv '"lost":0,' "$here/load" && pass "connections were lost on the way" || miss "connections were lost on the way"
expect 0 "doctor finds nothing" doctor
expect 0 "the audit's chain holds" audit check
done_testing
