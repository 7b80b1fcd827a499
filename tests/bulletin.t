#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The bulletin of the sample round of 2022: what stands in it, in every format and both languages.
. "${0%/*}/lib.sh"
expect 0 "the sample loads" init --sample
for lang in es en; do
	for format in html pdf xlsx text; do
		expect 0 "$format, $lang" bulletin --round 2022 --lang $lang --format $format -o "$here/b-$lang.$format"
	done
done
# has FILE TEXT
has() {
	if grep -qF -- "$2" "$here/$1"; then pass "$1: $2"; else miss "$1: $2"; fi
}
hasnot() {
	if grep -qE -- "$2" "$here/$1"; then miss "$1 without $2"; else pass "$1 without $2"; fi
}
nbsp=$(printf '\302\240')
for lang in es en; do
	hasnot b-$lang.html '<script|javascript:| style=| on[a-z]+="|https?://[^w"]*\.(js|css)'
	hasnot b-$lang.html '\{[FQK][0-9]+[.}]'
	hasnot b-$lang.text '\{[FQK][0-9]+[.}]'
done
has b-es.html 'lang="es'
has b-en.html 'lang="en'
has b-es.html '64 de 100 aglomeraciones productivas están consolidadas'
has b-en.html '64 of 100 productive agglomerations are consolidated'
has b-es.html 'Datos sintéticos de demostración'
has b-en.html 'Synthetic demonstration data'
has b-es.text "72${nbsp}%"
has b-es.text '476.504'
has b-en.text '476,504'
has b-es.text '457 mil millones de pesos'
has b-es.text 'entre 60 y 68'
has b-en.text 'between 60 and 68'
if [ "$(grep -c '<svg' "$here/b-es.html")" -gt 0 ] && [ "$(grep -o '<svg' "$here/b-es.html" | wc -l)" -le "$(grep -o '<title' "$here/b-es.html" | wc -l)" ]; then
	pass "each chart has its title"
else miss "each chart has its title"; fi
if command -v pdfinfo >/dev/null && command -v pdffonts >/dev/null; then
	for lang in es en; do
		pdf=$here/b-$lang.pdf
		pages=$(pdfinfo "$pdf" | sed -n 's/^Pages: *//p')
		if [ "$pages" -ge 6 ] && [ "$pages" -le 16 ]; then pass "$pages pages, $lang"; else miss "$pages pages, $lang"; fi
		if pdfinfo "$pdf" | grep -q '^Tagged: *yes'; then pass "tagged, $lang"; else miss "tagged, $lang"; fi
		if pdffonts "$pdf" | awk 'NR > 2 && $(NF - 4) != "yes" { bad = 1 } END { exit bad }'; then
			pass "fonts embedded, $lang"
		else miss "fonts embedded, $lang"; fi
		pdftotext "$pdf" "$here/pdf.txt"
		if grep -q 'Inter' <<-END
			$(pdffonts "$pdf")
		END
		then pass "set in Inter, $lang"; else miss "set in Inter, $lang"; fi
		if [ $lang = es ]; then has pdf.txt 'consolidadas'; else has pdf.txt 'consolidated'; fi
	done
else
	skip "pages, tags and fonts of the PDF" "poppler-utils is not installed"
fi
if command -v qpdf >/dev/null; then
	if qpdf --check "$here/b-es.pdf" >"$here/out" 2>&1; then pass "the PDF is sound"; else miss "the PDF is sound"; fi
	qpdf --qdf --object-streams=disable "$here/b-es.pdf" "$here/plain.pdf"
	if grep -aq '/Lang (es' "$here/plain.pdf"; then pass "the PDF says its language"; else miss "the PDF says its language"; fi
	if [ "$(grep -ac '/S /Figure' "$here/plain.pdf")" -gt 0 ] && [ "$(grep -ac '/S /Figure' "$here/plain.pdf")" -le "$(grep -ac '/Alt ' "$here/plain.pdf")" ]; then
		pass "each figure has a text alternative"
	else miss "each figure has a text alternative"; fi
	if grep -aq '/Type /Outlines' "$here/plain.pdf"; then pass "bookmarks"; else miss "bookmarks"; fi
else
	skip "soundness and language of the PDF" "qpdf is not installed"
fi
mkdir "$here/x"
if command -v unzip >/dev/null && (cd "$here/x" && unzip -q "$here/b-es.xlsx"); then
	if grep -q 'share(' "$here"/x/xl/*.xml "$here"/x/xl/worksheets/*.xml; then pass "the workbook holds the formulas"; else miss "the workbook holds the formulas"; fi
else
	skip "inside the workbook" "unzip is not installed"
fi
sleep 1
for format in html pdf xlsx text; do
	run bulletin --round 2022 --format $format -o "$here/again.$format"
	same "same bytes again as $format" "$here/b-es.$format" "$here/again.$format"
done
expect 0 "2020 under the same method" bulletin --round 2020 --format text -o "$here/b-2020.text"
expect 0 "2016 under the older method" bulletin --round 2016 --format text -o "$here/b-2016.text"
hasnot b-2016.text '\{[A-Z][0-9]+[.}]'
done_testing
