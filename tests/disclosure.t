#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Disclosure control as a user sees it: small cells are protected everywhere and in the same way,
# what they could be worked out from is protected too, and the whole round stays published.
. "${0%/*}/lib.sh"

expect 0 "init with the sample" init --sample
expect 0 "figures of the whole round" figures --round 2022 --format json
silent "nothing of the whole round is protected" '"status":"Q"'

expect 0 "by sector" figures --round 2022 --by sector --format csv F16 F47 Q50
silent "no sector is protected" "dato protegido"

expect 0 "by department" figures --round 2022 --by department --format csv F07 F16
says "a department of one cluster is protected" "18,F16,Asamblea General,dato protegido,,,,,,,,Q"
says "its count is public" "18,F07,Aglomeraciones participantes,1,1,1"
says "a department of eighteen is published" "05,F16,Asamblea General,67"
cp "$here/out" "$here/first"

expect 0 "as JSON" figures --round 2022 --by department --format json --lang en F16
says "in English" '"text":"protected"'
says "with its reason" '"status":"Q","confidentiality":"A"'
if tr '{' '\n' <"$here/out" | grep -A9 '"department":"18"' | head -1 | grep -q '"n":'; then
	miss "not even how many stand behind it"
else pass "not even how many stand behind it"; fi

expect 0 "export" export --round 2022 --by department --format csv -o "$here/export.csv"
if grep -q "^18,F16,[^,]*,dato protegido," "$here/export.csv"; then
	pass "an export protects the same"
else miss "an export protects the same"; fi

# All but the one of department 18: the difference to the whole round would tell its answer.
expect 0 "all but one" figures --round 2022 --where "\${department} != '18'" F16 --format csv
says "is protected" "F16,Asamblea General,dato protegido"
expect 0 "a subset of many" figures --round 2022 --where "\${department} = '05'" F16 --format csv
says "is published" "F16,Asamblea General,67"

# Three clusters of manufacturing are of size B; sectors are published, so another size is hidden.
expect 0 "by sector and size" figures --round 2022 --by sector --by size F16 --format csv
if [ "$(grep -c '^manufactura,.*dato protegido' "$here/out")" -ge 2 ]; then
	pass "no cell is the only one hidden in its sector"
else miss "no cell is the only one hidden in its sector"; fi

# Counts of clusters are public by department, but by an answer they would count the answers.
expect 0 "public counts by department and answer" figures --round 2022 --by department --by S04 --format csv F07
says "a department of one cluster is protected then" "18,b,F07,Aglomeraciones participantes,dato protegido"
expect 0 "public counts by department" figures --round 2022 --by department --format csv F07
silent "are public" "dato protegido"

expect 0 "by department again, after all that" figures --round 2022 --by department --format csv F07 F16
same "gives the same" "$here/first" "$here/out"

# Fewer than five of the clusters of one sector came in: their part of the change is theirs alone.
expect 0 "what changed between two rounds" compare 2020 2022 --format json
if tr '{' '\n' <"$here/out" | grep '"id":"F55"' | grep -q '"protected":true,"parts":null,"panel":null'; then
	pass "a part of a change that is of too few is protected"
else miss "a part of a change that is of too few is protected"; fi

expect 0 "the audit" disclosure --round 2022
says "finds nothing exposed" "0 expuestas"
says "says why" "pocos aportantes"
says "says for whose sake" "protege a otra celda"
expect 0 "the audit as CSV in English" disclosure --round 2022 --format csv --lang en
says "has the code" "department,18,F16,A,few contributors,1,0,1,no"
expect 2 "an unknown dimension" disclosure --round 2022 --by departament
says "is named with the nearest" "department"
done_testing
