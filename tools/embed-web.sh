#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Gathers what pages need - the files of web/ and the web fonts - in a fresh folder and turns it into C.
# embed-web.sh EMBED OUT.c FOLDER WEB
set -eu
rm -rf "$3"
mkdir -p "$3"
cp -R "$4/." "$3"
"$(dirname "$0")/web-fonts.sh" "$3/fonts"
exec "$1" web "$2" "$3" "$3"
