#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A round from a spreadsheet of questions and a file of answers to figures, scores and the bulletin.
. "${0%/*}/lib.sh"

expect 2 "no store yet" round list
says "and the cure is named" "ssme"
expect 0 "init makes the folder" init
expect 2 "init twice is refused" init
expect 0 "publish" instrument publish "$toy/instrument"
expect 0 "publish the same again" instrument publish "$toy/instrument"
cp -r "$toy/instrument" "$here/other"
sed -i 's/^toy,Juguete/toy,Otro/; s/,Juguete$/,Otro/' "$here/other/method/settings.csv"
expect 2 "other content under the same version is refused" instrument publish "$here/other"
expect 0 "register" register import "$toy/register.csv"
says "a lost leading zero is mended and said" "«5» se leyó como «05»"
expect 0 "open" round open 2022 --instrument toy@1 --from 2022-07-01 --to 2022-09-30
expect 2 "open twice is refused" round open 2022 --instrument toy@1
expect 2 "an unknown instrument is refused" round open 2023 --instrument toy@9
expect 0 "dry run" import --round 2022 --form cluster --dry-run "$toy/answers.csv"
expect 0 "nothing was stored" round show 2022 --format json
says "no answers yet" '"clusters":0'
expect 0 "import" import --round 2022 --form cluster "$toy/answers.csv"
expect 0 "figures" figures --round 2022 --format json
says "share with its fraction" '"id":"F1","by":{},"value":66.66666666666667,"unit":"percent","decimals":0,"text":"67 %","numerator":2,"denominator":3'
says "money in words" '3 millones de pesos'
says "a list, best first" '[{"key":"x","value":2},{"key":"y","value":1}]'
says "missing by its kind" '"n":2,"missing":{"NR":0,"ND":0,"NA":1}'
expect 0 "figures by department" figures --round 2022 --by department F1 --format csv
says "cells by code" "11,F1,"
expect 0 "figures under a condition" figures --round 2022 --where "\${Q1} = 'a'" F1 --format json
says "only those rows" '"n":2,'
expect 2 "an unknown figure is refused" figures --round 2022 F99
expect 0 "scores" scores --round 2022 --format json
says "exact to six decimals" '"score":86.666667,"level":"consolidado"'
says "an area with too much missing is not computed" '"areas":{"G":0,"S":null}'
expect 0 "explain a cluster" explain C1@2022
says "answers behind the points" "Q1=a, Q2=25"
expect 0 "explain a figure" explain F1@2022 --format json
says "its formula" "\"formula\":\"share(\${Q1} = 'a')\""
for format in html pdf xlsx text; do
	expect 0 "bulletin as $format" bulletin --round 2022 --format $format -o "$here/b1.$format"
	sleep 1
	run bulletin --round 2022 --format $format -o "$here/b2.$format"
	same "same bytes again as $format" "$here/b1.$format" "$here/b2.$format"
done
expect 0 "bulletin in English" bulletin --round 2022 --lang en --format text -o -
says "its finding" "2 of 3 have an assembly"
expect 0 "export" export --round 2022 --format xlsx --by department -o "$here/e.xlsx"
expect 0 "an exported table is CSV" export --round 2022 --format csv -o -
says "with its head" "cifra,nombre,texto"
expect 0 "instrument as a workbook" instrument export toy@1 -o "$here/toy.xlsx"
expect 0 "which is the same instrument" instrument publish "$here/toy.xlsx"
expect 0 "instrument as a folder" instrument export toy@1 -o "$here/folder"
expect 0 "which is the same too" instrument publish "$here/folder"
expect 0 "form for other tools" instrument export toy@1 --form cluster -o "$here/form.xlsx"
expect 0 "which is an XLSForm" instrument check "$here/form.xlsx"
expect 0 "a later file makes a new revision" import --round 2022 --form cluster --decimal comma "$toy/answers-excel.csv"
says "a serial day is mended and said" "2022-07-01"
expect 0 "freeze" round freeze 2022
expect 2 "a frozen round takes nothing" import --round 2022 --form cluster "$toy/answers.csv"
expect 0 "publish the round" round publish 2022
expect 2 "once" round publish 2022
expect 0 "doctor" doctor
before=$(fingerprint)
expect 0 "backup" backup "$here/copy"
expect 2 "a backup replaces nothing" backup "$here/copy"
SSME_DATA=$here/again
expect 0 "restore" restore "$here/copy"
if [ "$before" = "$(fingerprint)" ]; then pass "restored as it was"; else miss "restored as it was"; fi
expect 2 "restore replaces nothing unasked" restore "$here/copy"
done_testing
