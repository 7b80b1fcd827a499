#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is known of the quality of a round's data.
. "${0%/*}/lib.sh"

toy_round
cat >"$here/a.csv" <<'END'
cluster,Q1,Q2,Q2__reason,Q3,Q4,Q4__imputed,Q6
C1,a,25,son muchos,x y,1000000,mediana de su clase,2022-07-01
C2,b,,,ND,2000000,,2022-07-01
C3,a,1,,z x,NA,,
END
expect 0 "answers that say what was imputed" import --round 2022 --form cluster "$here/a.csv"
expect 0 "quality" quality --round 2022
says "in words" "Respondieron 3 de"
expect 0 "as JSON" quality --round 2022 --format json
says "the register and who answered" '"answered":3'
says "by department" '"by":"department","code":"05"'
says "what was imputed" '"imputed":[{"question":"Q4","n":1,"amount":1000000,"total":3000000}]'
expect 0 "figures" figures --round 2022 --format json
says "a figure over it says so" '"imputed":1'
expect 0 "as CSV, in English" --lang en quality --round 2022 --format csv
says "with its heads" "by,value,registered,answered"
expect 2 "a round that is not there" quality --round 1999

rm -rf "$SSME_DATA"
run init --sample
expect 0 "the sample" quality --round 2022 --format json
says "by the level before" '"by":"level_before","code":"basico"'
says "worst question first" '"items":[{"question":'
silent "nothing imputed" '"imputed":[{'
done_testing
