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
is() {
	if [ "$code" = "$1" ]; then pass "$2"; else
		echo "# wanted $1, got $code"
		miss "$2"
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

# Letters that came back, by the report and by hand.  sent: tells the store that the letter of a number went out.
new_letter() {
	"$SSME" contact put --cluster "$cluster" --name "$1" --email "$1@example.co" >/dev/null 2>&1
	"$SSME" mail write --round 2024 --name invitation --to all --site "$origin" >/dev/null 2>&1
	"$SSME" mail send --mail-server "$mail" --mail-from ssme@example.co >/dev/null 2>&1
	"$SSME" mail list --format csv | grep "$1@" | cut -d, -f1
}
if command -v node >/dev/null; then
	mkdir "$here/post"
	node "$SSME_SOURCE/tests/smtp.mjs" "$here/post" >"$here/port" 2>/dev/null &
	load=$! # ended by the trap of serve.sh
	for _ in $(seq 200); do
		[ -s "$here/port" ] && break
		sleep 0.05
	done
	mail=smtp://127.0.0.1:$(cat "$here/port")
	back=$(new_letter back)
	byhand=$(new_letter byhand)
	id=$(grep -h '^Message-ID' "$(grep -l '<back@' "$here"/post/*.eml)" | tr -d '\r')
	report="From: mailer-daemon@example.co

Final-Recipient: rfc822; elsewhere@example.co
Action: failed
Diagnostic-Code: smtp; 550 no such $(printf 'm\303\241quina')

$id"
	post 422 "what is no report is refused" /rondas/2024/correo /rondas/2024/correo report=hola
	says "with what to do" "RFC 3464"
	says "and what was typed" "hola</textarea>"
	post 422 "nothing at all too" /rondas/2024/correo /rondas/2024/correo report=
	key /rondas/2024/correo
	curl -s -b "$cookies" -o "$here/out" -D "$here/head" -H "Origin: $origin" --form-string "csrf=$csrf" \
		--form-string "idempotency_key=$idempotency" --form-string "report=$report" "http://$address/rondas/2024/correo"
	if grep -q 'hecho=carta-devuelta' "$here/head"; then pass "a report that was pasted is noted"; else miss "a report that was pasted is noted"; fi
	shows "the letter came back" "/rondas/2024/correo?state=undelivered" "back@example.co"
	says "with the reason" "550 no such máquina"
	silent "those that did not come back are not among them" byhand@example.co
	get "/rondas/2024/correo.csv?state=undelivered"
	says "the same as a CSV" "back@example.co,bounced"
	post 303 "one is marked by hand" /rondas/2024/correo "/correo/$byhand/devuelta"
	post 409 "one that never went out is not" /rondas/2024/correo "/correo/$letter/devuelta"
	get "/rondas/2024/correo.csv?state=bounced"
	says "both are listed" "byhand@example.co,bounced"
	get /contactos.csv
	if [ "$(grep -c '\(back\|byhand\)@example.co,es,2' "$here/out")" = 2 ]; then pass "both addresses are dead"; else
		miss "both addresses are dead"
	fi
	printf 'Final-Recipient: rfc822; unknown@example.co\r\nAction: failed\r\n' >"$here/report.eml"
	key /rondas/2024/correo
	curl -s -b "$cookies" -o "$here/out" -D "$here/head" -H "Origin: $origin" --form-string "csrf=$csrf" \
		--form-string "idempotency_key=$idempotency" -F "file=@$here/report.eml" "http://$address/rondas/2024/correo"
	if grep -q 'hecho=correo-muerto' "$here/head"; then pass "a report comes as a file too"; else miss "a report comes as a file too"; fi
else
	skip "letters that came back" "node is not installed"
fi

shows "the register is searched without accents" "/registro?find=$cluster" "$cluster"
get /registro.csv
says "and is a CSV too" "cluster,name,department"
get "/registro.csv?find=$cluster"
if [ "$(wc -l <"$here/out")" = 2 ]; then pass "of what was searched for"; else miss "of what was searched for"; fi
get /rondas.csv
says "the rounds are a CSV" "2022,2022,toy@1,open"
shows "a cluster has its page" "/registro/$cluster" "Sus datos"
name=$(grep "^$cluster," "$toy/register.csv" | cut -d, -f2)
post 422 "a year that is none is refused" "/registro/$cluster" "/registro/$cluster" "name=$name" department=05 sector=agro \
	manager_kind=camara chamber=21 since=hace active=yes
post 422 "a change wants a reason" "/registro/$cluster" "/registro/$cluster" "name=$name" department=05 sector=agro \
	manager_kind=camara chamber=21 since=2014 active=yes "reason= "
post 303 "a cluster is renamed" "/registro/$cluster" "/registro/$cluster" "name=Ñame del Sur" department=05 sector=agro \
	manager_kind=camara chamber=21 since=2015 active=yes "reason=acta 12"
post 303 "and the lineage says so" "/registro/$cluster" "/registro/$cluster/linaje" event=rename date=2024-01-15 \
	"other=$cluster" "reason=acta 12"
shows "its history has the reason" "/registro/$cluster" "acta 12"
shows "what was before" "/registro/$cluster" "Ñame del Sur"
shows "and it is found without the tilde" "/registro?find=name+del" "Ñame del Sur"
get "/registro/$cluster/historia.csv"
says "its history is a CSV" "change,name,Uno,Ñame del Sur,acta 12"
get /registro/linaje.csv
says "and so is the lineage" "2024-01-15,rename,$cluster,$cluster"
post 303 "a cluster is added" /registro/nuevo /registro/nuevo cluster=N1 "name=Nuevo" department=05 sector=agro \
	manager_kind=camara chamber=21 since=2024 active=yes "reason=convenio 7"
shows "with the reason in its history" /registro/N1 "convenio 7"
post 422 "not twice" /registro/nuevo /registro/nuevo cluster=N1 "name=Nuevo" department=05 sector=agro \
	manager_kind=camara chamber=21 since=2024 active=yes "reason=convenio 7"
says "and what was typed is there" 'value="N1"'
post 422 "nor under a code that an address cannot hold" /registro/nuevo /registro/nuevo "cluster=N/2" "name=Nuevo" department=05 \
	sector=agro manager_kind=camara chamber=21 since=2024 active=yes "reason=convenio 7"
post 422 "nor without a reason" /registro/nuevo /registro/nuevo cluster=N2 "name=Nuevo" department=05 sector=agro \
	manager_kind=camara chamber=21 since=2024 active=yes "reason= "
post 422 "nor with a name that would go on in a letter's head" /registro/nuevo /registro/nuevo cluster=N2 \
	"name=$(printf 'Nuevo\rBcc: otro@example.co')" department=05 sector=agro manager_kind=camara chamber=21 since=2024 \
	active=yes "reason=convenio 8"
# hand_in FIELD=@FILE...: into the page of the import
hand_in() {
	key /registro/importar
	code=$(curl -s -b "$cookies" -o "$here/out" -w '%{http_code}' -H "Origin: $origin" --form-string "csrf=$csrf" \
		--form-string "idempotency_key=$idempotency" "$@" "http://$address/registro/importar")
}
printf 'cluster,name,department,sector,manager_kind,chamber,since,active\nN1,Nuevo,11,agro,camara,04,2024,yes\nN3,Tercero,05,agro,camara,21,2024,yes\n' \
	>"$here/changed.csv"
printf 'date,event,from,to\n2024-05-01,split,N1,N3\n' >"$here/lineage.csv"
printf 'date,event,from,to\n2024-05-01,split,N1,N9\n' >"$here/bad.csv"
hand_in -F "file=@$here/changed.csv" -F "lineage=@$here/bad.csv"
is 422 "a lineage with an unknown cluster is refused"
says "and named" "N9"
get /registro/N3
if [ "$(cat "$here/err")" = 404 ]; then pass "and nothing of the register came in"; else miss "and nothing of the register came in"; fi
hand_in -F "file=@$here/changed.csv" -F "lineage=@$here/lineage.csv"
is 303 "a register and its lineage come in together"
shows "what it changed stands at the cluster" /registro/N1 "Antioquia → "
says "with who and by which file" "changed.csv"
says "and the lineage" "Tercero"
hand_in -F "file=@$here/changed.csv"
get /registro/N1/historia.csv
if [ "$(grep -c ',change,' "$here/out")" = 2 ]; then pass "the same file changes nothing more"; else miss "the same file changes nothing more"; fi
hand_in -F "lineage=@$here/lineage.csv"
is 303 "a lineage may come alone"
hand_in -F "file=;filename="
is 422 "but not nothing"

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
