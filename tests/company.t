#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A company's form, as its visitors meet it: one link for all, an answer of one's own, the authorisation
# with both its ends, the tax number that nobody reads in the store; then what people may ask about
# their data.
. "$SSME_SOURCE/tests/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
need curl
page_bytes_max=102400

# get PATH [CURL ARGUMENT...]: the page is in $here/out, its headers in $here/err, its status in $code.
get() {
	path=$1
	shift
	code=$(curl -s -o "$here/out" -D "$here/err" -w '%{http_code}' -b "$jar" -c "$jar" "$@" \
		"http://$address$path")
}
hidden() {
	grep -o "name=\"$1\" value=\"[^\"]*\"" "$here/page" | head -1 | sed 's/.*value="//;s/"$//'
}
# open PATH: shows a page and keeps it, so that post can send its form.
open() {
	get "$1"
	cp "$here/out" "$here/page"
}
# post PATH FIELD...: as a form of the page kept would; its own token and key.
keys=0
post() {
	path=$1
	shift
	keys=$((keys + 1))
	set -- "$@" "csrf=$(hidden csrf)" "idempotency_key=$(hidden idempotency_key)-$keys"
	code=$(for field in "$@"; do
		printf 'data-urlencode = "%s"\n' "$field"
	done | curl -s -o "$here/out" -D "$here/err" -w '%{http_code}' -b "$jar" -c "$jar" \
		-H "Origin: http://$address" -K - "http://$address$path")
}
is() {
	if [ "$code" = "$1" ]; then pass "$2"; else
		echo "# wanted $1, got $code"
		miss "$2"
	fi
}
light() {
	if [ "$(wc -c <"$here/out")" -le "$page_bytes_max" ]; then pass "$1"; else miss "$1"; fi
}
goes_to() {
	if tr -d '\r' <"$here/err" | grep -qiE "^location: $2\$"; then pass "$1"; else miss "$1"; fi
}
# visitor NAME LINK: a browser of its own, come by the link.
visitor() {
	jar=$here/jar-$1
	rm -f "$jar"
	open "$2"
	post "$2"
}
# stored TEXT: some file of the data folder holds it.
stored() { grep -rqaF -- "$1" "$SSME_DATA"; }
kept_out() {
	on_file "$1" || return 0
	if stored "$2"; then miss "$1"; else pass "$1"; fi
}

