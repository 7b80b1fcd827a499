#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What must not change a number: the order of rows, the number of processors, the names of codes; and
# what must: an answer that is better, money that is counted in another unit.
. "${0%/*}/lib.sh"

# A store with an instrument's folder and a file of answers; what it then gives is in NAME.figures,
# NAME.scores (without what names method and data) and NAME.robustness.
numbers() { # NAME INSTRUMENT ANSWERS
	SSME_DATA=$here/store.$1
	"$SSME" init >/dev/null 2>&1
	"$SSME" instrument publish "$2" >/dev/null 2>&1
	"$SSME" register import "$toy/register.csv" >/dev/null 2>&1
	"$SSME" round open 2022 --instrument toy@1 --from 2022-07-01 --to 2022-09-30 >/dev/null 2>&1
	run import --round 2022 --form cluster "$3"
	"$SSME" figures --round 2022 --format csv | sed 's/\r//' >"$here/$1.figures"
	"$SSME" scores --round 2022 --format csv | sed 's/\r//' >"$here/$1.scores"
	"$SSME" robustness --round 2022 --draws 2000 --format csv 2>/dev/null | sed 's/\r//' >"$here/$1.robustness"
}

cp -r "$toy/instrument" "$here/plain"
cat >>"$here/plain/method/settings.csv" <<'END'
seed,7
robustness_dirichlet,20
robustness_item_error,5
robustness_missing,yes
END
echo 'F7,Crecimiento,Growth,percent,3,cluster,"100 * growth(${Q4}, 0.5 * ${Q4})",,' >>"$here/plain/method/indicators.csv"
numbers plain "$here/plain" "$toy/answers.csv"
if [ -s "$here/plain.figures" ] && [ "$(wc -l <"$here/plain.scores")" = 4 ]; then pass "numbers"; else miss "numbers"; fi

{ head -1 "$toy/answers.csv"; tail -n +2 "$toy/answers.csv" | sort -r; } >"$here/turned.csv"
numbers turned "$here/plain" "$here/turned.csv"
same "figures do not depend on the order of rows" "$here/plain.figures" "$here/turned.figures"
same "nor do scores" "$here/plain.scores" "$here/turned.scores"
same "nor the certainty of levels" "$here/plain.robustness" "$here/turned.robustness"

if taskset -c 0 true 2>/dev/null; then
	SSME_DATA=$here/store.plain
	taskset -c 0 "$SSME" robustness --round 2022 --draws 2000 --format csv 2>/dev/null | sed 's/\r//' >"$here/one.robustness"
	same "nor on the number of processors" "$here/plain.robustness" "$here/one.robustness"
else
	skip "nor on the number of processors" "taskset is not installed"
fi

cp -r "$here/plain" "$here/renamed"
sed -i 's/^yn,a,/yn,zz,/; s/^yn,b,/yn,m,/' "$here/renamed/cluster/choices.csv"
sed -i "s/'a'/'zz'/g; s/'b'/'m'/g" "$here/renamed/cluster/survey.csv" "$here/renamed/method/"*.csv
sed 's/^\(C[0-9]*\),a,/\1,zz,/; s/^\(C[0-9]*\),b,/\1,m,/' "$toy/answers.csv" >"$here/renamed.csv"
numbers renamed "$here/renamed" "$here/renamed.csv"
same "figures do not depend on the names of codes" "$here/plain.figures" "$here/renamed.figures"
same "nor do scores" "$here/plain.scores" "$here/renamed.scores"
same "nor the certainty of levels" "$here/plain.robustness" "$here/renamed.robustness"

sed 's/1000000.5/1000000500/; s/,2000000,/,2000000000,/' "$toy/answers.csv" >"$here/thousand.csv"
numbers thousand "$here/plain" "$here/thousand.csv"
sed 's/3000000.5/T/g; s/3 millones de pesos/T/' "$here/plain.figures" >"$here/a"
sed 's/3000000500/T/g; s/3 mil millones de pesos/T/' "$here/thousand.figures" >"$here/b"
if grep -q T "$here/a"; then pass "a total of money"; else miss "a total of money"; fi
same "grows with the unit of money, and nothing else does" "$here/a" "$here/b"
same "not even a score" "$here/plain.scores" "$here/thousand.scores"

sed 's/^C3,a,1,/C3,a,2,/' "$toy/answers.csv" >"$here/better.csv"
numbers better "$here/plain" "$here/better.csv"
score() { awk -F, -v id="$2" '$1 == id { print $2 }' "$here/$1.scores"; }
before=$(score plain C3) after=$(score better C3)
if awk -v a="$before" -v b="$after" 'BEGIN { exit !(a != "" && b + 0 > a + 0) }'; then
	pass "a better answer raises the score ($before to $after)"
else
	miss "a better answer raises the score ($before to $after)"
fi
grep -v '^C3,' "$here/plain.scores" >"$here/a"
grep -v '^C3,' "$here/better.scores" >"$here/b"
same "and only that of its cluster" "$here/a" "$here/b"
done_testing
