#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian package is installed for real, in a root of its own over this machine's (mount and
# network name spaces, an overlay in memory): the machine itself is not changed. The installed
# program serves as its own user; then it is removed and purged.
. "${0%/*}/lib.sh"

# give_up REASON: nothing can be tested here.
give_up() {
	echo "1..0 # SKIP $1"
	exit 0
}
[ "$(id -u)" = 0 ] || give_up "a root of its own needs the rights of root"
for tool in dpkg-deb dpkg-shlibdeps unshare chroot runuser curl ip; do
	command -v "$tool" >/dev/null || give_up "$tool is not installed"
done
mkdir "$here/test"
unshare -m -n -p -f sh -c "mount -t tmpfs tmpfs '$here/test' && mkdir '$here/test/u' '$here/test/w' '$here/test/r' &&
	mount -t overlay overlay -o lowerdir=/,upperdir='$here/test/u',workdir='$here/test/w' '$here/test/r'" \
	2>/dev/null || give_up "this kernel lets no root be laid over another"

mkdir "$here/out"
if ! SOURCE_DATE_EPOCH=1700000000 "$SSME_SOURCE/packaging/deb.sh" "$SSME" "$here/out" >"$here/deb" 2>"$here/err"; then
	miss "the package is made"
	done_testing
	exit 0
fi
pass "the package is made"
package=$(cat "$here/deb")
mkdir "$here/again"
SOURCE_DATE_EPOCH=1700000000 "$SSME_SOURCE/packaging/deb.sh" "$SSME" "$here/again" >/dev/null 2>&1
same "the same program gives the same package" "$package" "$here/again/${package##*/}"
dpkg-deb -f "$package" Depends >"$here/out/depends"
cp "$here/out/depends" "$here/out/out" # for the notes of a failure
for library in libmicrohttpd libsqlite3 libseccomp libsodium; do
	if ldd "$SSME" | grep -q "$library"; then
		grep -q "$library" "$here/out/depends" && pass "it depends on $library" || miss "it depends on $library"
	fi
done

# What happens inside. Each line is "ok NAME" or "no NAME", with notes after "#".
cat >"$here/inside.sh" <<'EOF'
say() { if [ "$1" = 0 ]; then echo "ok $2"; else echo "no $2"; fi; }
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset SSME_DATA SSME_DB
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
chmod 1777 /tmp
ip link set lo up
rm -f /var/lib/man-db/auto-update # else every step would read all manual pages again
dpkg --purge ssme >/dev/null 2>&1

dpkg -i /package.deb >/log 2>&1
say $? "it installs with what its control file asks for"
[ "$(dpkg-query -W -f '${db:Status-Status}' ssme)" = installed ]; say $? "dpkg calls it installed"
getent passwd ssme | grep -q ':/usr/sbin/nologin$'; say $? "its user cannot sign in"
[ "$(stat -c %a:%U:%G /var/lib/ssme)" = 700:ssme:ssme ]; say $? "its folder is its user's alone"
dpkg -V ssme; say $? "what is installed is what was packed"
man -w ssme >/dev/null 2>&1 || [ -f /usr/share/man/man1/ssme.1.gz ]; say $? "it brings its manual page"
grep -q '^ExecStart=/usr/bin/ssme serve ' /lib/systemd/system/ssme.service; say $? "the unit names the program"
if command -v systemd-analyze >/dev/null; then
	# It complains about the manual page where man is not set up, and about nothing else.
	systemd-analyze verify /lib/systemd/system/ssme.service /lib/systemd/system/ssme.socket 2>&1 |
		grep -E 'ssme\.(service|socket)' | grep -v "Command 'man" >/log
	! [ -s /log ]; say $? "systemd reads the units without a complaint"
	systemd-analyze security --offline=true --threshold=15 /lib/systemd/system/ssme.service >/log 2>&1
	say $? "systemd rates their exposure under 1.5 of 10"
fi

as() { runuser -u ssme -- env SSME_DATA=/var/lib/ssme "$@"; }
as ssme init >/log 2>&1
say $? "its user makes the data"
. /etc/default/ssme
as ssme serve $SSME_OPTIONS >/serve.log 2>&1 &
for i in $(seq 200); do
	curl -s -o /health http://127.0.0.1:8080/health && break
	sleep 0.1
done
[ "$(curl -s -o /health -w '%{http_code}' http://127.0.0.1:8080/health)" = 200 ]
say $? "the installed server says that it is well"
supervisor=$(pgrep -o -u ssme -x ssme)
pgrep -u root '^ssme' >/dev/null; [ $? = 1 ]; say $? "nothing of it runs as root"
kill -9 "$(pgrep -P "$supervisor" | head -1)"
[ "$(curl -s --retry 5 --retry-all-errors -o /health -w '%{http_code}' http://127.0.0.1:8080/health)" = 200 ]
say $? "it serves again after its process was killed"
kill "$supervisor"
for i in $(seq 100); do kill -0 "$supervisor" 2>/dev/null || break; sleep 0.1; done
pgrep -u ssme >/dev/null; [ $? = 1 ]; say $? "it stops when it is told to, and leaves no process"

dpkg -i /package.deb >/log 2>&1; say $? "it installs over itself"
[ -f /var/lib/ssme/ssme.db ]; say $? "an upgrade keeps the data"
dpkg -r ssme >/log 2>&1; say $? "it is removed"
[ ! -e /usr/bin/ssme ] && [ -f /var/lib/ssme/ssme.db ] && [ -f /etc/default/ssme ]
say $? "removing leaves the data and the settings"
dpkg --purge ssme >/log 2>&1; say $? "it is purged"
[ ! -e /etc/default/ssme ] && [ -f /var/lib/ssme/ssme.db ]; say $? "purging leaves the data"
dpkg -i /package.deb >/log 2>&1 && SSME_PURGE_DATA=yes dpkg --purge ssme >>/log 2>&1
[ $? = 0 ] && [ ! -e /var/lib/ssme ] && ! getent passwd ssme >/dev/null
say $? "purging takes the data and the user when it is asked to"
EOF

unshare -m -n -p -f --kill-child sh -c "
	mount -t tmpfs tmpfs '$here/test' && mkdir '$here/test/u' '$here/test/w' '$here/test/r' &&
	mount -t overlay overlay -o lowerdir=/,upperdir='$here/test/u',workdir='$here/test/w' '$here/test/r' &&
	mount --rbind /dev '$here/test/r/dev' &&
	cp '$package' '$here/test/r/package.deb' && cp '$here/inside.sh' '$here/test/r/inside.sh' &&
	chroot '$here/test/r' sh /inside.sh; cat '$here/test/r/serve.log' '$here/test/r/log' >&2" \
	>"$here/out/lines" 2>"$here/err" </dev/null
while read -r result name; do
	case $result in
	ok) pass "$name" ;;
	no) miss "$name" ;;
	esac
done <"$here/out/lines"
grep -q "purging takes the data" "$here/out/lines" && pass "the test ran to its end" || miss "the test ran to its end"
if id ssme >/dev/null 2>&1 || [ -e /usr/bin/ssme ]; then skip "the machine is as it was" "it has an ssme of its own"; else
	pass "the machine is as it was"
fi
done_testing