printf 'correct horse battery\n' >"$here/password"
cat >"$here/register.csv" <<'CSV'
cluster,name,department,sector,manager_kind,chamber,since,active
C001,Café del Sur,05,agro,camara,21,2015,yes
C002,Moda,05,agro,camara,21,2015,yes
CSV
"$SSME" init >/dev/null 2>&1
"$SSME" instrument publish "$SSME_SOURCE/instruments/ssme" >/dev/null 2>&1
"$SSME" register import "$here/register.csv" >/dev/null 2>&1
expect 0 'a round is open' round open 2024 --instrument ssme@2022.1 --from 2024-07-01 --to 2099-09-30
for person in ana:administrator: luz:manager:C001 eva:manager:C002; do
	name=${person%%:*}
	object=${person##*:}
	role=${person#*:}
	"$SSME" account create --email "$name@ejemplo.co" --name "$name" --role "${role%%:*}" \
		${object:+--object "$object"} --password "$here/password" >/dev/null 2>&1
done
serve --quiet || { miss 'the server comes up'; done_testing; exit; }
sign_in() {
	jar=$here/jar-$1
	rm -f "$jar"
	open /entrar
	post /entrar "email=$1@ejemplo.co" 'password=correct horse battery'
}

# ---- one link for the companies of a cluster ----
sign_in luz
open /empresa-enlace/C001
is 200 'the manager finds the page of the link'
post /empresa-enlace/C001 round=2024 days=30
is 200 'and makes one'
says 'it comes as a QR code' '<svg'
link=$(grep -o '/enlace/[0-9a-f]*' "$here/out" | head -1)
[ -n "$link" ] && pass 'and as an address' || miss 'and as an address'
get /empresa-enlace/C001
says 'it is listed' '2024'
silent 'without its address' "$link"
get /empresa-enlace/C002
is 403 'the link of another cluster is not the manager'\''s to make'
get /empresa/C001
is 403 'nor is the form of a company'

# ---- the authorisation ----
visitor uno "$link"
is 303 'whoever has the link comes in'
goes_to 'to the form of a company' '/empresa/C001'
open /empresa/C001
is 200 'which first asks for the authorisation'
says 'under the law' 'Ley 1581'
silent 'with no box ticked beforehand' 'checked'
silent 'and no question yet' 'answer.X01'
post /empresa/C001 answer.X11=9
is 409 'nothing is taken before the decision'
post /empresa/C001/autorizacion version=2026-11
is 400 'a decision is one'
post /empresa/C001/autorizacion consent=yes version=1999-01
is 404 'on a text that exists'
post /empresa/C001/autorizacion consent=yes version=2026-11
is 303 'yes is one'
open /empresa/C001
says 'then come the questions' 'name="answer.X01"'
silent 'the decision is not asked again as one of them' 'name="answer.X02"'
light 'on a light page'
get /autorizacion/2026-11
says 'the text stays to be read' 'Superintendencia'

# ---- the tax number ----
open /empresa/C001
post /empresa/C001 go=send 'answer.X01=860.007.322-5' answer.X03=1061 answer.X04_departamento=05 answer.X14=a
goes_to 'a wrong check digit is saved and shown' '/empresa/C001\?hecho=por-corregir'
get /empresa/C001
says 'with what is wrong' 'dígito de verificación'
says 'nothing typed is lost' '860.007.322-5'
open /empresa/C001
post /empresa/C001 go=send 'answer.X01=860.007.322-9' answer.X04=05001
goes_to 'the right one is taken with its dots and hyphen' '/empresa/C001/enviar\?hecho=guardado'
get /empresa/C001/enviar
is 200 'what is left is shown'
since=$(grep -o '^[^,]*,[^,]*' "$SSME_SOURCE/instruments/ssme/company/choices.csv" | sed -n 's/^since,//p' | head -1)
open /empresa/C001
post /empresa/C001 go=send "answer.X14=$since" answer.X06_formal=12 answer.X06_informal=3
open /empresa/C001/enviar
says 'nothing is left' 'Enviar las respuestas'
kept_out 'the number stands nowhere in the store' '007.322'
kept_out 'nor do its digits' '860007322'
post /empresa/C001/enviar
is 303 'it is sent'
get '/empresa/C001?hecho=enviado'
says 'and thanked for' 'sus respuestas cuentan'
run round show 2024 --format json
says 'it counts at once' '"companies":1'

# ---- two visitors are two companies ----
visitor dos "$link"
open /empresa/C001
says 'another visitor finds nothing of the first' '¿Autoriza el tratamiento'
post /empresa/C001/autorizacion consent=yes version=2026-11
open /empresa/C001
silent 'nor the number' '860.007.322'
post /empresa/C001 go=send answer.X01=860007322 answer.X03=1061 answer.X04_departamento=05 "answer.X14=$since"
open /empresa/C001
post /empresa/C001 go=send answer.X04=05001
open /empresa/C001/enviar
post /empresa/C001/enviar
is 422 'the same number a second time is refused'
says 'kindly, with what to do' 'otro navegador'
for typed in 8600073229 '860 007 322 9' 0860007322-9; do
	open /empresa/C001
	post /empresa/C001 go=send "answer.X01=$typed"
	open /empresa/C001/enviar
	post /empresa/C001/enviar
	is 422 "also as $typed"
done
open /empresa/C001
post /empresa/C001 go=send answer.X01=890903938-8
open /empresa/C001/enviar
post /empresa/C001/enviar
is 303 'another number is taken'

# ---- without authorisation ----
visitor tres "$link"
open /empresa/C001
post /empresa/C001/autorizacion consent=no version=2026-11
is 303 'no is an answer too'
open /empresa/C001
says 'it is said' 'no autorizó'
post /empresa/C001 go=send answer.X01=899999068-1 answer.X03=1061 answer.X04_departamento=05 "answer.X14=$since"
open /empresa/C001
silent 'what is personal is not taken' '899999068'
post /empresa/C001 go=send answer.X04=05001
open /empresa/C001/enviar
post /empresa/C001/enviar
is 303 'the rest is sent'
run round show 2024 --format json
says 'and counts' '"companies":3'
run company keys --format csv
[ "$(grep -c ',2024,C001,' "$here/out")" = 2 ] && pass 'two have a key' || miss 'two have a key'

# ---- coming back, correcting, taking back ----
visitor uno-otra "$link"
jar=$here/jar-uno
get "$link"
goes_to 'who is here by the link goes on' '/empresa/C001'
open /empresa/C001
post /empresa/C001/enlace-propio
says 'a company gets a link of its own' '/enlace/'
own=$(grep -o '/enlace/[0-9a-f]*' "$here/out" | head -1)
visitor uno-telefono "$own"
open /empresa/C001
says 'by which it comes back from another device' 'sus respuestas cuentan'
post /empresa/C001/corregir
is 303 'it corrects'
open /empresa/C001
says 'what it had said' '860.007.322-9'
post /empresa/C001 go=send answer.X06_formal=15
open /empresa/C001/enviar
post /empresa/C001/enviar
is 303 'and sends again with the same number'
run round show 2024 --format json
says 'as a revision of the same answer' '"companies":3'
open /empresa/C001
post /empresa/C001/retirar
is 303 'the authorisation is taken back'
open /empresa/C001
says 'and what was personal is gone' 'lo personal se borró'
get /mis-datos/exportar
says 'as the export shows' '"decision":"withdrawn"'
silent 'without the number' '007.322'
run company keys --format csv
[ "$(grep -c ',2024,C001,' "$here/out")" = 1 ] && pass 'its key too' || miss 'its key too'
run round show 2024 --format json
says 'the other answers go on counting' '"companies":3'

# ---- beside the manager's numbers ----
sign_in luz
get /formulario/C001/empresas
is 200 'the manager sees what companies add up to'
says 'how many answered' '3 empresas respondieron'
says 'and no sum of so few' 'al menos 5 empresas'
for company in E1 E2 E3; do
	"$SSME" answer put --round 2024 --form company --cluster C001 --company "$company" X02=b X03=1061 \
		X04_departamento=05 X04=05001 X06_formal=10 X06_informal=0 "X14=$since" >"$here/out" 2>"$here/err" ||
		miss "company $company answers"
done
get /formulario/C001/empresas
says 'of enough there are sums' '6 empresas respondieron'
says 'beside what the manager says' 'El formulario del clúster no tiene este dato'
says 'by the relations of the instrument' 'I04_formal_ultimo'
get /formulario/C002/empresas
is 403 'of another cluster they are not for the manager'

# ---- what people ask about their data ----
jar=$here/jar-nobody
rm -f "$jar"
open /mis-datos
is 200 'everybody reads what is kept'
says 'and for how long' '1.826'
post /mis-datos kind=see 'person=Rosa Elvira' email=nada 'words=qué tienen de mí'
is 422 'an address is an address'
says 'what was typed stays' 'Rosa Elvira'
open /mis-datos
post /mis-datos kind=see 'person=Rosa Elvira' email=rosa@ejemplo.co 'words=qué tienen de mí'
is 303 'a request is taken'
kept_out 'its name is sealed' 'Rosa Elvira'
kept_out 'its words too' 'tienen de mí'
sign_in luz
open /mis-datos
post /mis-datos kind=remove person=Luz email=luz@ejemplo.co 'words=quiten mi cuenta'
is 303 'who has an account is who they are'
get /mis-datos/exportar
says 'and reads all that is held' '"email":"luz@ejemplo.co"'
get /administracion/datos-personales
is 403 'requests are for who answers them'
sign_in ana
get /administracion/datos-personales
is 200 'who sees them with their days'
says 'one is not confirmed' 'sin confirmar'
open /administracion/datos-personales/2
says 'with what was asked' 'quiten mi cuenta'
post /administracion/datos-personales/2/prorrogar
is 422 'more time needs a reason'
open /administracion/datos-personales/2
post /administracion/datos-personales/2 outcome=granted 'words=hecho' erase=yes
is 303 'it is answered, and carried out'
run account list --format csv
silent 'the account names nobody any more' 'luz@ejemplo.co'
run audit check
[ "$status" = 0 ] && pass 'the chain of the audit holds' || miss 'the chain of the audit holds'
run personal list --format csv
says 'the list has terms' 'answered'
expect 0 'retention runs' retention --dry-run
says 'by its rules' 'company_personal'
expect 0 'for good too' retention
stop_serving
done_testing
