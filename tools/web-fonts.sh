#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the web fonts of the pages out of Debian's fonts-inter: the Latin characters of the regular
# and the semi-bold face, as WOFF2.  Needs hb-subset (libharfbuzz-bin) and woff2_compress (woff2).
# Where a tool or a face is missing it leaves empty files: pages then use the reader's own fonts.
#   web-fonts.sh FOLDER     writes FOLDER/inter.woff2 and FOLDER/inter-strong.woff2
#   INTER=FOLDER            where the faces lie, if not where Debian puts them
set -eu
out=$1
inter=${INTER:-/usr/share/fonts/opentype/inter}
mkdir -p "$out"

# Basic Latin, Latin-1, Latin Extended-A, punctuation, euro, arrows, signs.
letters='U+20-7E,U+A0-17F,U+2009-200B,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2039,U+203A,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+2248,U+2260,U+2264,U+2265'

face() {
	if command -v hb-subset >/dev/null && command -v woff2_compress >/dev/null &&
		[ -r "$inter/$1.otf" ]; then
		hb-subset "$inter/$1.otf" --unicodes="$letters" --desubroutinize \
			--layout-features=ccmp,locl,mark,mkmk,kern,tnum --output-file="$out/$2.otf"
		woff2_compress "$out/$2.otf" >/dev/null 2>&1
		rm "$out/$2.otf"
	else
		echo "web-fonts.sh: no $1 for the pages: hb-subset, woff2_compress and $inter are wanted" >&2
		: >"$out/$2.woff2"
	fi
}

face Inter-Regular inter
face Inter-SemiBold inter-strong
