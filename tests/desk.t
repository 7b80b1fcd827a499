#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The round desk from outside: a round from draft to publication, its days, letters, the register.
. "$(dirname "$0")/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
need curl
cookies=$here/cookies

get() { curl -s -b "$cookies" -c "$cookies" -o "$here/out" -w '%{http_code}' "http://$address$1" >"$here/err"; }
field() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" "$here/out" | head -1; }
# key PAGE: reads a page, and the fields of its last form that writes
key() {
	get "$1"
	csrf=$(grep -o 'name="csrf" value="[^"]*"' "$here/out" | tail -1 | sed 's/.*value="//; s/"//')
	idempotency=$(grep -o 'name="idempotency_key" value="[^"]*"' "$here/out" | tail -1 | sed 's/.*value="//; s/"//')
}
# post STATUS NAME PAGE PATH FIELD...
post() {
	want=$1 name=$2 page=$3 path=$4
	shift 4
	key "$page"
	for f in "$@"; do printf '%s\n' "$f"; done >"$here/fields"
	set --
	while IFS= read -r f; do set -- "$@" --data-urlencode "$f"; done <"$here/fields"
	got=$(curl -s -b "$cookies" -c "$cookies" -o "$here/out" -D "$here/head" -w '%{http_code}' \
		-H "Origin: ${origin:-http://$address}" --data-urlencode "csrf=$csrf" \
		--data-urlencode "idempotency_key=$idempotency" "$@" "http://$address$path")
	if [ "$got" = "$want" ]; then pass "$name"; else
		echo "# wanted $want, got $got"
		miss "$name"
	fi
}
shows() {
	get "$2"
	if [ "$(cat "$here/err")" = 200 ]; then says "$1" "$3"; else miss "$1"; fi
}

toy_round
"$SSME" import --round 2022 --form cluster "$toy/answers.csv" >/dev/null 2>&1
printf 'correct horse battery staple\n' >"$here/password"
"$SSME" account create --email ana@example.org --name Ana --role team --password "$here/password" >/dev/null 2>&1
cluster=$(sed -n '2s/,.*//p' "$toy/register.csv")
serve || give_up "the server does not start"
get /entrar
curl -s -b "$cookies" -c "$cookies" -o /dev/null -H "Origin: http://$address" \
	--data-urlencode "idempotency_key=$(field idempotency_key)" --data-urlencode email=ana@example.org \
	--data-urlencode "password=correct horse battery staple" "http://$address/entrar"

shows "the rounds are listed" /rondas "Ronda 2022"
post 303 "a round is made as a draft" /rondas/nueva /rondas/nueva id=2024 instrument=toy@1 from=2024-07-01 to=2024-09-30
post 422 "a name that is none is refused beside its field" /rondas/nueva /rondas/nueva "id=2024 x" instrument=toy@1 from=2024-07-01 to=2024-09-30
says "with what was typed" "2024 x"
post 422 "days in the wrong order are refused" /rondas/2024 /rondas/2024/dias from=2024-07-01 to=2024-06-30
shows "a draft says that it is one" /rondas/2024 "en borrador"
shows "opening says what will happen" /rondas/2024/abrir "Los gestores podrán responder"
post 303 "it is opened" /rondas/2024/abrir /rondas/2024/abrir
shows "a second time it cannot be" /rondas/2024/abrir "No se puede"
shows "its time is over" /rondas/2024 "el plazo terminó"
post 422 "extending wants a reason" /rondas/2024 /rondas/2024/plazo to=2099-12-31 "reason= "
post 303 "it is extended" /rondas/2024 /rondas/2024/plazo to=2099-12-31 "reason=faltan doce"
shows "and the reason stands there" /rondas/2024 "faltan doce"
run round calendar 2024 --format csv
says "the calendar is that of Bogotá" "2100-01-01T04:59:59Z"

