#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The sample rounds give every figure that the bulletin of 2022 prints, and are the same each time.
. "${0%/*}/lib.sh"

expect 0 "init with the sample" init --sample
expect 0 "rounds" round list --format csv
for round in 2016 2018 2020 2022; do says "round $round" "$round,"; done

# value FIGURE NUMBER: as the bulletin prints it, before rounding where it prints a rounded one.
value() {
	if grep -q "\"id\":\"$1\",\"by\":{},\"value\":$2[,.]" "$here/out"; then
		pass "$1 is $2"
	else
		miss "$1 is $2: $(grep -o "\"id\":\"$1\",\"by\":{},\"value\":[^,]*" "$here/out")"
	fi
}
# text FIGURE TEXT
text() {
	if tr '\302\240' '  ' <"$here/out" | tr -s ' ' |
		grep -q "\"id\":\"$1\",\"by\":{},[^{]*\"text\":\"$2\""; then pass "$1 prints $2"; else
		miss "$1 prints $2"
	fi
}
# order FIGURE KEY...: a list, best first.
order() {
	got=$(grep -o "\"id\":\"$1\",\"by\":{},\"value\":\[[^]]*\]" "$here/out" |
		grep -o '"key":"[^"]*"' | cut -d'"' -f4 | tr '\n' ' ')
	name=$1
	shift
	if [ "$got" = "$* " ]; then pass "$name is $*"; else miss "$name is $*: $got"; fi
}

expect 0 "figures of 2022" figures --round 2022 --format json
for pair in F01=4 F02=2016 F03=2 F04=2020 F05=8 F07=100 F08=24 F09=26 F12=3 F13=64 F14=30 F15=6 \
	F16=72 F17=56 F18=59 F19=30 F20=54 F21=78 F22=56 F23=78 F24=13 F25=9 F26=74 F27=8 F28=8 F29=10 \
	F30=64 F31=26 F32=10 F33=73 F35=385 F36=476504 F37=2709296 F38=37728 F39=3 F40=36249 \
	F47=457000000000 F48=385502 F49=19 F50=7 F51=46 F52=33 F53=21 F54=33 F55=21 F56=14 F57=46 F58=31 \
	F59=13 F60=10; do
	value "${pair%=*}" "${pair#*=}"
done
for pair in F11=92 F41=96 F42=74 F43=18 F44=5 F45=3 F46=97; do text "${pair%=*}" "${pair#*=} %"; done
order F06 2022-07-01/2022-09-30
order F34 equipo informacion espacios contactos convocatorias
order F61 idi capacitacion mercados_internacionales conocimiento
order F62 reactivacion empleo encadenamientos agenda ambiente
order F63 insumos tecnologia
value K01 36249
says "F64 is agro-industry" '"id":"F64","by":{},"value":"agroindustria"'
departments=$(grep -o '"id":"F10","by":{},"value":\[[^]]*\]' "$here/out" |
	grep -o '"value":[0-9][0-9]*' | awk -F: '{ n++; sum += $2 } END { print n, sum }')
if [ "$departments" = "24 100" ]; then pass "F10 has 24 counts that add up to 100"; else
	miss "F10 has 24 counts that add up to 100: $departments"
fi

expect 0 "the round's data" figures --round 2022 --format json Q01
says "is said to be synthetic" '"synthetic":true'
says "120 clusters are registered" '"value":120'
expect 0 "scores" scores --round 2022 --format json
# By hand: (6*72 + 20*82.5 + 15*2400/35 + 20*3700/55 + 10*1700/30 + 9*1500/35 + 10*1400/30 + 10*48) / 100
says "the worked example" '"score":63.550736,"level":"consolidado"'
silent "every cluster is categorised" no_categorizable

# The generator, where the build left it.
sample=${SSME%/*}/src/app/sample
if [ ! -x "$sample" ]; then
	for name in "same bytes again" "companies add up"; do skip "$name" "no $sample"; done
	done_testing
	exit
fi
if "$sample" "$here/one" "$SSME_SOURCE/instruments/ssme" &&
	"$sample" "$here/two" "$SSME_SOURCE/instruments/ssme" && diff -r "$here/one" "$here/two" >/dev/null
then pass "same bytes again"; else miss "same bytes again"; fi

# sums FILE FORMULA...: values by cluster, formula after formula.
sums() {
	file=$here/one/2022/$1.csv
	shift
	for formula; do
		"$SSME" calc "$file" "$formula" --by cluster --format csv | cut -d, -f1,3
	done
}
sums company 'count()' "count(\${X05_rango} = 'a')" "count(\${X05_rango} = 'b')" \
	"count(\${X05_rango} = 'c')" "count(\${X05_rango} = 'd')" "sum(\${X06_formal})" \
	"sum(\${X06_informal})" >"$here/companies"
sums cluster "sum(\${A01_empresas})" "sum(\${A03_micro})" "sum(\${A03_pequena})" "sum(\${A03_mediana})" \
	"sum(\${A03_grande})" "sum(\${I04_formal_ultimo})" "sum(\${I04_informal_ultimo})" >"$here/clusters"
if [ "$(wc -l <"$here/companies")" = 707 ]; then pass "a hundred clusters in seven sums"; else
	miss "a hundred clusters in seven sums"
fi
same "companies add up to their clusters in number, size and jobs" "$here/companies" "$here/clusters"
done_testing
