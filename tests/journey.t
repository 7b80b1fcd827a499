#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A round from the last answer to the bulletin, each role in a real browser (tests/browser/journey.mjs), on
# the sample with its open round.  Its tools are those of browser.t; without them it is skipped.
. "$SSME_SOURCE/tests/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
browser_tools journey.mjs

password='correct horse battery'
printf '%s\n' "$password" >"$here/password"
"$SSME" init --sample --open >/dev/null 2>&1
account() {
	"$SSME" account create --email "$1@example.org" --name "Muestra $1" --role "$1" ${2:+--object "$2"} \
		--password "$here/password" >/dev/null 2>&1
}
account manager C019
account publisher
account analyst
"$SSME" role grant manager@example.org --role manager --object C020 >/dev/null 2>&1
account contributor C019/I
account chamber 21
account reviewer
account team
serve --quiet || { miss "the server comes up"; echo "1..1"; exit 1; }
(cd "$tools" && CHROMIUM=$browser timeout 280 node journey.mjs "http://$address" "$password" \
	${SSME_PICTURES:+"$SSME_PICTURES"} 2>"$here/err")
status=$?
sed 's/^/# /' "$here/err" | head -20
stop_serving
exit "$status"
