# SPDX-License-Identifier: GPL-3.0-or-later
# For tests of the server: starts it on a port that the system picks, and stops it.  Source it behind
# lib.sh.
server=
load=

give_up() {
	echo "1..0 # SKIP $1"
	exit 0
}
need() {
	for tool in "$@"; do
		command -v "$tool" >/dev/null || give_up "$tool is not installed"
	done
}

# serve ARGUMENT...: $address is HOST:PORT, $server the supervisor; its words go to $here/log.  False
# when it does not come up.
serve() {
	: >"$here/log"
	"$SSME" --lang en serve --listen 127.0.0.1:0 "$@" >/dev/null 2>"$here/log" </dev/null &
	server=$!
	address=
	for _ in $(seq 400); do
		address=$(sed -n 's|.*https\{0,1\}://\(127\.0\.0\.1:[0-9]*\).*|\1|p' "$here/log" | head -1)
		[ -z "$address" ] || ! curl -sko /dev/null "${scheme:-http}://$address/health" || return 0
		kill -0 "$server" 2>/dev/null || break
		sleep 0.05
	done
	cp "$here/log" "$here/err"
	: >"$here/out"
	return 1
}
# The process that serves: the supervisor's child.
serving_process() {
	cat "/proc/$server/task/$server/children" 2>/dev/null | awk '{ print $1 }'
}
# Asks it to stop, and waits; its exit status is in $status.
stop_serving() {
	[ -n "$server" ] || return 0
	kill "$server" 2>/dev/null
	wait "$server"
	status=$?
	server=
}
trap '[ -z "$load" ] || kill "$load" 2>/dev/null; [ -z "$server" ] || kill "$server" 2>/dev/null; wait 2>/dev/null; chmod -R u+rwx "$here" 2>/dev/null
	rm -rf "$here"' EXIT

# A store with the toy instrument, $1 clusters K1, K2, … and a round open for them; a token that may
# write is in $token.
busy_round() {
	awk -v n="$1" 'BEGIN {
		print "cluster,name,department,sector,manager_kind,chamber,since,active"
		for (i = 1; i <= n; i++)
			print "K" i ",Cluster " i ",05,agro,camara,21,2015,yes" }' >"$here/register.csv"
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) print "K" i }' >"$here/clusters"
	printf 'answer.Q1=a&answer.Q2=25&answer.Q2__reason={key}&answer.Q3=x+y&answer.Q4=1000000.5&answer.Q6=2022-07-01\n' \
		>"$here/body"
	printf 'correct horse battery staple\n' >"$here/password"
	"$SSME" init >/dev/null 2>&1 &&
		"$SSME" instrument publish "$toy/instrument" >/dev/null 2>&1 &&
		"$SSME" register import "$here/register.csv" >/dev/null 2>&1 &&
		"$SSME" round open 2022 --instrument toy@1 --from 2022-07-01 --to 2022-09-30 >/dev/null 2>&1 &&
		"$SSME" account create --email t@example.co --name T --role team \
			--password "$here/password" >"$here/out" 2>"$here/err" || return 1
	token=$("$SSME" token create --account t@example.co --name load --scope write 2>/dev/null |
		grep -o 'ssme_[0-9a-f]*')
	[ -n "$token" ]
}
answers=/api/rounds/2022/answers/cluster/{cluster}
# start_load ARGUMENT...: the driver of bench/submit.c on this server, as process $load; what it prints is
# in $here/load.  end_load: it gives out nothing more, waits for what is out, and ends; true: all of it was
# acknowledged.
start_load() {
	"$here/submit" --port "${address##*:}" --token "$token" --post "$answers" --clusters "$here/clusters" \
		--body "$here/body" "$@" >"$here/load" 2>"$here/load.err" &
	load=$!
}
end_load() {
	kill -USR1 "$load"
	wait "$load"
	ended=$?
	load=
	sed 's/^/# /' "$here/load" "$here/load.err"
	return "$ended"
}
make_submit() {
	"${CC:-cc}" -O2 -std=gnu17 -D_GNU_SOURCE "$SSME_SOURCE/bench/submit.c" -o "$here/submit" \
		2>"$here/err"
}
# What the store holds, seen from outside: the key of each revision, sorted.
stored_keys() {
	if [ -n "${SSME_POSTGRESQL:-}" ]; then
		psql -qtAX "$("$SSME" --address)" -c \
			"SELECT document::json ->> 'Q2__reason' FROM response" | sort
		return
	fi
	sqlite3 "file:$SSME_DATA/ssme.db?mode=ro" \
		"SELECT json_extract(document, '\$.Q2__reason') FROM response" | sort
}
# acknowledged_once FILE: every key of the file is in the store, once; what else is there was sent.
acknowledged_once() {
	cut -d' ' -f1 "$1" | sort >"$here/acknowledged"
	stored_keys >"$here/stored"
	comm -23 "$here/acknowledged" "$here/stored" >"$here/lost"
	uniq -d "$here/stored" >"$here/twice"
	n_acknowledged=$(wc -l <"$here/acknowledged")
	echo "# acknowledged $n_acknowledged, stored $(wc -l <"$here/stored"), lost $(wc -l <"$here/lost"), twice $(wc -l <"$here/twice")"
	[ "$n_acknowledged" -gt 0 ] && [ ! -s "$here/lost" ] && [ ! -s "$here/twice" ] &&
		[ -z "$(uniq -d "$here/acknowledged")" ]
}

# browser_tools FILE: what a test in a real browser needs, in $tools, with FILE of tests/browser; skips the test
# where there is none.
browser_tools() {
	need node npm flock
	browser=${CHROMIUM:-$(command -v chromium || true)}
	[ -n "$browser" ] || give_up "chromium is not installed"
	node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || give_up "node is older than 20"
	tools=$SSME_SOURCE/build/browser
	mkdir -p "$tools"
	(flock 9 && get_browser_tools "$1") 9>"$tools/lock" || give_up "npm has no playwright-core, axe-core and html-validate at hand"
}
get_browser_tools() {
	cp "$SSME_SOURCE/tests/browser/$1" "$tools/" || return 1
	cmp -s "$SSME_SOURCE/tests/browser/package-lock.json" "$tools/done.json" && return 0
	cp "$SSME_SOURCE/tests/browser/package.json" "$SSME_SOURCE/tests/browser/package-lock.json" "$tools/" &&
		(cd "$tools" && timeout 120 npm ci --no-audit --no-fund >npm.log 2>&1) &&
		cp "$tools/package-lock.json" "$tools/done.json"
}
