#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Everything `make check` does: three builds, each with its unit tests (the first and the third also
# with the end-to-end tests, the third without a browser), what opens a store again on PostgreSQL, then
# the checks of the house.  The last line is "N passed, N failed"; the status is 0 only when nothing
# failed.
# run.sh [PART]..., PART being gcc, clang, asan, postgresql or house; all five when none is named.
set -u
cd "$(dirname "$0")/.." || exit 2
LC_ALL=C.UTF-8
export LC_ALL
out=build/check
mkdir -p "$out"
passed=0
failed=0
skipped=0
start=$(date +%s)

# Adds the three counts of a file that ends in "@ PASSED FAILED SKIPPED", and shows the rest.
add() {
	sed -e '/^@ /d' -e 's/ssme:[a-z+]* \/ //' "$1"
	# shellcheck disable=SC2046
	set -- $(sed -n 's/^@ //p' "$1")
	passed=$((passed + ${1:-0}))
	failed=$((failed + ${2:-0}))
	skipped=$((skipped + ${3:-0}))
	[ $# = 3 ] || failed=$((failed + 1))
	printf '   %s passed, %s failed, %s skipped (%s s)\n' "${1:-0}" "${2:-0}" "${3:-0}" \
		"$(($(date +%s) - start))"
}

# Reads TAP: shows what failed, with the notes below it.  Every program went through tap.sh,
# so a line that begins with ok or not ok is a result.
count='
	/^1\.\.0/ { skipped++; print "   skipped: " name " " $0; next }
	/^ok [0-9]/ { bad = 0; if (/# SKIP/) { skipped++; print "   skipped: " name ": " $0 } else passed++; next }
	/^not ok [0-9]/ { bad = 1; failed++; notes = 0; print "   FAILED: " name ": " $0; next }
	/^#/ && bad && notes++ < 30 { print "     " $0 }'

# meson_log FILE: counts of a testlog.json, one test a line.  A test that meson calls failed though
# no line of it says so (killed after its time) counts as one failure.
meson_log() {
	sed -E 's/^\{"name": "([^"]*)"/@test \1\n&/; s/"result": "([A-Z]*)"/\n@result \1\n/; s/"stdout": "/\n/
		s/\\n/\n/g; s/\\"/"/g; s/\\u001b\[[0-9;]*m//g' "$1" | awk '
	function close_test() {
		if (name != "" && failed == before && result !~ /^(OK|SKIP|EXPECTEDFAIL)$/) {
			failed++
			print "   FAILED: " name ": " result
		}
	}
	/^@test / { close_test(); name = substr($0, 7); before = failed; bad = 0; result = ""; next }
	/^@result / { result = $2; next }
	'"$count"'
	END { close_test(); print "@ " passed + 0, failed + 0, skipped + 0 }'
}

# variant NAME SUITES OPTION...: builds, then runs the tests of the suites (all when empty).
variant() {
	name=$1
	without=$2
	shift 2
	echo "== $name"
	if ! tools/build.sh "$out/$name" "$@" >"$out/$name.log" 2>&1; then
		grep -E ' error: |ERROR|undefined reference|multiple definition|ld returned|^ninja: ' "$out/$name.log" | head -40
		failed=$((failed + 1))
		echo "   the build failed; all of it is in $out/$name.log"
		return
	fi
	passed=$((passed + 1))
	if [ ! -x "$out/$name/ssme" ]; then
		echo "   FAILED: there is no program $out/$name/ssme, so no end-to-end test ran"
		failed=$((failed + 1))
	fi
	rm -f "$out/$name/meson-logs/testlog.json"
	# shellcheck disable=SC2086
	meson test -C "$out/$name" --no-rebuild $without >"$out/$name.log" 2>&1
	if [ ! -f "$out/$name/meson-logs/testlog.json" ]; then
		cat "$out/$name.log"
		failed=$((failed + 1))
		return
	fi
	meson_log "$out/$name/meson-logs/testlog.json" >"$out/$name.count"
	add "$out/$name.count"
}

# house NAME COMMAND...: one check, one result.
house() {
	title=$1
	shift
	if "$@" >"$out/house.log" 2>&1; then
		passed=$((passed + 1))
		echo "   ok: $(tail -1 "$out/house.log")"
	else
		failed=$((failed + 1))
		echo "   FAILED: $title"
		sed 's/^/     /' "$out/house.log" | head -60
	fi
}

[ $# -gt 0 ] || set -- gcc clang asan postgresql house
for part; do
	case $part in
	gcc) CC=gcc variant gcc '' --werror ;;
	clang) CC=clang variant clang '--no-suite end' --werror ;;
	asan)
		# No detect_stack_use_after_return: gcc 12 then misaligns vectors of 64 bytes on its stack
		# (GCC bug 110027).  A leak at the end of the process is a fault of ours only; fontconfig and pango keep theirs.
		# A fifth of the kills: a start takes longer here.
		SSME_KILLS=${SSME_KILLS:-60} ASAN_OPTIONS=strict_string_checks=1 \
			LSAN_OPTIONS=suppressions=$PWD/tests/leaks.txt:print_suppressions=0 \
			UBSAN_OPTIONS=print_stacktrace=1 \
			CC=gcc variant asan '--no-suite in_browser' --asan
		;;
	postgresql)
		echo "== postgresql"
		CC=gcc tools/build.sh "$out/gcc" --werror >"$out/gcc.log" 2>&1
		rm -f "$out/gcc/meson-logs/testlog.json"
		# The server answers few at once less slowly than many.
		tests/postgresql.sh meson test -C "$out/gcc" --no-rebuild --suite store --suite http \
			--suite end --no-suite storeless -t 4 --num-processes 2 >"$out/postgresql.log" 2>&1
		status=$?
		if [ -f "$out/gcc/meson-logs/testlog.json" ]; then
			meson_log "$out/gcc/meson-logs/testlog.json" >"$out/postgresql.count"
			add "$out/postgresql.count"
		elif [ "$status" = 77 ]; then
			skipped=$((skipped + 1))
			echo "   skipped: PostgreSQL is not installed"
		else
			tail -5 "$out/postgresql.log"
			failed=$((failed + 1))
		fi
		;;
	house)
		echo "== house"
		[ -d "$out/gcc" ] || CC=gcc tools/build.sh "$out/gcc" --werror >"$out/gcc.log" 2>&1
		house layers tests/layers.sh
		house pure tests/pure.sh "$out/gcc"
		house banned tests/banned.sh . "$out/gcc"
		house format tests/format.sh
		tests/tap.sh tests/planted.sh "$out/gcc" >"$out/planted.tap"
		awk -v name=planted "$count"' END { print "@ " passed + 0, failed + 0, skipped + 0 }' \
			"$out/planted.tap" >"$out/planted.count"
		add "$out/planted.count"
		tests/complexity.sh
		;;
	*) echo "run.sh: gcc, clang, asan, house or postgresql?" >&2; exit 2 ;;
	esac
done
[ "$skipped" = 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
