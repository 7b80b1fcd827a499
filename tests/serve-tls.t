#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# TLS by certificate files: what is spoken, what is refused, and what a wrong pair says at start.
. "${0%/*}/lib.sh"
. "${0%/*}/serve.sh"
need curl openssl

make_pair() { # NAME
	openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
		-keyout "$here/$1.key" -out "$here/$1.pem" 2>/dev/null
}
make_pair one
make_pair two
"$SSME" init >/dev/null 2>&1

refused() { # NAME TEXT CERTIFICATE KEY
	run --lang en serve --listen 127.0.0.1:0 --certificate "$3" --key "$4"
	[ "$status" = 2 ] && pass "$1: the server does not start" || miss "$1: the server does not start"
	says "$1: and says why" "$2"
}
refused "a key of another certificate" "do not fit" "$here/one.pem" "$here/two.key"
refused "a certificate that is none" "PEM" "$here/one.key" "$here/one.key"
refused "a key that is none" "PEM" "$here/one.pem" "$here/one.pem"
refused "no such file" "$here/none.pem" "$here/none.pem" "$here/one.key"

scheme=https
serve --certificate "$here/one.pem" --key "$here/one.key" && pass "with a pair it serves" || miss "with a pair it serves"
ask() {
	code=$(curl -s -i --cacert "$here/one.pem" -o "$here/out" -w '%{http_code}' --max-time 20 "$@")
}
ask "https://$address/health"
[ "$code" = 200 ] && pass "/health answers" || miss "/health answers"
grep -qi '^strict-transport-security: max-age=[1-9]' "$here/out" && pass "and asks to stay with TLS" || miss "and asks to stay with TLS"
ask --tlsv1.3 "https://$address/health"
[ "$code" = 200 ] && pass "TLS 1.3 is spoken" || miss "TLS 1.3 is spoken"
ask --tlsv1.2 --tls-max 1.2 "https://$address/health"
[ "$code" = 200 ] && pass "TLS 1.2 is spoken" || miss "TLS 1.2 is spoken"
ask --tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 "https://$address/health"
[ "$code" = 000 ] && pass "TLS 1.1 is not" || miss "TLS 1.1 is not"
ask "http://$address/health"
[ "$code" = 000 ] && pass "a plain request is dropped, and not kept waiting" || miss "a plain request is dropped"
ask "https://$address/health"
[ "$code" = 200 ] && pass "the others go on" || miss "the others go on"
stop_serving
[ "$status" = 0 ] && pass "it stops well" || miss "it stops well"
cp "$here/log" "$here/out"
: >"$here/err"
grep -q '"route":"/health","status":200' "$here/log" && pass "the access log has the route" || miss "the access log has the route"
grep -q '127\.0\.0\.1.*"route"' "$here/log" && miss "and no address" || pass "and no address"
done_testing
