#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the Debian package of a program that was built.
#   packaging/deb.sh PROGRAM FOLDER    leaves FOLDER/ssme_VERSION_ARCHITECTURE.deb and says its name
# $DEBFULLNAME and $DEBEMAIL say who made it. The same program gives the same bytes: dates are those of the last commit.
set -eu
program=$(realpath "${1:?the program, build/ssme}")
out=$(realpath "${2:?the folder for the package}")
umask 022
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
for tool in dpkg-deb dpkg-shlibdeps strip gzip; do
	command -v "$tool" >/dev/null || {
		echo "deb.sh: $tool is missing; apt-get install dpkg-dev binutils" >&2
		exit 1
	}
done

version=$("$program" --version | awk '{ print $NF; exit }')
maker="${DEBFULLNAME:-The authors of ssme} <${DEBEMAIL:-ssme@localhost}>"
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

# put MODE FILE PLACE: a file of the package.
put() { install -D -m "$1" "$2" "$root/$3"; }
# packed FILE: gzip without a name and a date.
packed() { gzip -9n "$root/$1"; }

put 0755 "$program" usr/bin/ssme
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/ssme"
"$program" help --manual >"$work/ssme.1"
"$program" help --completion >"$work/ssme.bash"
put 0644 "$work/ssme.1" usr/share/man/man1/ssme.1
packed usr/share/man/man1/ssme.1
put 0644 "$work/ssme.bash" usr/share/bash-completion/completions/ssme
sed 's|@bindir@|/usr/bin|' "$here/ssme.service" >"$work/ssme.service"
put 0644 "$work/ssme.service" lib/systemd/system/ssme.service
put 0644 "$here/ssme.socket" lib/systemd/system/ssme.socket
put 0644 "$here/ssme.default" etc/default/ssme
put 0644 "$here/deb/copyright" usr/share/doc/ssme/copyright
put 0644 "$here/nginx.conf" usr/share/doc/ssme/examples/nginx.conf
put 0644 "$top/docs/operating.md" usr/share/doc/ssme/operating.md
cat >"$work/changelog" <<EOF
ssme ($version) unstable; urgency=medium

  * See the history of the source for what changed.

 -- $maker  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
EOF
put 0644 "$work/changelog" usr/share/doc/ssme/changelog
packed usr/share/doc/ssme/changelog

# dpkg-shlibdeps wants to be called where the sources of a package are.
mkdir "$work/debian"
printf 'Source: ssme\n\nPackage: ssme\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/bin/ssme" | sed -n 's/^shlibs:Depends=//p')

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<EOF
Package: ssme
Version: $version
Architecture: $architecture
Maintainer: $maker
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: $libraries, adduser, fonts-inter
Recommends: nginx
Suggests: postgresql
Section: science
Priority: optional
Description: measurement of clusters: answers in, checked figures and the bulletin out
 One program that holds a whole measurement: the instrument as a spreadsheet,
 the answers with their checks, scores and levels that can be traced to the
 answers they came from, the national bulletin and each cluster's report.
 .
 It is a command line and a web server; its state is one folder, or a
 PostgreSQL database.
EOF
echo /etc/default/ssme >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do
	install -m 0755 "$here/deb/$script" "$root/DEBIAN/$script"
done
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\n' | LC_ALL=C sort | xargs md5sum) \
	>"$root/DEBIAN/md5sums"
chmod 0644 "$root/DEBIAN/control" "$root/DEBIAN/conffiles" "$root/DEBIAN/md5sums"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

package=$out/ssme_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
echo "$package"
