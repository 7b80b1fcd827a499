#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command beside a PostgreSQL of its own, which goes with all in it when the command ends:
#
#   tests/postgresql.sh COMMAND...
#
# $SSME_POSTGRESQL is its address (it listens on a socket in a scratch folder); store units and
# tests/lib.sh use it when it is set.  $SSME_POSTGRESQL_PORT is its port on 127.0.0.1, and
# $SSME_POSTGRESQL_PROCESS a file whose first line is its process: a server that dies is started again.
# Where PostgreSQL is not installed it says so and ends
# with status 77.
set -eu
bin=
for folder in /usr/lib/postgresql/*/bin; do
	[ -x "$folder/initdb" ] && bin=$folder # the newest is the last
done
[ -n "$bin" ] || { echo "postgresql.sh: PostgreSQL is not installed" >&2; exit 77; }

# A short path: that of a socket may have 107 bytes.  In memory where there is room: nothing here is
# about what a disk does after the power went.
place=/tmp
room=$(df -Pk /dev/shm 2>/dev/null | awk 'END { print $4 }')
[ "${room:-0}" -lt 1500000 ] || [ ! -w /dev/shm ] || place=/dev/shm
place=$(mktemp -d "$place/ssme-pg-XXXXXX")
chmod 755 "$place"
mkdir "$place/data"
as=
if [ "$(id -u)" = 0 ]; then
	as="setpriv --reuid=nobody --regid=nogroup --clear-groups"
	chown nobody:nogroup "$place" "$place/data"
fi
server=
command=
stop() {
	[ -z "$command" ] || kill "$command" 2>/dev/null || :
	if [ -n "$server" ]; then
		kill -INT "$server" 2>/dev/null || :
		wait "$server" 2>/dev/null || :
	fi
	rm -rf "$place"
}
trap stop EXIT
trap 'exit 130' INT TERM

cd "$place"
# doctor looks at fsync, so it stays on.
# shellcheck disable=SC2086
$as "$bin/initdb" -D "$place/data" --username=ssme --auth=trust --encoding=UTF8 \
	--locale=C.UTF-8 \
	--no-sync --no-instructions >"$place/initdb.log" 2>&1 ||
	{ cat "$place/initdb.log" >&2; exit 1; }
# A port that is free is found by trying.
begin() {
	# shellcheck disable=SC2086
	(cd "$place" && exec $as "$bin/postgres" -D "$place/data" -c listen_addresses=127.0.0.1 \
		-c port="$port" -c unix_socket_directories="$place" -c max_wal_size=256MB \
		-c autovacuum=off -c max_connections=60 -c shared_buffers=64MB) \
		>>"$place/server.log" 2>&1 &
	server=$!
}
port=$((20000 + $$ % 10000))
begin
tries=0
until "$bin/pg_isready" -q -h "$place" -p "$port"; do
	tries=$((tries + 1))
	if [ "$tries" = 300 ]; then
		cat "$place/server.log" >&2
		exit 1
	fi
	kill -0 "$server" 2>/dev/null || { port=$((port + 1)) && begin; }
	sleep 0.1
done
cd "$OLDPWD"
SSME_POSTGRESQL="postgresql:///postgres?host=$place&port=$port&user=ssme"
SSME_POSTGRESQL_PORT=$port
SSME_POSTGRESQL_PROCESS=$place/data/postmaster.pid
export SSME_POSTGRESQL SSME_POSTGRESQL_PORT SSME_POSTGRESQL_PROCESS
"$@" &
command=$!
while kill -0 "$command" 2>/dev/null; do
	kill -0 "$server" 2>/dev/null || begin
	sleep 0.2
done
status=0
wait "$command" || status=$?
exit "$status"
