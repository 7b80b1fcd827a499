#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The pages in a real browser: tests/browser/pages.mjs against a server of its own.  Its tools are
# for development only: where node, Chromium or the two npm packages are not to be had, it is
# skipped.
. "$SSME_SOURCE/tests/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
need node npm curl
browser=${CHROMIUM:-$(command -v chromium || true)}
[ -n "$browser" ] || give_up "chromium is not installed"

mkdir "$here/tools"
cp "$SSME_SOURCE/tests/browser/package.json" "$SSME_SOURCE/tests/browser/package-lock.json" \
	"$SSME_SOURCE/tests/browser/pages.mjs" "$here/tools/"
(cd "$here/tools" && timeout 120 npm ci --no-audit --no-fund >"$here/npm" 2>&1) ||
	give_up "npm has no playwright-core and axe-core at hand"

printf 'correct horse battery\n' >"$here/password"
"$SSME" init --sample >/dev/null 2>&1
"$SSME" account create --email ana@example.org --name "Ana Gómez" --role administrator \
	--password "$here/password" >/dev/null 2>&1
serve --quiet || { miss "the server comes up"; echo "1..1"; exit 1; }
# Made before the browser asks: it waits for no page longer than half a minute.
curl -s -o /dev/null "http://$address/boletin/2022"
curl -s -o /dev/null "http://$address/en/boletin/2022"
(cd "$here/tools" && CHROMIUM=$browser node pages.mjs "http://$address" ana@example.org \
	"correct horse battery" 2>"$here/err")
status=$?
sed 's/^/# /' "$here/err" | head -20
stop_serving
exit "$status"
