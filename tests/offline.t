#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Nothing typed is lost: the form in a real browser (tests/browser/form.mjs) while the line goes away,
# answers get lost, somebody else answers, the session ends, the browser is closed.  What reached the
# store is asked of the API each time.  Its tools are those of browser.t; without them it is skipped.
. "$SSME_SOURCE/tests/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
need curl
browser_tools form.mjs

printf 'correct horse battery\n' >"$here/password"
"$SSME" init --sample >/dev/null 2>&1
"$SSME" round open 2024 --instrument ssme@2022.1 --from 2024-07-01 >/dev/null 2>&1
for who in ana luz; do
	"$SSME" account create --email "$who@example.org" --name "$who" --role manager --object C001 \
		--password "$here/password" >/dev/null 2>&1
done
token=$("$SSME" token create --account ana@example.org --name test --scope read 2>/dev/null |
	grep -o 'ssme_[0-9a-f]*')
serve --quiet || { miss "the server comes up"; echo "1..1"; exit 1; }
# What ends a session is done by the program, as an administrator would.
printf '#!/bin/sh\nexec "%s" session end "$1"\n' "$SSME" >"$here/end-sessions"
chmod +x "$here/end-sessions"
(cd "$tools" && CHROMIUM=$browser timeout 280 node form.mjs "http://$address" "$token" \
	"correct horse battery" "$here/end-sessions" "$here/profile" \
	${SSME_PICTURES:+"$SSME_PICTURES"} 2>"$here/err")
status=$?
sed 's/^/# /' "$here/err" | head -20
stop_serving
exit "$status"
