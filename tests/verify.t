#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A published bulletin is computed again: what it says is what the data give, or the difference is named.
. "${0%/*}/lib.sh"

toy_round
"$SSME" import --round 2022 --form cluster "$toy/answers.csv" >/dev/null 2>&1
for format in html pdf xlsx text; do
	for lang in es en; do
		expect 0 "bulletin as $format in $lang" bulletin --round 2022 --lang $lang --format $format -o "$here/b.$format"
		expect 0 "verified" verify "$here/b.$format"
		says "without a difference" "0 diferencias"
	done
done
expect 0 "before the freeze it says that data may change" verify "$here/b.html"
says "may change" "no está congelada"
run round freeze 2022
for format in html text; do
	expect 0 "after it, as $format" bulletin --round 2022 --format $format -o "$here/b.$format"
	silent "nothing may change" "no está congelada"
	sed 's/67/76/' "$here/b.$format" >"$here/forged.$format"
	expect 1 "a forged number is found in $format" verify "$here/forged.$format"
	says "where it stands" "línea"
	expect 1 "also told as JSON" verify "$here/forged.$format" --format json
	says "what it says and what is computed" '"found":'
done
expect 2 "a file that is no bulletin is refused" verify "$toy/answers.csv"
says "it says what is missing" "ssme-document:"
expect 2 "so is a file that is not there" verify "$here/none.pdf"
"$SSME" bulletin --round 2022 --format pdf -o "$here/b.pdf" >/dev/null 2>&1
head -c 2000 "$here/b.pdf" >"$here/cut.pdf"
expect 2 "and a broken one" verify "$here/cut.pdf"
sed 's,bulletin/es/2022,bulletin/es/1999,' "$here/b.text" >"$here/other.text"
expect 2 "a round that is not here is named" verify "$here/other.text"
says "the round" "1999"
done_testing
