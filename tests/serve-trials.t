#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes wrong around a server: its key, its folder, its port, its data, a second one beside it, a
# reload under load.  Each is told with cause, place and cure in both languages, and nothing is lost.
. "${0%/*}/lib.sh"
. "${0%/*}/serve.sh"
need curl sqlite3 setpriv "${CC:-cc}"

make_submit && pass "the driver is built" || miss "the driver is built"
busy_round 50 && pass "a round is open" || miss "a round is open"

# refused NAME ES EN: it does not start, with status 2, and says why in both languages.
refused() {
	expect 2 "$1" serve --listen 127.0.0.1:0 --quiet
	says "$1: said in Spanish" "$2"
	run --lang en serve --listen 127.0.0.1:0 --quiet
	says "$1: said in English" "$3"
	says "$1: with its place" "$SSME_DATA"
}
key=$SSME_DATA/ssme.key
cp "$key" "$here/key"
# On PostgreSQL a folder without its key gets tables of its own in these tests (postgresql-ssme.sh).
if on_file "no key"; then
	rm "$key"
	refused "no key" "falta la clave" "the key is missing"
	says "with what mends it" "ssme restore FILE --force"
fi
: >"$key"
refused "an empty key" "la clave no se puede leer o está dañada" "the key cannot be read or is damaged"
tr 0-9a-f 1-9a-f0 <"$here/key" >"$key"
refused "the key of other data" "es la clave de otros datos" "it is the key of other data"
cp "$here/key" "$key"
if on_file "a program older than its data"; then
	sqlite3 "$SSME_DATA/ssme.db" "INSERT INTO migration VALUES (9999, 'future')"
	refused "a program older than its data" "actualice el programa" "update the program"
	sqlite3 "$SSME_DATA/ssme.db" "DELETE FROM migration WHERE number = 9999"
fi

# It is tried again until somebody mends it: whoever starts it is told each time why it does not serve.
if on_file "data that cannot be written" && [ "$(id -u)" = 0 ]; then
	cp -a "$SSME_DATA" "$here/fixed"
	chmod 755 "$here"
	rm -rf "$here/fixed/tmp" "$here/fixed"/ssme.db-*
	chown -R 65534:65534 "$here/fixed"
	chmod 500 "$here/fixed"
	chmod 400 "$here/fixed"/*
	setpriv --reuid=65534 --regid=65534 --clear-groups "$SSME" --data "$here/fixed" --lang en serve \
		--listen 127.0.0.1:0 >"$here/out" 2>"$here/err" </dev/null &
	server=$!
	for _ in $(seq 100); do grep -q ended "$here/err" && break; sleep 0.05; done
	stop_serving
	says "data that cannot be written: the permissions are named" "permissions"
	says "with the place" "$here/fixed/"
	silent "and it does not serve" "500"
fi

serve --quiet --proxy 127.0.0.1 && pass "with its key it serves" || { miss "with its key it serves"; done_testing; exit 1; }
expect 2 "a port that is taken" serve --listen "$address"
says "is said in Spanish" "otro programa ya usa este puerto"
run --lang en serve --listen "$address"
says "and in English, with the port" "$address: another program has this port; stop it or choose another one with --listen"

# A second server on the same data, and reloads of the first, while both take answers.
second_server() {
	"$SSME" --lang en serve --listen 127.0.0.1:0 --quiet --proxy 127.0.0.1 >/dev/null 2>"$here/log2" </dev/null &
	second=$!
	for _ in $(seq 400); do
		second_address=$(sed -n 's|.*http://\(127\.0\.0\.1:[0-9]*\).*|\1|p' "$here/log2" | head -1)
		[ -z "$second_address" ] || ! curl -so /dev/null "http://$second_address/health" || return 0
		sleep 0.05
	done
	return 1
}
second_server && pass "a second server on the same data serves" || miss "a second server on the same data serves"
: >"$here/keys" >"$here/keys.2"
start_load --connections 4 --seconds 600 --keys "$here/keys" --prefix one
"$here/submit" --port "${second_address##*:}" --token "$token" --post "$answers" --clusters "$here/clusters" \
	--body "$here/body" --connections 4 --seconds 600 --keys "$here/keys.2" --prefix two \
	>"$here/load2" 2>&1 &
load2=$!
for _ in 1 2 3 4; do
	before=$(wc -l <"$here/keys")
	kill -HUP "$server"
	for _ in $(seq 200); do
		[ "$(wc -l <"$here/keys")" -le $((before + 20)) ] || break
		sleep 0.05
	done
done
end_load && pass "reloads under load lose no answer" || miss "reloads under load lose no answer"
kill -USR1 "$load2"
wait "$load2" && pass "nor does the server beside it" || { cp "$here/load2" "$here/out"; miss "nor does the server beside it"; }
kill "$second"
wait "$second"
[ "$(wc -l <"$here/keys.2")" -gt 0 ] && cat "$here/keys.2" >>"$here/keys"
acknowledged_once "$here/keys" && pass "what both acknowledged is stored once" || miss "what both acknowledged is stored once"
expect 0 "the audit of both is one chain" audit check

# with_token: the status of an answer that is refused for its content alone.
with_token() {
	curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" --data 'answer.Q1=none' \
		"http://$address/api/rounds/2022/answers/cluster/K1"
}

# The data are replaced while it serves: what it had in memory is not shown any more.
"$SSME" backup "$here/one.backup" >/dev/null 2>&1
old=$(serving_process)
expect 0 "a backup is restored while it serves" restore "$here/one.backup" --force
for _ in $(seq 200); do
	now=$(serving_process)
	[ -z "$now" ] || [ "$now" = "$old" ] || [ "$(echo $now | wc -w)" != 1 ] || break
	sleep 0.05
done
[ "$now" != "$old" ] && pass "a new process takes over" || miss "a new process takes over"
[ "$(with_token)" = 422 ] && pass "and knows the tokens of the restored data" || miss "and knows the tokens of the restored data"
grep -q "the data were restored or replaced" "$here/log" && pass "and the log says so" || miss "and the log says so"

# The folder is moved away and put back.
if on_file "the folder is moved away"; then
	mv "$SSME_DATA" "$here/elsewhere"
	for _ in $(seq 100); do grep -q "moved or deleted" "$here/log" && break; sleep 0.05; done
	cp "$here/log" "$here/out"
	says "the folder is moved away: the log says so, and what to do" "put it back"
	code=$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" --data 'answer.Q1=a&answer.Q2=25&answer.Q2__reason=moved&answer.Q3=x+y&answer.Q4=1000000.5&answer.Q6=2022-07-01' \
		"http://$address/api/rounds/2022/answers/cluster/K1")
	mv "$here/elsewhere" "$SSME_DATA"
	stored_keys >"$here/stored"
	case $code in
	200) grep -q '^moved$' "$here/stored" && pass "what was acknowledged meanwhile is there" ||
		miss "what was acknowledged meanwhile is there" ;;
	5??) grep -q '^moved$' "$here/stored" && miss "what was refused meanwhile is not there" ||
		pass "what was refused meanwhile is not there" ;;
	*) echo "# got $code"; miss "a write is acknowledged or refused" ;;
	esac
	code=$(curl -s -o /dev/null -w '%{http_code}' "http://$address/health")
	[ "$code" = 200 ] && pass "put back, it serves on" || miss "put back, it serves on"
fi
stop_serving
[ "$status" = 0 ] && pass "the server stops well" || miss "the server stops well"
expect 0 "doctor finds nothing" doctor
done_testing
