#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/nginx.conf: nginx takes it, and puts a request through to ssme as ssme should see it.
# nginx runs as a process of this test, on ports of this test; the machine's own is not touched.
. "${0%/*}/lib.sh"

give_up() {
	echo "1..0 # SKIP $1"
	exit 0
}
nginx=$(command -v nginx || echo /usr/sbin/nginx)
[ -x "$nginx" ] || give_up "nginx is not installed"
for tool in openssl curl; do
	command -v "$tool" >/dev/null || give_up "$tool is not installed"
done

openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=ssme.example.co \
	-addext subjectAltName=DNS:ssme.example.co -keyout "$here/key.pem" -out "$here/cert.pem" 2>/dev/null

"$SSME" init >/dev/null 2>&1
"$SSME" serve --listen 127.0.0.1:0 --proxy 127.0.0.1 --public-url https://ssme.example.co \
	>"$here/serve" 2>&1 </dev/null &
server=$!
trap 'kill "$server" 2>/dev/null; [ ! -f "$here/nginx.pid" ] || kill "$(cat "$here/nginx.pid")"; wait 2>/dev/null
	chmod -R u+rwx "$here"; rm -rf "$here"' EXIT
address=
for i in $(seq 200); do
	address=$(sed -n 's|.*http://\(127\.0\.0\.1:[0-9]*\).*|\1|p' "$here/serve" | head -1)
	[ -n "$address" ] && curl -s -o "$here/health" "http://$address/health" && break
	sleep 0.05
done
cp "$here/serve" "$here/out"
[ -n "$address" ] && pass "ssme serves" || miss "ssme serves"

# The sample, with this test's ports, names and files.
settle() {
	sed -e "s|127\.0\.0\.1:8080|$address|" -e '/listen \[::\]/d' -e "s|listen 80;|listen 127.0.0.1:$1;|" \
		-e "s|listen 443 |listen 127.0.0.1:$2 |" -e "s|/etc/ssl/certs/ssme.pem|$here/cert.pem|" \
		-e "s|/etc/ssl/private/ssme.key|$here/key.pem|" "$SSME_SOURCE/packaging/nginx.conf" >"$here/site.conf"
	cat >"$here/nginx.conf" <<EOF
pid $here/nginx.pid;
error_log $here/nginx.log;
worker_processes 1;
events { worker_connections 256; }
http {
	client_body_temp_path $here/body;
	proxy_temp_path $here/proxy;
	fastcgi_temp_path $here/fastcgi;
	uwsgi_temp_path $here/uwsgi;
	scgi_temp_path $here/scgi;
	include $here/site.conf;
}
EOF
	[ "$(id -u)" != 0 ] || sed -i '1i user root;' "$here/nginx.conf"
}
# A pair of ports that nobody has: tried until nginx starts.
try=0
port=$((20000 + $$ % 20000))
until settle "$port" "$((port + 1))" && "$nginx" -c "$here/nginx.conf" 2>"$here/err"; do
	try=$((try + 1))
	port=$((port + 7))
	[ "$try" -lt 20 ] || break
done
"$nginx" -t -c "$here/nginx.conf" >"$here/out" 2>&1 && pass "nginx takes the sample" || miss "nginx takes the sample"
grep -q warn "$here/out" && miss "without a warning" || pass "without a warning"

# ask PATH ARGUMENT...: status in $code, head and body in $here/out.
ask() {
	path=$1
	shift
	code=$(curl -s -i -o "$here/out" -w '%{http_code}' --cacert "$here/cert.pem" \
		--resolve "ssme.example.co:$((port + 1)):127.0.0.1" "$@" "https://ssme.example.co:$((port + 1))$path")
}
answers() {
	if [ "$code" = "$1" ]; then pass "$2"; else
		echo "# wanted $1, got $code"
		miss "$2"
	fi
}
ask /health
answers 200 "a request comes through"
grep -qi "^strict-transport-security:" "$here/out" && pass "with HSTS, since the visitor came by TLS" ||
	miss "with HSTS, since the visitor came by TLS"
ask /metrics
answers 404 "figures about the server are not for outside"
ask /health -H 'Content-Length: 5' -H 'Transfer-Encoding: chunked' --http1.1
answers 400 "a length beside chunks is refused at the door"
head -c 70000000 /dev/zero >"$here/big"
ask /health --data-binary "@$here/big" -X POST
answers 413 "so is a body over the limit"
code=$(curl -s -o "$here/out" -w '%{http_code} %{redirect_url}' -H 'Host: ssme.example.co' "http://127.0.0.1:$port/x?y=1")
answers "301 https://ssme.example.co/x?y=1" "plain HTTP is led to TLS"

# Requests that two readers could take for two, by the bytes: one answer each, at most one line each in
# the log of ssme, and the one that was hidden is never reached.
if command -v python3 >/dev/null; then
	python3 - "$((port + 1))" "$here/serve" >"$here/smuggled" 2>"$here/err" <<'EOF'
import socket, ssl, sys, time
port, log = int(sys.argv[1]), sys.argv[2]
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
host = b"Host: ssme.example.co\r\n"
form = b"Content-Type: application/x-www-form-urlencoded\r\n"
hidden = b"GET /robots.txt HTTP/1.1\r\n" + host + b"\r\n"
chunks = b"0\r\n\r\n" + hidden
chunked = b"Transfer-Encoding: chunked\r\n"

def post(lines, body, version=b"1.1"):
    return b"POST /entrar HTTP/" + version + b"\r\n" + host + form + lines + b"\r\n" + body

