#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad files, bad words and bad luck: a clear refusal, the right status, nothing half done.
. "${0%/*}/lib.sh"
toy_round || { echo "Bail out! the toy round cannot be made"; exit 1; }
run import --round 2022 --form cluster "$toy/answers.csv"
before=$(fingerprint)
unchanged() { if [ "$before" = "$(fingerprint)" ]; then pass "$1 left all as it was"; else miss "$1 left all as it was"; fi; }
# refuse NAME TEXT FILE: import of a bad file ends with 2, says the text, and changes nothing.
refuse() {
	expect 2 "$1 is refused" import --round 2022 --form cluster "$3"
	[ -z "$2" ] || says "$1 is named" "$2"
	unchanged "$1"
}
import_csv() { printf '%b' "$2" >"$here/bad.csv"; refuse "$1" "$3" "$here/bad.csv"; }

: >"$here/empty.csv"
refuse "an empty file" "" "$here/empty.csv"
import_csv "a broken encoding" 'cluster,Q1\nC1,\0351\n' "UTF-8"
import_csv "UTF-16" '\0377\0376c\0000l\0000' "UTF-16"
import_csv "a duplicate cluster" 'cluster,Q1\nC1,a\nC1,b\n' "fila 2"
import_csv "an unknown cluster" 'cluster,Q1\nC9,a\n' "C9"
import_csv "an unknown column" 'cluster,Q1,Q11\nC1,a,1\n' "Q11"
import_csv "an unknown option" 'cluster,Q1\nC1,c\n' "Q1"
import_csv "a required answer left empty" 'cluster,Q1\nC1,\n' "Q1"
import_csv "a value where the question does not apply" 'cluster,Q1,Q2\nC1,b,3\n' "Q2"
import_csv "a broken constraint" 'cluster,Q1,Q2\nC1,a,51\n' "De 0 a 50"
import_csv "a number with a thousands mark" 'cluster,Q1,Q4\nC1,a,1.000.000\n' "Q4"
import_csv "a bad date" 'cluster,Q1,Q6\nC1,a,31/12/2022\n' "Q6"
import_csv "an open quote" 'cluster,Q1\nC1,"a\n' ""
import_csv "a company column in a cluster form" 'cluster,company,Q1\nC1,E1,a\n' "company"
run instrument export toy@1 --form cluster -o "$here/whole.xlsx"
head -c 3000 "$here/whole.xlsx" >"$here/cut.xlsx"
refuse "a truncated workbook" "" "$here/cut.xlsx"
awk 'BEGIN { printf "cluster"; for (i = 0; i < 1000000; i++) printf ",c%d", i; print "" }' >"$here/wide.csv"
refuse "a million columns" "" "$here/wide.csv"
if command -v zip >/dev/null; then
	mkdir -p "$here/bomb/xl/worksheets" "$here/bomb/_rels" "$here/bomb/xl/_rels"
	(cd "$here/bomb" && unzip -qo "$here/whole.xlsx" && head -c 300000000 /dev/zero >xl/worksheets/sheet1.xml &&
		zip -q9 -r "$here/bomb.xlsx" .)
	refuse "a zip bomb" "" "$here/bomb.xlsx"
	rm -rf "$here/bomb"
else
	skip "a zip bomb" "no zip"
fi
expect 1 "--partial keeps the good rows" import --round 2022 --form cluster --partial "$(printf 'cluster,Q1\nC1,b\nC2,zz\n' >"$here/p.csv"; echo "$here/p.csv")"
says "and lists the bad one" "p.csv:3"
before=$(fingerprint)

# Words.
expect 2 "an unknown command" nonsense
expect 2 "an unknown option" figures --round 2022 --bye x
expect 2 "a missing parameter" figures
expect 2 "a bad choice" figures --round 2022 --format xml
expect 2 "an unknown round" figures --round 1999
expect 2 "a bad date" round open 2030 --instrument toy@1 --from 2030-13-01
expect 2 "a file that is not there" import --round 2022 --form cluster "$here/none.csv"
expect 2 "a formula with a fault" figures --round 2022 --where "\${Q1} ="
expect 0 "help in English" help import --lang en
says "says what it does" "checks and stores"
unchanged "usage errors"