post 303 "a contact is added" /contactos /contactos "cluster=$cluster" "name=Ana Ñandú" email=nandu@example.co kind=manager lang=es
post 422 "one without an address is refused" /contactos /contactos "cluster=$cluster" name=B email=none@b kind=manager lang=es
shows "it is found without accents" "/contactos?find=nandu" "Ana Ñandú"
get /contactos.csv
says "contacts are a CSV too" nandu@example.co
shows "the letter is shown before it is written" "/rondas/2024/escribir?name=invitation&to=not-invited" "Ana Ñandú"
post 400 "without a public address no link is sent" "/rondas/2024/escribir?name=invitation&to=not-invited" /rondas/2024/escribir name=invitation to=not-invited
stop_serving
origin=https://ssme.example.co
serve --public-url "$origin" || miss "the server starts again"
post 422 "a wording with an unknown field is refused" /correo/textos/invitation/es /correo/textos/invitation/es subject=Hola "body={enlace} {nada}"
post 303 "a wording is changed" /correo/textos/invitation/es /correo/textos/invitation/es "subject=Hola {cluster}" "body=Entre: {enlace}"
shows "and kept" /correo/textos/invitation/es "Hola {cluster}"

post 303 "an invitation is queued" "/rondas/2024/escribir?name=invitation&to=not-invited" /rondas/2024/escribir name=invitation to=not-invited
shows "and listed" /rondas/2024/correo nandu@example.co
get /rondas/2024/correo.csv
says "as a CSV too" invitation,
run mail list --format csv
says "it waits" ",waiting,"
letter=$(sed -n '2s/,.*//p' "$here/out")
post 303 "it can be taken out" /rondas/2024/correo "/correo/$letter/retirar"

shows "the register is searched without accents" "/registro?find=$cluster" "$cluster"
get /registro.csv
says "and is a CSV too" "cluster,name,department"
shows "a cluster has its page" "/registro/$cluster" "Sus datos"
name=$(grep "^$cluster," "$toy/register.csv" | cut -d, -f2)
post 422 "a year that is none is refused" "/registro/$cluster" "/registro/$cluster" "name=$name" department=05 sector=agro \
	manager_kind=camara chamber=21 since=hace active=yes
post 303 "a cluster is renamed" "/registro/$cluster" "/registro/$cluster" "name=Ñame del Sur" department=05 sector=agro \
	manager_kind=camara chamber=21 since=2015 active=yes "reason=acta 12"
post 303 "and the lineage says so" "/registro/$cluster" "/registro/$cluster/linaje" event=rename date=2024-01-15 \
	"other=$cluster" "reason=acta 12"
shows "its history has the reason" "/registro/$cluster" "acta 12"
shows "what was before" "/registro/$cluster" "Ñame del Sur"
shows "and it is found without the tilde" "/registro?find=name+del" "Ñame del Sur"

"$SSME" round freeze 2022 --dry-run >"$here/dry" 2>&1
hash=$(sed -n 's/.*huella de los datos //p' "$here/dry")
if [ "${#hash}" -ge 64 ]; then pass "there is a hash to look for"; else miss "there is a hash to look for"; fi
shows "freezing lists hashes" /rondas/2022/congelar "$hash"
get /rondas/2022/congelar.csv
says "as a CSV too" "$hash"
says "each cluster has its own" "$cluster"
post 303 "it goes to review" /rondas/2022/cerrar /rondas/2022/cerrar
post 303 "it is frozen" /rondas/2022/congelar /rondas/2022/congelar
run round show 2022 --format csv
says "with that hash" "$hash"
post 409 "a second time it cannot be" /rondas/2022/publicar /rondas/2022/congelar
code=$(curl -s -o /dev/null -w '%{http_code}' "http://$address/boletin/2022")
if [ "$code" != 200 ]; then pass "nobody sees its bulletin yet"; else miss "nobody sees its bulletin yet"; fi
post 303 "it is published" /rondas/2022/publicar /rondas/2022/publicar
code=$(curl -s -o "$here/out" -w '%{http_code}' "http://$address/boletin/2022")
if [ "$code" = 200 ]; then pass "from then on anybody sees it"; else miss "from then on anybody sees it"; fi
stop_serving
expect 0 "the record of deeds holds" audit check
done_testing