def length(n):
    return b"Content-Length: %d\r\n" % n

n_hidden, n_chunks = len(hidden), len(chunks)
tries = [
    ("a length beside chunks", post(length(n_chunks) + chunked, chunks)),
    ("chunks beside a length", post(chunked + length(5), chunks)),
    ("two lengths", post(length(0) + length(n_hidden), hidden)),
    ("the same length twice", post(length(3) * 2, b"a=b" + hidden)),
    ("a length with a sign", post(b"Content-Length: +%d\r\n" % n_hidden, hidden)),
    ("a list of lengths", post(b"Content-Length: 0, %d\r\n" % n_hidden, hidden)),
    ("chunks of another name", post(b"Transfer-Encoding: xchunked\r\n", chunks)),
    ("chunks and identity", post(b"Transfer-Encoding: chunked, identity\r\n", chunks)),
    ("chunks twice", post(chunked * 2, chunks)),
    ("a space before the colon", post(b"Transfer-Encoding : chunked\r\n" + length(n_chunks), chunks)),
    ("a tab before chunked", post(b"Transfer-Encoding:\tchunked\r\n" + length(n_chunks), chunks)),
    ("a folded header", post(b"X-A: b\r\n Content-Length: 3\r\n" + length(n_hidden), hidden)),
    ("folded chunks", post(b"Transfer-Encoding:\r\n chunked\r\n" + length(n_chunks), chunks)),
    ("a chunk whose size runs over", post(chunked, b"ffffffffffffffff0\r\n" + hidden)),
    ("a chunk without its end", post(chunked, b"1\r\nZZZ" + chunks)),
    ("chunks of HTTP/1.0", post(chunked, chunks, b"1.0")),
    ("an address of another site", b"GET http://evil.example/health HTTP/1.1\r\n" + host + b"\r\n"),
    ("an absolute address", b"GET https://ssme.example.co/health HTTP/1.1\r\n" + host + b"\r\n"),
    ("a GET with a body", b"GET /health HTTP/1.1\r\n" + host + length(n_hidden) + b"\r\n" + hidden),
    ("HTTP/1.0 that stays", b"GET /health HTTP/1.0\r\n" + host + b"Connection: keep-alive\r\n\r\n"),
    ("HTTP/1.0 that stays, with a body",
     post(length(n_hidden) + b"Connection: keep-alive\r\n", hidden, b"1.0")),
    ("two that follow each other", b"GET /health HTTP/1.1\r\n" + host + b"\r\n" + hidden),
]

def lines():
    with open(log, "rb") as f:
        return [l for l in f.read().split(b"\n") if b'"status"' in l]

def ask(what):
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port))) as s:
        s.settimeout(0.5)
        s.sendall(what)
        got = b""
        try:
            while piece := s.recv(65536):
                got += piece
        except OSError:
            pass
        return got

for name, what in tries:
    right = 2 if name.startswith("two that") else 1
    before = len(lines())
    got = ask(what)
    seen = lines()[before:]
    n = got.count(b"HTTP/1.1 ") + got.count(b"HTTP/1.0 ")
    reached = any(b"/robots.txt" in l for l in seen)
    good = n == right and len(seen) <= right and reached == (right == 2)
    first = got.split(b" ")[1][:3].decode() if n else "none"
    print("%s\t%s: answers %d, the first %s; in the log %d"
          % ("ok" if good else "bad", name, n, first, len(seen)))
EOF
	while IFS="$(printf '\t')" read -r verdict name; do
		[ "$verdict" = ok ] && pass "$name" || miss "$name"
	done <"$here/smuggled"
	[ "$(wc -l <"$here/smuggled")" -ge 20 ] && pass "all of them were tried" || miss "all of them were tried"
else
	skip "requests that hide another" "python3 is not installed"
fi

# What nginx sends on, seen by a server that only writes it down.
if command -v python3 >/dev/null; then
	python3 - "$here" <<'EOF' &
import socket, sys
s = socket.create_server(("127.0.0.1", 0))
open(sys.argv[1] + "/echo.port", "w").write("%d\n" % s.getsockname()[1])
c, _ = s.accept()
got = b""
while b"\r\n\r\n" not in got:
    got += c.recv(65536)
open(sys.argv[1] + "/echo", "wb").write(got)
c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
EOF
	echo=$!
	for i in $(seq 100); do [ -s "$here/echo.port" ] && break; sleep 0.05; done
	address=127.0.0.1:$(cat "$here/echo.port")
	settle "$port" "$((port + 1))"
	kill -HUP "$(cat "$here/nginx.pid")"
	for i in $(seq 100); do
		ask / -m 2 -H 'X-Forwarded-For: 203.0.113.9' -H 'X-Forwarded-Proto: http' -H 'Forwarded: for=203.0.113.9' \
			-H 'X-Real-IP: 203.0.113.9' -H 'X-Forwarded-Host: evil.example'
		[ -s "$here/echo" ] && break
		sleep 0.05
	done
	wait "$echo" 2>/dev/null
	tr -d '\r' <"$here/echo" >"$here/out"
	: >"$here/err"
	says "the visitor's address is set" "X-Forwarded-For: 127.0.0.1"
	says "so is the way they came" "X-Forwarded-Proto: https"
	says "the name is the one they asked for" "Host: ssme.example.co"
	silent "nothing that they wrote about themselves passes" "203.0.113.9"
	silent "nor another name" "evil.example"
else
	skip "what nginx sends on" "python3 is not installed"
fi
done_testing
