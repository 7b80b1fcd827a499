#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two servers on one PostgreSQL, each with a data folder of its own, both under load, while PostgreSQL
# itself crashes and comes back and serving processes are killed: what was acknowledged is stored, once,
# and the audit is one chain.  One comes by the socket, the other by TCP and a host's name.
. "${0%/*}/lib.sh"
. "${0%/*}/serve.sh"
[ -n "${SSME_POSTGRESQL_PROCESS:-}" ] || give_up "no PostgreSQL server (tests/postgresql.sh) runs"
need curl psql "${CC:-cc}"
crashes=${SSME_CRASHES:-4}
second=
second_load=
trap 'kill $load $second_load $server $second 2>/dev/null; wait 2>/dev/null; rm -rf "$here"' EXIT

make_submit && pass "the driver is built" || miss "the driver is built"
busy_round 200 && pass "a round is open" || miss "a round is open"

# The second folder has the key and nothing else.
SSME_DB=$("$SSME" --address)
export SSME_DB
by_name=$(echo "$SSME_DB" | sed 's|^postgresql:///postgres?host=[^&]*&|postgresql://localhost/postgres?|')
mkdir -m 0700 "$here/second"
cp -p "$SSME_DATA/ssme.key" "$here/second/"
SSME=$SSME_BINARY
first_data=$SSME_DATA
first_db=$SSME_DB

# start FOLDER ADDRESS LOG KEYS PREFIX: a server on that folder and its load.
start() {
	SSME_DATA=$1
	SSME_DB=$2
	: >"$here/$4"
	serve --quiet --proxy 127.0.0.1 || { miss "a server on $1 is up"; return 1; }
	start_load --connections 8 --seconds 3600 --keys "$here/$4" --prefix "$5"
	pass "a server on ${1##*/} is up"
}
start "$here/second" "$by_name" log keys.2 two || { done_testing; exit 1; }
second=$server
second_load=$load
mv "$here/load" "$here/load.2"
server=
load=
start "$first_data" "$first_db" log keys.1 one || { done_testing; exit 1; }

grown() { [ "$(wc -l <"$here/keys.1")" -gt "$1" ] && [ "$(wc -l <"$here/keys.2")" -gt "$2" ]; }
# wait_for_both: both acknowledge again.
wait_for_both() {
	one=$(wc -l <"$here/keys.1")
	two=$(wc -l <"$here/keys.2")
	for _ in $(seq 1200); do
		grown "$one" "$two" && return 0
		sleep 0.05
	done
	return 1
}
crashed=0
while [ "$crashed" -lt "$crashes" ] && wait_for_both; do
	sleep "0.$(od -An -N2 -tu2 /dev/urandom | awk '{ printf "%03d", $1 % 500 }')"
	# at once, as in a crash; then in order, between two transactions
	how=QUIT
	[ $((crashed % 2)) = 0 ] || how=INT
	kill -"$how" "$(head -1 "$SSME_POSTGRESQL_PROCESS")" 2>/dev/null && crashed=$((crashed + 1))
	victim=$(serving_process)
	[ $((crashed % 2)) = 0 ] || [ -z "$victim" ] || kill -9 "$victim"
done
[ "$crashed" = "$crashes" ] && pass "PostgreSQL went $crashes times" || miss "PostgreSQL went $crashes times"
wait_for_both && pass "and both servers go on each time" || miss "and both servers go on each time"
end_load && pass "all of the first load was acknowledged in the end" ||
	miss "all of the first load was acknowledged in the end"
load=$second_load
second_load=
mv "$here/load.2" "$here/load"
end_load && pass "and all of the second" || miss "and all of the second"
stop_serving
[ "$status" = 0 ] && pass "the first server stops well" || miss "the first server stops well"
server=$second
second=
stop_serving
[ "$status" = 0 ] && pass "and the second" || miss "and the second"

SSME=$SSME_SOURCE/tests/postgresql-ssme.sh
cat "$here/keys.1" "$here/keys.2" >"$here/keys"
acknowledged_once "$here/keys" && pass "each acknowledged answer is stored once" ||
	{ head -5 "$here/lost" "$here/twice"; miss "each acknowledged answer is stored once"; }
comm -13 "$here/acknowledged" "$here/stored" >"$here/extra"
[ ! -s "$here/extra" ] && pass "and nothing else is" || { cp "$here/extra" "$here/out"; miss "and nothing else is"; }
expect 0 "the audit's chain holds" audit check
expect 0 "doctor finds nothing" doctor
done_testing
