#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The disk runs full under load, and is given room again: nothing acknowledged is lost, nothing is half
# there, reading goes on meanwhile, and writing comes back by itself.
# Works on a small disk in memory, mounted where only this test sees it.
. "${0%/*}/lib.sh"
. "${0%/*}/serve.sh"
[ -z "${SSME_POSTGRESQL:-}" ] || give_up "the store is in PostgreSQL, whose disk is not ours to fill"
need curl sqlite3 unshare mount "${CC:-cc}"
if [ -z "${SSME_OWN_MOUNTS:-}" ]; then
	[ "$(id -u)" = 0 ] || give_up "only root can mount a disk"
	unshare -m true 2>/dev/null || give_up "no name space for mounts can be had here"
	rm -rf "$here"
	SSME_OWN_MOUNTS=yes exec unshare -m --propagation private sh "$0"
fi
mkdir "$SSME_DATA"
mount -t tmpfs -o size=16m,mode=0700 tmpfs "$SSME_DATA" || give_up "no disk in memory can be mounted"
trap '[ -z "$load" ] || kill "$load" 2>/dev/null; [ -z "$server" ] || kill "$server" 2>/dev/null; wait 2>/dev/null
	umount -l "$here/data"; rm -rf "$here"' EXIT

make_submit && pass "the driver is built" || miss "the driver is built"
busy_round 50 && pass "a round is open" || miss "a round is open"
dd if=/dev/zero of="$SSME_DATA/ballast" bs=1M count=6 2>/dev/null
serve --quiet --proxy 127.0.0.1 && pass "the server is up" || { miss "the server is up"; done_testing; exit 1; }

written() { wc -c <"$here/keys"; }
: >"$here/keys"
start_load --connections 8 --seconds 3600 --keys "$here/keys" --prefix full
# Until something was acknowledged, and then nothing for a second.
last=0
for _ in $(seq 100); do
	[ "$last" = 0 ] || [ "$(written)" != "$last" ] || break
	last=$(written)
	sleep 1
done
df "$SSME_DATA" | sed 's/^/# /'
[ "$last" -gt 0 ] && [ "$(written)" = "$last" ] && pass "the disk is full, and nothing more is acknowledged" ||
	miss "the disk is full, and nothing more is acknowledged"
code=$(curl -s -o "$here/out" -w '%{http_code}' --max-time 20 -H "Authorization: Bearer $token" \
	-H 'Idempotency-Key: by-hand' --data 'answer.Q1=b' "http://$address/api/rounds/2022/answers/cluster/K1")
# told_full NAME TEXT: the last answer is 503 and holds the text.
told_full() {
	if [ "$code" = 503 ] && grep -qF -- "$2" "$here/out"; then pass "$1"; else
		echo "# wanted 503 and \"$2\", got $code"
		miss "$1"
	fi
}
told_full "a write is told so, as a problem" '"type":"urn:ssme:problem:full"'
told_full "with the cure" "debe liberar espacio"
grep -qF "$SSME_DATA" "$here/out" && miss "but not where the data are" || pass "but not where the data are"
code=$(curl -s -o "$here/out" -w '%{http_code}' --max-time 20 -H "Origin: http://$address" \
	-H "Host: $address" --data 'email=t@example.co&password=correct+horse+battery+staple' "http://$address/entrar")
told_full "so is a page, with words of its own" "El servidor no tiene dónde guardar"
code=$(curl -s -o "$here/out" -w '%{http_code}' --max-time 20 "http://$address/")
[ "$code" = 200 ] && pass "reading goes on" || { echo "# got $code"; miss "reading goes on"; }

# Much room: what comes in a second would fill a little of it again.
rm "$SSME_DATA/ballast"
mount -o remount,size=1g "$SSME_DATA"
for _ in $(seq 200); do
	[ "$(written)" = "$last" ] || break
	sleep 0.1
done
[ "$(written)" != "$last" ] && pass "with room again, writing comes back by itself" ||
	miss "with room again, writing comes back by itself"
end_load && pass "every submission was acknowledged in the end" ||
	miss "every submission was acknowledged in the end"
stop_serving
[ "$status" = 0 ] && pass "the server stops well" || miss "the server stops well"
acknowledged_once "$here/keys" && pass "each acknowledged answer is stored once" ||
	{ cp "$here/lost" "$here/out"; cp "$here/twice" "$here/err"; miss "each acknowledged answer is stored once"; }
grep -q '"lost":0,' "$here/load" && pass "no connection was lost, no process died" ||
	miss "no connection was lost, no process died"
# where there is room, of which doctor wants more
cp -a "$SSME_DATA" "$here/copy"
expect 0 "doctor finds nothing" --data "$here/copy" doctor
done_testing
