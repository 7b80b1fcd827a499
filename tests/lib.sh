# SPDX-License-Identifier: GPL-3.0-or-later
# For the end-to-end tests: a scratch folder, a data folder in it, and checks that print TAP.
# Each test sources this file; $SSME is the binary, $SSME_SOURCE the top of the source.
set -u
: "${SSME:?the path of the binary}" "${SSME_SOURCE:?the top of the source}"
here=$(mktemp -d)
trap 'chmod -R u+rwx "$here" 2>/dev/null; rm -rf "$here"' EXIT
toy=$SSME_SOURCE/tests/data/toy
SSME_DATA=$here/data
export SSME_DATA
LC_ALL=C.UTF-8 # else an English one would change the words that are looked for
export LC_ALL
unset SSME_DB
# On PostgreSQL: postgresql-ssme.sh gives each data folder a schema.
if [ -n "${SSME_POSTGRESQL:-}" ]; then
	SSME_BINARY=$SSME
	SSME=$SSME_SOURCE/tests/postgresql-ssme.sh
	export SSME_BINARY
fi
n=0
status=0

# pass NAME, miss NAME: one result each.
pass() {
	n=$((n + 1))
	echo "ok $n - $1"
}
miss() {
	n=$((n + 1))
	echo "not ok $n - $1"
	sed 's/^/# /' "$here/out" "$here/err" 2>/dev/null | head -20
}
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# on_file NAME: true where the store is a file; on PostgreSQL what follows is skipped.
on_file() {
	[ -z "${SSME_POSTGRESQL:-}" ] && return
	skip "$1" "the store is in PostgreSQL"
	return 1
}

# run ARGUMENT...: calls ssme; its output is in $here/out and $here/err, its status in $status.
run() {
	"$SSME" "$@" >"$here/out" 2>"$here/err" </dev/null
	status=$?
}
# expect STATUS NAME ARGUMENT...
expect() {
	want=$1
	name=$2
	shift 2
	run "$@"
	if [ "$status" = "$want" ]; then pass "$name"; else
		echo "# wanted status $want, got $status: ssme $*"
		miss "$name"
	fi
}
# says NAME TEXT: the last call's output or messages hold the text.
says() {
	if grep -qF -- "$2" "$here/out" "$here/err"; then pass "$1"; else
		echo "# not said: $2"
		miss "$1"
	fi
}
silent() {
	if grep -qF -- "$2" "$here/out" "$here/err"; then
		echo "# said: $2"
		miss "$1"
	else pass "$1"; fi
}
# same NAME FILE FILE: the same bytes.
same() {
	if cmp -s "$2" "$3"; then pass "$1"; else miss "$1"; fi
}
done_testing() { echo "1..$n"; }

# A store with the toy instrument published, its register read and its round open.
toy_round() {
	rm -rf "$SSME_DATA"
	"$SSME" init >/dev/null 2>&1 &&
		"$SSME" instrument publish "$toy/instrument" >/dev/null 2>&1 &&
		"$SSME" register import "$toy/register.csv" >/dev/null 2>&1 &&
		"$SSME" round open 2022 --instrument toy@1 --from 2022-07-01 --to 2022-09-30 >/dev/null 2>&1
}
# What the store says of its answers: changes when anything changed.
fingerprint() { "$SSME" round list --format json 2>/dev/null; "$SSME" scores --round 2022 --format json 2>/dev/null; }
