#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Gathers what pages need - the files of web/, its programs joined, and the web fonts - in a fresh folder
# and turns it into C.
# embed-web.sh EMBED OUT.c FOLDER WEB
set -eu
programs="form sw"
tools=$(dirname "$0")
rm -rf "$3"
mkdir -p "$3"
cp -R "$4/." "$3"
rm -rf "$3/script"
for name in $programs; do
	"$tools/script.sh" "$4/script" "$name" >"$3/$name.js"
done
# What browsers keep of an older version is known by this.
version=$(cat "$3"/*.css "$3"/*.js | sha256sum | cut -c1-12)
sed -i "s/@VERSION@/$version/g" "$3/sw.js"
"$tools/web-fonts.sh" "$3/fonts"
exec "$1" web "$2" "$3" "$3"
