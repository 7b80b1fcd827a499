#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Brings the Debian packages that a purpose needs, and does nothing when they are there.
# setup.sh [build] [check]
set -eu

build="gcc libc6-dev meson ninja-build pkg-config libsqlite3-dev libpq-dev libxlsxwriter-dev libzip-dev
libexpat1-dev libcairo2-dev libpango1.0-dev libqpdf-dev libgsl-dev libgmp-dev libglpk-dev libsodium-dev libjansson-dev libseccomp-dev
libmicrohttpd-dev libcurl4-gnutls-dev
zlib1g-dev liboath-dev libqrencode-dev fonts-inter libharfbuzz-bin woff2"
check="clang libclang-rt-14-dev clang-format libcmocka-dev libgumbo-dev pmccabe poppler-utils qpdf unzip postgresql dpkg-dev curl iproute2 sqlite3 chromium"

wanted=
for purpose in "${@:-build}"; do
	case $purpose in
	build) wanted="$wanted $build" ;;
	check) wanted="$wanted $check" ;;
	*) echo "setup.sh: build or check?" >&2; exit 2 ;;
	esac
done

if ! command -v dpkg-query >/dev/null; then
	echo "setup.sh: this is not Debian; these must be there under their names here:" >&2
	echo $wanted >&2
	exit 0
fi

# One question for all; a package unknown to dpkg gives no line.
# shellcheck disable=SC2086
there=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
	sed -n 's/^installed //p' || true)
missing=
for package in $wanted; do
	case "
$there
" in
	*"
$package
"*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null; then
	as_root=sudo
else
	echo "setup.sh: packages are missing and neither root nor sudo is at hand. As root:" >&2
	echo "  apt-get install --no-install-recommends$missing" >&2
	exit 1
fi
echo "setup.sh: installing what is needed to $*:$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
# An index that cannot be renewed (a third source that is down) need not stop the rest.
if ! { { $as_root apt-get update -qq || true; } &&
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 \
		--no-install-recommends $missing; } >"$log" 2>&1; then
	cat "$log" >&2
	echo "setup.sh: apt could not install them; its words are above" >&2
	exit 1
fi
