#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the sample rounds in a fresh folder and turns them into C.
# embed-sample.sh EMBED SAMPLE OUT.c FOLDER INSTRUMENT
set -eu
rm -rf "$4"
mkdir -p "$4"
"$2" "$4" "$5"
exec "$1" sample "$3" "$4" "$4"
