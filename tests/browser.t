#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The pages in a real browser: tests/browser/pages.mjs against a server of its own.  Its tools are
# for development only: where node, Chromium or the two npm packages are not to be had, it is
# skipped.
. "$SSME_SOURCE/tests/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
need node npm curl flock
browser=${CHROMIUM:-$(command -v chromium || true)}
[ -n "$browser" ] || give_up "chromium is not installed"

node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || give_up "node is older than 20"

# The two packages are kept in build/browser as long as the lock file stays as it is; two tests at a
# time wait for each other.
tools=$SSME_SOURCE/build/browser
mkdir -p "$tools"
get_tools() {
	cp "$SSME_SOURCE/tests/browser/pages.mjs" "$tools/" || return 1
	cmp -s "$SSME_SOURCE/tests/browser/package-lock.json" "$tools/done.json" && return 0
	cp "$SSME_SOURCE/tests/browser/package.json" "$SSME_SOURCE/tests/browser/package-lock.json" \
		"$tools/" &&
		(cd "$tools" && timeout 120 npm ci --no-audit --no-fund >npm.log 2>&1) &&
		cp "$tools/package-lock.json" "$tools/done.json"
}
(flock 9 && get_tools) 9>"$tools/lock" || give_up "npm has no playwright-core and axe-core at hand"

printf 'correct horse battery\n' >"$here/password"
"$SSME" init --sample >/dev/null 2>&1
"$SSME" account create --email ana@example.org --name "Ana Gómez" --role administrator \
	--password "$here/password" >/dev/null 2>&1
serve --quiet || { miss "the server comes up"; echo "1..1"; exit 1; }
# Made before the browser asks: it waits for no page longer than half a minute.
curl -s -o /dev/null "http://$address/boletin/2022"
curl -s -o /dev/null "http://$address/en/boletin/2022"
# SSME_PICTURES=FOLDER: every page as a picture, in every shape; takes minutes.
limit=300
[ -z "${SSME_PICTURES:-}" ] || limit=3000
(cd "$tools" && CHROMIUM=$browser timeout "$limit" node pages.mjs "http://$address" ana@example.org \
	"correct horse battery" ${SSME_PICTURES:+"$SSME_PICTURES"} 2>"$here/err")
status=$?
sed 's/^/# /' "$here/err" | head -20
stop_serving
exit "$status"