# An instrument with faults: all of them in one pass.
cp -r "$toy/instrument" "$here/faulty"
sed -i 's/share(\${Q1}/shar(${Q1}/; s/sum(\${Q4})/sum(${Q44})/' "$here/faulty/method/indicators.csv"
sed -i 's/^consolidado,.*/consolidado,C,C,-1/' "$here/faulty/method/levels.csv"
expect 2 "a faulty instrument" instrument check "$here/faulty"
says "unknown function" "shar"
says "unknown name" "Q44"
says "levels that do not rise" "levels"
expect 2 "and it is not published" instrument publish "$here/faulty"

# Places where nothing can be written.
if ! on_file "a full disk"; then
	:
elif [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=400k none "$(mkdir -p "$here/full"; echo "$here/full")" 2>/dev/null; then
	SSME_DATA=$here/full/data "$SSME" init >/dev/null 2>&1
	full=$?
	head -c 400000 /dev/zero >"$here/full/fill" 2>/dev/null
	SSME_DATA=$here/full/data "$SSME" instrument publish "$SSME_SOURCE/instruments/ssme" >"$here/out" 2>"$here/err"
	status=$?
	if [ "$status" = 3 ] || [ "$full" = 3 ]; then pass "a full disk ends with 3"; else miss "a full disk ends with 3"; fi
	rm -f "$here/full/fill"
	if [ "$full" = 0 ]; then
		SSME_DATA=$here/full/data "$SSME" instrument list >"$here/out" 2>"$here/err" && [ "$(grep -c ssme@ "$here/out")" = 0 ] &&
			pass "and nothing is half stored" || miss "and nothing is half stored"
	fi
	run bulletin --round 2022 --format html -o "$here/full/none/b.html"
	umount "$here/full"
else
	skip "a full disk" "cannot mount a small file system"
fi
mkdir "$here/closed"
chmod 500 "$here/closed"
if [ "$(id -u)" = 0 ] && ! command -v setpriv >/dev/null; then
	skip "a read-only folder" "root writes everywhere"
elif [ "$(id -u)" = 0 ]; then
	chmod 755 "$here"
	setpriv --reuid=65534 --clear-groups "$SSME" --data "$here/closed/data" init >"$here/out" 2>"$here/err"
	status=$?
	if [ "$status" = 3 ]; then pass "a read-only folder ends with 3"; else miss "a read-only folder ends with 3"; fi
else
	expect 3 "a read-only folder ends with 3" --data "$here/closed/data" init
fi

# Killed in the middle of an import: all or nothing.
awk 'BEGIN { print "cluster,name,department,sector,manager_kind,chamber,since,active";
	for (i = 0; i < 60000; i++) printf "K%05d,K,05,a,camara,21,2015,yes\n", i }' >"$here/many-register.csv"
awk 'BEGIN { print "cluster,Q1,Q2"; for (i = 0; i < 60000; i++) printf "K%05d,a,%d\n", i, i % 50 }' >"$here/many.csv"
expect 0 "a large register" register import "$here/many-register.csv"
run round open 2024 --instrument toy@1 --from 2024-07-01 --to 2024-09-30
for pause in 0.05 0.15 0.3 0.6; do
	"$SSME" import --round 2024 --form cluster "$here/many.csv" >/dev/null 2>&1 &
	pid=$!
	sleep $pause
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	got=$("$SSME" round show 2024 --format json | sed 's/.*"clusters":\([0-9]*\).*/\1/')
	case $got in 0 | 60000) pass "killed after $pause s: $got answers" ;; *) miss "killed after $pause s: $got answers" ;; esac
done
expect 0 "the store is sound" doctor
done_testing
