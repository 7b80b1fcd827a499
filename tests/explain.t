#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A cluster explained: contributions that add up, bounds, the way to the next level, peers.
. "${SSME_SOURCE:-.}/tests/lib.sh"

expect 0 "the sample" init --sample

expect 0 "the worked example" explain C037@2022
says "its score" "63.550736"
# 6 * 72, 20 * 82.5, 15 * 2400/35, 20 * 3700/55, 10 * 1700/30, 9 * 1500/35, 10 * 1400/30, 10 * 48,
# each by 100: 4.32 16.5 10.285714.. 13.454545.. 5.666666.. 3.857142.. 4.666666.. 4.8.  Cut to six
# decimals they leave 0.000003 of the rounded score, which go to the three largest remainders:
# P and N (.67) and C (.86); A (.29) and G (.45) stay.
for row in "Enfoque .* 72  *4.32" "Estrategia .* 82.5  *16.5" \
	"Actores participantes .* 68.571429  *10.285714" "Gobernanza .* 67.272727  *13.454545" \
	"Proyectos e iniciativas .* 56.666667  *5.666667" \
	"Colaboración y alianzas .* 42.857143  *3.857143" \
	"Estrategia de financiación .* 46.666667  *4.666667" "Impacto empresarial .* 48  *4.8"; do
	if grep -q -- "$row *$" "$here/out"; then pass "area: $row"; else miss "area: $row"; fi
done
says "already at the highest official level" "ya está en el más alto"
says "the distance under the second profile" "le faltan 16.449265 puntos"
says "what a plan is not" "según la regla, no un efecto causal"
says "peers are named" "deja atrás al"
silent "no rank" "puesto 4"

expect 0 "the worked example, in English" explain C037@2022 --lang en
says "the highest" "it is at the highest already"
says "not a causal effect" "by the rule, not a causal effect"

# What jq or python would do, by hand: numbers of one key in the JSON, and their exact sum.
# sum_of KEY FROM TO: adds up KEY in the part of the output between two keys.
sum_of() {
	sed "s/.*\"$2\"://; s/,\"$3\":.*//" "$here/out" | grep -o "\"$1\":[0-9.]*" | cut -d: -f2 |
		awk '{ split($1, p, "."); s += p[1] * 1000000 + substr(p[2] "000000", 1, 6) }
			END { printf "%d\n", s }'
}
adds_up() { # NAME WANTED GOT
	if [ "$2" = "$3" ]; then pass "$1"; else
		echo "# wanted $2, got $3"
		miss "$1"
	fi
}
# "areas" and "items" end the object.
for cluster in C037 C060 C042; do
	expect 0 "$cluster as JSON" explain $cluster@2022 --format json
	score=$(grep -o '"score":"[0-9.]*"' "$here/out" | tr -dc '0-9.\n' |
		awk '{ split($1, p, "."); print p[1] * 1000000 + substr(p[2] "000000", 1, 6) }')
	adds_up "$cluster: areas add up to the score" "$score" "$(sum_of contribution areas items)"
	adds_up "$cluster: items add up to the score" "$score" "$(sum_of contribution items no_such_key)"
done

expect 0 "missing answers have bounds" explain C060@2022
says "from lower to upper" "de 46.622684 (lo que falta da 0) a 51.265541 (da el máximo); 49.33697"
expect 0 "bounds of a score" scores --round 2022 C060 --format json
says "in the JSON of scores" '"bounds":{"lower":46.622684,"available":49.33697,"upper":51.265541}'
expect 0 "bounds where nothing is missing" scores --round 2022 C037 --format json
says "are one point" '"bounds":{"lower":63.550736,"available":63.550736,"upper":63.550736}'

# C042 has 26.941645 points; 40 - 26.941645 = 13.058355.
expect 0 "a way to the next level" explain C042@2022 --format json
says "the distance" '"level":"en_consolidacion","missing":13.058355,"gate":null,"complete":true'
says "plans with their effort, score and level" '"plans":[{"effort":7,"score":40.205714,"level":"en_consolidacion"'
says "steps in words" '"text":"Convoque la asamblea cada año"'
says "peers" '"peers":{"label":"agroindustria · D (100+)","n":22,'
cp "$here/out" "$here/first"
sleep 1
run explain C042@2022 --format json
same "the same bytes again" "$here/out" "$here/first"

expect 2 "a cluster that is not there" explain C999@2022
says "is named" "C999"

done_testing
