#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sentences of the contract that an outsider would try, each in the smallest case that tells right from wrong.
. "${0%/*}/lib.sh"

# ---- the locale decides only the language of stderr --------------------------------------------------
expect 0 "what would init do" init --dry-run
if [ -e "$SSME_DATA" ]; then miss "nothing was made"; else pass "nothing was made"; fi
expect 0 "a folder" init
expect 2 "it would be refused now" init --dry-run
LC_ALL=en_GB.UTF-8 expect 2 "an error in an English locale" round show 1
says "is in English" 'there is no round;'
LC_ALL=en_GB.UTF-8 expect 2 "unless Spanish is asked for" --lang es round show 1
says "as here" 'no hay ninguna ronda'
LC_ALL=en_GB.UTF-8 expect 0 "results stay in Spanish" help calc
says "as here" 'Ejemplo:'

# ---- formulas over a file ----------------------------------------------------------------------------
printf 'id,x,y,t\n1,1,2,hola\n2,,3,ND\n3,NA,ND,\n' >"$here/a.csv"
expect 2 "a formula with a value for each row is refused" calc "$here/a.csv" 'max(${x}, ${y})'
says "and the cure is named" 'sum('
expect 2 "a bare name is refused" calc "$here/a.csv" '${x}'
expect 2 "a number is no condition" calc "$here/a.csv" 'count()' --where '${x}'
says "and the cure is named" '${x} != 0'
expect 2 "nor is a text" calc "$here/a.csv" 'count()' --where '${t}'

toy_round
run import --round 2022 --form cluster "$toy/answers.csv"
expect 2 "no condition over a round either" figures --round 2022 --where '${Q2}'
says "and the cure is named" '${Q2} != 0'

# ---- figures made of figures, and of personal answers --------------------------------------------------
cp -r "$toy/instrument" "$here/two"
sed -i 's/^version,1/version,2/' "$here/two/method/settings.csv"
sed -i '1s/$/,ssme::personal/' "$here/two/cluster/survey.csv"
cat >>"$here/two/cluster/survey.csv" <<'END'
text,Q8,Quién,Who,,,,,,,,,,yes
calculate,Q9,,,,,,,,,,"concat(${Q8}, '!')",,
END
cat >>"$here/two/method/indicators.csv" <<'END'
F7,Mayor,Greatest,text,0,cluster,"highest(${Q4}, ${Q1})",,
F8,Copia,Copy,text,0,cluster,"if(count() > 0, figure('F7'), 'x')",,
F9,Es b,Is b,count,0,cluster,"if(figure('F7') = 'b', 1, 0)",,
F10,Quiénes,Who,list,0,cluster,counts(${Q9}),,
F11,Quién,Who,text,0,cluster,"highest(${Q4}, ${Q9})",,
F12,Quién,Who,text,0,cluster,"concat(figure('F11'), '.')",,
END
printf 'cluster,Q1,Q4,Q8\nC1,a,1,Rosalba\nC2,b,2,Efraín\n' >"$here/two.csv"
expect 0 "publish" instrument publish "$here/two"
expect 0 "open" round open 2024 --instrument toy@2 --from 2024-01-01
expect 0 "import" import --round 2024 --form cluster "$here/two.csv"
expect 0 "figures" figures --round 2024 --format json
says "the option's label is printed" '"id":"F7","by":{},"value":"b","unit":"text","decimals":0,"text":"No"'
says "a figure of a text is a text" '"id":"F8","by":{},"value":"b"'
says "and compares as one" '"id":"F9","by":{},"value":1'
says "what is made of personal answers is suppressed" '"id":"F12","by":{},"value":null'
silent "and not printed" 'Rosalba'
silent "nor joined" 'Efra'
expect 2 "nor a group" figures --round 2024 --by Q9 F1
if grep -q 'Rosalba' "$SSME_DATA"/*; then miss "not in the data folder"; else pass "not in the data folder"; fi
sed -i 's/^version,2/version,3/; ' "$here/two/method/settings.csv"
echo 'F13,Suma,Sum,count,0,cluster,figure('"'F7'"') + 1,,' >>"$here/two/method/indicators.csv"
expect 2 "a text is no number" instrument check "$here/two"

# ---- the rows of a repeat in a sheet of the workbook ---------------------------------------------------
cp -r "$toy/instrument" "$here/pr"
sed -i 's/^version,1/version,4/; $a reason,Otro formulario' "$here/pr/method/settings.csv"
cat >>"$here/pr/cluster/survey.csv" <<'END'
begin_repeat,pr,Proyectos,Projects,,,,,,,,,
integer,pe,Empleos,Jobs,,,,,,,,,
end_repeat,,,,,,,,,,,,
calculate,te,,,,,,,,,,sum(${pe}),
END
echo 'F7,Empleos,Jobs,count,0,cluster,sum(${te}),,' >>"$here/pr/method/indicators.csv"
expect 0 "publish" instrument publish "$here/pr"
expect 0 "open" round open 2026 --instrument toy@4 --from 2026-01-01
expect 0 "a workbook with both" import --round 2026 --form cluster "$SSME_SOURCE/tests/data/repeat.xlsx"
expect 0 "figures" figures --round 2026 F7 --format json
says "both rows are in" '"value":7,'
expect 0 "the same, named" import --round 2026 --form cluster "$SSME_SOURCE/tests/data/repeat.xlsx" \
	--repeat "pr=$SSME_SOURCE/tests/data/repeat.xlsx"
expect 0 "figures" figures --round 2026 F7 --format json
says "both rows are in" '"value":7,'

done_testing
