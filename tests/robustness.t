#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# How sure each level is: the sample round under its method's model, and a method without one.
. "${0%/*}/lib.sh"

run init --sample
expect 0 "the sample round" robustness --round 2022
says "counts firm, probable and undecided ones" "indefinidos"
says "names what moves the result most" "Lo que más mueve el resultado: "
says "declares the model" "semilla 20220701"
says "and its error" "a lo más 0,31 de 100"
cp "$here/out" "$here/first"
expect 0 "once more" robustness --round 2022
same "the same bytes" "$here/first" "$here/out"
expect 0 "in English" robustness --round 2022 --lang en
says "the words too" "What moves the result most: "
says "levels too" "Consolidating"

expect 0 "as CSV" robustness --round 2022 --format csv
cp "$here/out" "$here/csv"
# columns: cluster, level, three probabilities, certainty, score and its quantiles, rank quantiles, ...
if tr -d '\r' <"$here/csv" | awk -F, 'NR > 1 && $2 != "" {
	n++
	sum = $3 + $4 + $5
	most = $3 > $4 ? $3 : $4
	most = $5 > most ? $5 : most
	certainty = most >= 0.9 ? "firme" : most >= 0.7 ? "probable" : "indefinido"
	if (sum < 0.9999999 || sum > 1.0000001 || $6 != certainty || $8 > $9 || $9 > $10 || $11 < 1 ||
	    $11 > $12 || $12 > $13) { print "wrong: " $0; bad = 1 }
} END { exit bad || n != 100 }'; then
	pass "probabilities add up to one, and certainty, intervals and ranks agree with them"
else miss "probabilities add up to one, and certainty, intervals and ranks agree with them"; fi
# The worked example of the method: 63.55 points, 60.57 under equal weights; likely, not sure.
if grep -q '^C037,consolidado,.*,probable,63.550736,.*,consolidado,en_consolidacion' "$here/csv"; then
	pass "the worked example is probable"
else miss "the worked example is probable"; fi

expect 0 "as JSON" robustness --round 2022 --format json
says "the model is in it" '"model":{"seed":20220701,"draws":100000,"dirichlet":20,"weight_range":25,"geometric":50,'
says "the method's hash" '"sha256":"'
says "the score under equal weights" '"equal_weights":{"score":60.566829,"level":"consolidado"}'
says "the second profile" '"second_profile":{"profile":"ESCA-80","level":"en_consolidacion"}'
says "factors with intervals" '"total_low":'
cp "$here/out" "$here/json"
# The same answer whatever the processors; a machine with one has nothing to compare.
if command -v taskset >/dev/null && taskset -c 0 true 2>/dev/null; then
	taskset -c 0 "$SSME" robustness --round 2022 --format json >"$here/out" 2>"$here/err" </dev/null
	same "the same bytes on one processor" "$here/json" "$here/out"
else skip "the same bytes on one processor" "there is no taskset"; fi

expect 0 "another seed" robustness --round 2022 --seed 1 --draws 5000 --format json
says "is declared" '"seed":1,"draws":5000,'
cp "$here/out" "$here/seed"
if cmp -s "$here/seed" "$here/json"; then miss "and gives other numbers"; else pass "and gives other numbers"; fi
expect 0 "one draw" robustness --round 2022 --draws 1
expect 0 "a round under another method" robustness --round 2016 --draws 2000 --format json
says "has its levels" '"inicial"'

expect 2 "no draws" robustness --round 2022 --draws 0
says "is refused with the range" "de 1 a 10000000"
expect 2 "a round that is not there" robustness --round 1999
says "names it" "1999"

toy_round
run import --round 2022 --form cluster "$toy/answers.csv"
expect 2 "a method that declares no model" robustness --round 2022
says "is told how to" "robustness_"
expect 2 "in English" --lang en robustness --round 2022
says "too" "does not declare what could be otherwise"
done_testing
