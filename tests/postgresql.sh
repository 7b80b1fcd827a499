#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command beside a PostgreSQL of its own, which goes with all in it when the command ends:
#
#   tests/postgresql.sh COMMAND...
#
# $SSME_POSTGRESQL is its address (it listens on a socket in a scratch folder and on no port);
# store units and tests/lib.sh use it when it is set.
# Where PostgreSQL is not installed it says so and ends
# with status 77.
set -eu
bin=
for folder in /usr/lib/postgresql/*/bin; do
	[ -x "$folder/initdb" ] && bin=$folder # the newest is the last
done
[ -n "$bin" ] || { echo "postgresql.sh: PostgreSQL is not installed" >&2; exit 77; }

# A short path: that of a socket may have 107 bytes.
place=$(mktemp -d /tmp/ssme-pg-XXXXXX)
chmod 755 "$place"
mkdir "$place/data"
as=
if [ "$(id -u)" = 0 ]; then
	as="setpriv --reuid=nobody --regid=nogroup --clear-groups"
	chown nobody:nogroup "$place" "$place/data"
fi
server=
stop() {
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
# shellcheck disable=SC2086
$as "$bin/postgres" -D "$place/data" -c listen_addresses= \
	-c unix_socket_directories="$place" -c max_wal_size=256MB \
	-c autovacuum=off -c max_connections=60 -c shared_buffers=64MB >"$place/server.log" 2>&1 &
server=$!
tries=0
until "$bin/pg_isready" -q -h "$place"; do
	tries=$((tries + 1))
	if [ "$tries" = 300 ] || ! kill -0 "$server" 2>/dev/null; then
		cat "$place/server.log" >&2
		exit 1
	fi
	sleep 0.1
done
cd "$OLDPWD"
SSME_POSTGRESQL="postgresql:///postgres?host=$place&user=ssme"
export SSME_POSTGRESQL
status=0
"$@" || status=$?
exit "$status"
