#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The HTML of every page of every role before a validator (tests/browser/validity.mjs), on the sample with
# its open round.  Its tools are those of browser.t; without them it is skipped.
. "$SSME_SOURCE/tests/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
browser_tools validity.mjs

password='correct horse battery'
printf '%s\n' "$password" >"$here/password"
"$SSME" init --sample --open >/dev/null 2>&1
roles='administrator team reviewer analyst publisher'
for role in $roles "chamber 21" "manager C019" "contributor C019/I"; do
	# shellcheck disable=SC2086
	set -- $role
	"$SSME" account create --email "$1@example.org" --name "Muestra $1" --role "$1" ${2:+--object "$2"} \
		--password "$here/password" >/dev/null 2>&1
done
link=$("$SSME" link create --round 2024 --role company --cluster C019 --person Empresa 2>/dev/null | grep -o '/enlace/[A-Za-z0-9_-]*')
serve --quiet || { miss "the server comes up"; echo "1..1"; exit 1; }
# shellcheck disable=SC2086
(cd "$tools" && timeout 240 node validity.mjs "http://$address" "$password" \
	"$SSME_SOURCE/tests/golden/access.txt" visitor $roles chamber manager contributor "company=$link" 2>"$here/err")
status=$?
sed 's/^/# /' "$here/err" | head -20
stop_serving
exit "$status"
