#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes together in the sample round, and what was looked at and does not.
. "${0%/*}/lib.sh"

run init --sample
expect 0 "the sample round" associate --round 2022
says "counts what was looked at" "Se miraron 78 pares"
says "an association is no effect" "Una asociación no es un efecto."
says "what was found" "Estrategia se asocia con Gobernanza: los clústeres con más puntos en Estrategia suelen tener más puntos en Gobernanza."
says "the score without the area" "Gobernanza se asocia con el puntaje (sin lo que tienen en común)"
says "and what was not" "No encontramos evidencia de asociación entre «Empresas activas» e Impacto empresarial."
cp "$here/out" "$here/es"
expect 0 "in English" associate --round 2022 --lang en
says "the words too" "Strategy is associated with Governance: clusters with more points in Strategy tend to have more points in Governance."
says "the not found ones" "We found no evidence of an association between “Active companies” and Business impact."
# Words that say more than a test of association allows; "no effect" in the head says the opposite.
if grep -v 'no es un\|is not an' "$here/es" "$here/out" |
	grep -qiE 'causa|efecto|gracias a|debido|produce|genera |provoca|mejora|impulsa|hace que|cause|effect|because|due to|lead|improve|drive|make'; then
	miss "no sentence says what does what to what"
else pass "no sentence says what does what to what"; fi

expect 0 "as CSV" associate --round 2022 --format csv
# columns: x, y, part_whole, n, rho, low, high, p, p_adjusted, p_holm, found, sentence
if tr -d '\r' <"$here/out" | awk -F, 'NR > 1 && $5 != "" {
	n++
	if ($6 > $5 || $5 > $7 || $9 < $8 || $10 < $9 - 1e-15) { print "wrong: " $0; bad = 1 }
	if (($9 < 0.05) != ($11 == "true")) { print "found? " $0; bad = 1 }
	if ($2 == "score" && $3 != "true") { print "part? " $0; bad = 1 }
	# of 100 pairs, less than 0.197 is no more than chance
	if ($4 == 100 && $11 == "true" && $5 < 0.197 && $5 > -0.197) { print "weak " $0; bad = 1 }
} END { exit bad || n != 78 }'; then
	pass "intervals hold the coefficient, adjusting never lowers a p, found is below 0.05"
else miss "intervals hold the coefficient, adjusting never lowers a p, found is below 0.05"; fi

expect 0 "as JSON" associate --round 2022 --format json
says "how many" '"n_pairs":78,"found":[{'
says "not found" '"not_found":[{'
says "the hash of the method" '"sha256":"'
cp "$here/out" "$here/json"
expect 0 "once more" associate --round 2022 --format json
same "the same bytes" "$here/json" "$here/out"
expect 2 "a round that is not there" associate --round 1999
done_testing
