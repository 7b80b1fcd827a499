#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `ssme serve` from outside: what it refuses to start with, death, reload, TLS, stop.
. "${0%/*}/lib.sh"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; wait 2>/dev/null; rm -rf "$here"' EXIT

expect 2 "without a data folder it does not serve" serve --listen 127.0.0.1:0
says "it says how one is made" "ssme init"
"$SSME" init >/dev/null 2>&1
for wrong in 127.0.0.1 127.0.0.1:99999 :80 no.such.host.invalid:80; do
	expect 2 "the address $wrong is refused" serve --listen "$wrong"
done
expect 2 "a certificate without its key is refused" serve --listen 127.0.0.1:0 --certificate "$here/none.pem"
expect 2 "a certificate that is not there is refused" serve --listen 127.0.0.1:0 \
	--certificate "$here/none.pem" --key "$here/none.pem"
echo "no certificate" >"$here/bad.pem"
expect 2 "so is a file that is none" serve --listen 127.0.0.1:0 --certificate "$here/bad.pem" --key "$here/bad.pem"

command -v curl >/dev/null || {
	skip "the running server" "curl is not installed"
	done_testing
	exit 0
}

# begin OPTION...: starts a server; its address is in $address.
begin() {
	"$SSME" serve --listen 127.0.0.1:0 "$@" >"$here/serve" 2>&1 </dev/null &
	server=$!
	address=
	for i in $(seq 200); do
		address=$(sed -n 's/.* \(https*:.*\)/\1/p' "$here/serve" | head -1)
		[ -n "$address" ] && curl -sk -o /dev/null "$address/health" && break
		sleep 0.05
	done
}
healthy() {
	if [ "$(curl -sk --retry 3 --retry-all-errors -o "$here/out" -w '%{http_code}' "$address/health")" = 200 ]; then
		pass "$1"
	else miss "$1"; fi
}
child() { pgrep -P "$server" | head -1; }

begin
healthy "it serves"
grep -q "encierro: \|confinement: " "$here/serve" && pass "it says how it is confined" || miss "it says how it is confined"
expect 2 "a second server does not get the same port" serve --listen "${address#http://}"
says "it says who has it" "--listen"
first=$(child)
kill -9 "$first"
healthy "it serves after its process was killed"
second=$(child)
[ "$first" != "$second" ] && pass "with another process" || miss "with another process"
kill -9 "$(pgrep -P "$second" | head -1)"
healthy "it serves when its nursery was killed"
for i in $(seq 200); do
	[ "$(child)" != "$second" ] && [ "$(pgrep -P "$server" | wc -l)" = 1 ] && break
	sleep 0.05
done
[ -n "$(pgrep -P "$(child)")" ] && pass "and is followed by a process that has one" ||
	miss "and is followed by a process that has one"
second=$(child)
kill -HUP "$server"
for i in $(seq 200); do
	[ "$(child)" != "$second" ] && [ "$(pgrep -P "$server" | wc -l)" = 1 ] && break
	sleep 0.05
done
[ "$(child)" != "$second" ] && pass "a reload brings another process" || miss "a reload brings another process"
healthy "which serves"
all="$server $(child) $(pgrep -P "$(child)")"
kill -TERM "$server"
wait "$server"
status=$?
[ "$status" = 0 ] && pass "it stops when it is told to" || miss "it stops when it is told to"
left=
for process in $all; do ! kill -0 "$process" 2>/dev/null || left="$left $process"; done
[ -z "$left" ] && pass "and leaves no process" || miss "and leaves no process"
server=

if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout "$here/key.pem" \
		-out "$here/cert.pem" 2>/dev/null
	begin --certificate "$here/cert.pem" --key "$here/key.pem"
	healthy "it serves by TLS"
	before=$(child)
	cp "$here/bad.pem" "$here/cert.pem"
	kill -HUP "$server"
	for i in $(seq 200); do
		grep -q "la recarga falló\|the reload failed" "$here/serve" && break
		sleep 0.05
	done
	grep -q "la recarga falló\|the reload failed" "$here/serve" && pass "a reload with a bad certificate is said to fail" ||
		miss "a reload with a bad certificate is said to fail"
	healthy "and the process before goes on"
	[ "$(child)" = "$before" ] && pass "the same one" || miss "the same one"
	kill -TERM "$server"
	wait "$server"
	server=
else
	skip "TLS" "openssl is not installed"
fi
done_testing
