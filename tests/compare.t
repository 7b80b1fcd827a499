#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two rounds of the sample side by side: under one method, across a change of method, and a round against
# itself.  The sample is synthetic; what is checked are identities, not its values.
. "${0%/*}/lib.sh"
expect 0 "init" init --sample

# ask EXPRESSION: the value of a Python expression over the JSON of the last call, d.
ask() {
	python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
near = lambda x, y: abs(x - y) <= 1e-9 * max(1, abs(x), abs(y))
by_id = {f["id"]: f for f in d["figures"]}
print(eval(sys.argv[2]))' "$here/out" "$1" 2>&1
}
# holds NAME EXPRESSION
holds() {
	got=$(ask "$2")
	if [ "$got" = True ]; then pass "$1"; else
		echo "# $2: $got"
		miss "$1"
	fi
}

expect 0 "two rounds of one method" compare 2020 2022
says "who is in both" "aglomeraciones en las dos rondas"
says "who came" "Entraron (sin respuesta en la otra ronda): "
says "moves with their test" "prueba exacta de signos"
silent "and nothing that a column would say of every row alike" "relación"
expect 0 "in English" compare 2020 2022 --lang en
says "the same in English" "agglomerations in both rounds"
expect 0 "as a table" compare 2020 2022 --format csv
says "with its head" "figure,name,old,new,change,stayers,entrants,leavers,method,n,adjusted_p,finding"

if ! command -v python3 >/dev/null; then
	skip "JSON" "no python3"
	done_testing
	exit
fi

expect 0 "as JSON" compare 2020 2022 --by cluster --format json
holds "the same method" 'd["comparability"]["kind"] == "same_method"'
holds "everyone is in the panel once" \
	'[d["panel"]["stayers"] + d["panel"][k] for k in ("entrants", "leavers")] == [d[k]["data"]["responses"] for k in ("new", "old")]'
holds "moves add up to the panel" \
	'd["transitions"]["up"] + d["transitions"]["down"] + d["transitions"]["same"] == sum(map(sum, d["transitions"]["from_to"]))'
holds "parts add up to the change of each figure" \
	'all(near(sum(f["parts"].values()), f["change"]) for f in d["figures"] if f["parts"])'
holds "and most figures have parts" 'sum(1 for f in d["figures"] if f["parts"]) > 60'
holds "items add up to the change of each score, to the last digit" \
	'all(sum(round(1e6 * i[k]) for i in c["items"] for k in ("answer", "weight")) == round(1e6 * c["change"]) for c in d["clusters"] if c["computed"])'
holds "every stayer is there" 'len(d["clusters"]) == d["panel"]["stayers"]'
cp "$here/out" "$here/forward"

expect 0 "the other way round" compare 2022 2020 --by cluster --format json
cp "$here/out" "$here/backward"
if python3 - "$here/forward" "$here/backward" <<'END'; then
import json, sys
x, y = (json.load(open(p)) for p in sys.argv[1:])
near = lambda p, q: abs(p - q) <= 1e-9 * max(1, abs(p), abs(q))
assert x["transitions"]["up"] == y["transitions"]["down"]
assert x["transitions"]["sign_p"] == y["transitions"]["sign_p"]
for f, g in zip(x["figures"], y["figures"]):
    assert f["change"] is None and g["change"] is None or near(f["change"], -g["change"]), f
    if f["parts"]:
        assert near(f["parts"]["stayers"], -g["parts"]["stayers"]), f
        assert near(f["parts"]["entrants"], -g["parts"]["leavers"]), f
back = {c["old_cluster"]: c for c in y["clusters"]}
for c in x["clusters"]:
    if c["computed"]:
        assert c["change"] == -back[c["cluster"]]["change"], c
END
	pass "every change has the other sign"
else
	miss "every change has the other sign"
fi

expect 0 "a round against itself" compare 2022 2022 --by cluster --format json
holds "everyone stays" 'd["panel"]["entrants"] == 0 and d["panel"]["leavers"] == 0'
holds "nobody moves" \
	'd["transitions"]["up"] == 0 and d["transitions"]["down"] == 0 and d["transitions"]["sign_p"] == 1 and d["transitions"]["stuart_maxwell"] is None'
holds "no figure changes" \
	'all(f["change"] in (0, None) and (not f["parts"] or not any(f["parts"].values())) for f in d["figures"])'
holds "no score changes" 'all(c["change"] == 0 and not c["items"] for c in d["clusters"])'

expect 0 "across a change of method" compare 2018 2022
says "levels are not compared, and why" "no se comparan niveles ni puntajes"
expect 0 "in English too" compare 2018 2022 --lang en
says "with the reason" "neither levels nor scores are compared"
expect 0 "its JSON" compare 2018 2022 --by cluster --format json
holds "not comparable" \
	'd["comparability"]["kind"] == "not_comparable" and d["transitions"] is None and not any(c["computed"] for c in d["clusters"])'
holds "a broken series has no difference, no part, no test" \
	'all(f["change"] is None and f["parts"] is None and f["panel"] is None and f["test"] is None for f in d["figures"] if f["relation"] == "no")'
holds "and there are such series" 'sum(1 for f in d["figures"] if f["relation"] == "no") > 20'
holds "levels are among them" 'by_id["F13"]["relation"] == "no" and by_id["Q50"]["relation"] == "no"'
holds "what was asked alike keeps its line" 'by_id["F16"]["relation"] == "igual" and by_id["F16"]["parts"] is not None'
holds "a question with another wording is similar" 'by_id["F17"]["relation"] == "similar"'
holds "a bridge is marked" 'by_id["F18"]["relation"] == "puente" and by_id["F18"]["note"] != None'
holds "parts add up here too" \
	'all(near(sum(f["parts"].values()), f["change"]) for f in d["figures"] if f["parts"])'

expect 2 "a round that does not exist" compare 2020 2031
says "is named" "2031"
expect 2 "a round is missing" compare 2020
done_testing
