#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A cluster's own report of the sample: what stands in it, in both languages, one and all.
. "${0%/*}/lib.sh"
expect 0 "the sample loads" init --sample
for lang in es en; do
	for format in pdf html text; do
		expect 0 "$format, $lang" report --round 2022 --cluster C037 --lang $lang --format $format -o "$here/r-$lang.$format"
	done
done
# has FILE TEXT, hasnot FILE PATTERN
has() {
	if grep -qF -- "$2" "$here/$1"; then pass "$1: $2"; else miss "$1: $2"; fi
}
hasnot() {
	if grep -qE -- "$2" "$here/$1"; then miss "$1 without $2"; else pass "$1 without $2"; fi
}

# The worked example: 63.550736 points, the areas of the method.
has r-es.text '63,6 puntos de 100; el corte de Consolidado es 60.'
has r-en.text '63.6 points of 100; the cut of Consolidated is 60.'
has r-es.text 'de cada 100 casos'
has r-es.html 'pesa 20 de 100'
has r-es.html 'Estrategia de financiación'
has r-en.html 'Funding strategy'
has r-es.text 'Datos sintéticos de demostración'
has r-en.text 'Synthetic demonstration data'
has r-es.text 'no un efecto causal'
has r-es.text 'mejor que'
has r-en.text 'better than'

# Never a rank, never another cluster, never a cause; a strict page.
for file in r-es.html r-en.html r-es.text r-en.text; do
	hasnot $file '[0-9]\.?[ºª]| puesto |[Rr]anking|[0-9](st|nd|rd|th) (of|place)'
	hasnot $file 'C0([0-24-9][0-9]|3[0-689])|C1[0-9][0-9]'
	hasnot $file ' causa | causes |\(null\)'
done
hasnot r-es.html '<script|javascript:| style=| on[a-z]+="|https?://[^w"]*\.(js|css)'

# The shown parts of the change add up to it (tenths: within the rounding of each).
if command -v pdfinfo >/dev/null; then
	for lang in es en; do
		pages=$(pdfinfo "$here/r-$lang.pdf" | sed -n 's/^Pages: *//p')
		if [ "$pages" -ge 2 ] && [ "$pages" -le 4 ]; then pass "$pages pages, $lang"; else miss "$pages pages, $lang"; fi
		if pdfinfo "$here/r-$lang.pdf" | grep -q '^Tagged: *yes'; then pass "tagged, $lang"; else miss "tagged, $lang"; fi
	done
else
	skip "pages and tags of the PDF" "poppler-utils is not installed"
fi
if command -v qpdf >/dev/null; then
	if qpdf --check "$here/r-es.pdf" >"$here/out" 2>&1; then pass "the PDF is sound"; else miss "the PDF is sound"; fi
else
	skip "qpdf reads the PDF" "qpdf is not installed"
fi

# The same bytes again, and again for any number of threads.
expect 0 "again" report --round 2022 --cluster C037 --lang es --format pdf -o "$here/again.pdf"
same "the same report gives the same bytes" "$here/r-es.pdf" "$here/again.pdf"
expect 0 "the suffix gives the form" report --round 2022 --cluster C037 --lang es -o "$here/suffix.html"
same "html by the name of the file" "$here/r-es.html" "$here/suffix.html"

# A whole round.
expect 0 "all of a round" report --round 2022 --all --lang es -o "$here/all"
says "counts what it wrote" "100"
if [ "$(ls "$here/all" | wc -l)" = 100 ]; then pass "a file for each cluster"; else miss "a file for each cluster"; fi
same "the same bytes as one by one" "$here/r-es.pdf" "$here/all/C037.pdf"
if command -v pdfinfo >/dev/null; then
	bad=
	for pdf in "$here"/all/*.pdf; do
		pages=$(pdfinfo "$pdf" | sed -n 's/^Pages: *//p')
		[ "$pages" -ge 2 ] && [ "$pages" -le 4 ] || bad="$bad ${pdf##*/}:$pages"
	done
	if [ -z "$bad" ]; then pass "every report has two to four pages"; else
		echo "#$bad"
		miss "every report has two to four pages"
	fi
fi

# A published report can be held against the data.
expect 0 "a report is verified" verify "$here/r-es.html"
sed 's/63,6 puntos de 100/73,6 puntos de 100/' "$here/r-es.html" >"$here/forged.html"
expect 1 "a forged one is not" verify "$here/forged.html"

# The first round of a method has nothing to be compared with, and says why.
expect 0 "2016" report --round 2016 --cluster "$("$SSME" scores --round 2016 --format csv 2>/dev/null | sed -n '2s/,.*//p')" --lang es --format text
says "no change in the first round" "es la primera ronda"

# What cannot be asked.
expect 2 "neither one nor all" report --round 2022
says "says the cure" "--cluster"
expect 2 "both" report --round 2022 --cluster C037 --all -o "$here/x"
expect 2 "all without a folder" report --round 2022 --all
expect 2 "an unknown cluster" report --round 2022 --cluster C999
says "names it" "C999"
expect 2 "an unknown round" report --round 1999 --cluster C037
# A round that nobody answered is no round to compare with.
toy_round
for round in 2022 2023 2024; do
	[ $round = 2022 ] || run round open $round --instrument toy@1 --from $round-07-01 --to $round-09-30
	[ $round = 2023 ] || run import --round $round --form cluster "$toy/answers.csv"
done
expect 0 "after a round without answers" report --round 2024 --cluster C1 --format text -o -
says "the one before it is compared with" "2022"
silent "not the empty one" "2023"
done_testing
