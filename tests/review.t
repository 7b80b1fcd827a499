#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What was sent is reviewed: the queue and its reasons, a question beside an answer and its reply, the
# decision, the result before the close, a second reading, the board, errata after the freeze.
. "$SSME_SOURCE/tests/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
need curl
page_bytes_max=102400

# get PATH: the page is in $here/out, its headers in $here/err, its status in $code.
get() {
	path=$1
	shift
	code=$(curl -s -o "$here/out" -D "$here/err" -w '%{http_code}' -b "$jar" -c "$jar" "$@" \
		"http://$address$path")
}
hidden() {
	grep -o "name=\"$1\" value=\"[^\"]*\"" "$here/page" | head -1 | sed 's/.*value="//;s/"$//'
}
# show PATH: a page, kept so that post can send its form.
show() {
	get "$1"
	cp "$here/out" "$here/page"
}
# post PATH FIELD...
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
keys=0
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
sign_in() {
	jar=$here/jar.$1
	rm -f "$jar"
	show /entrar
	post /entrar "email=$1@example.org" "password=correct horse battery"
}

printf 'correct horse battery\n' >"$here/password"
"$SSME" init --sample --open >/dev/null 2>&1
cluster=$("$SSME" review list --round 2024 --format csv 2>/dev/null | sed -n 's/^\(C[0-9]*\),.*/\1/p' | head -1)
expect 0 "the queue is a list" review list --round 2024 --format csv
says "it says why" warning
other=$(cut -d, -f1 "$here/out" | grep '^C' | uniq | sed -n 2p)
for who in ana:manager:"$cluster" luz:manager:"$other" eva:team: rut:reviewer: zoe:analyst:; do
	name=${who%%:*}
	rest=${who#*:}
	object=${rest#*:}
	"$SSME" account create --email "$name@example.org" --name "$name" --role "${rest%%:*}" \
		${object:+--object "$object"} --password "$here/password" >/dev/null 2>&1
done
serve --quiet || { miss "the server comes up"; done_testing; }

# ---- the queue ----
sign_in rut
get /revision
is 303 "the queue of the round that goes on is one address"
get /revision/2024
is 200 "a reviewer sees the queue"
says "with what was sent" "/revision/2024/$cluster"
says "and how the risk is computed" "Riesgo = 10"
light "it is light"
get "/revision/2024?search=no-hay-tal"
says "a search that finds nothing says so" "No hay cuestionarios"
get /revision/2024.csv
says "it is a CSV too" "cluster,name,state"
sign_in zoe
get /revision/2024
is 403 "who only reads figures does not see it"

# ---- one questionnaire ----
sign_in rut
get "/revision/2024/$cluster"
is 200 "a questionnaire is shown"
says "with its decision" "Aceptar y seguir"
light "it is light"
show "/revision/2024/$cluster/pregunta/A01_empresas"
is 200 "one answer is shown"
post "/revision/2024/$cluster/pregunta/A01_empresas" "text="
is 422 "nothing is not sent"
show "/revision/2024/$cluster/pregunta/A01_empresas"
post "/revision/2024/$cluster/pregunta/A01_empresas" "text=¿De qué censo sale?"
is 303 "a question is asked"
sign_in ana
get "/formulario/$cluster?round=2024"
says "its manager's form tells that a question is open" 'una pregunta abierta'
says "where" "/revision/2024/$cluster/pregunta/A01_empresas"
says "and which area it is about" 'una pregunta de la revisión'
sign_in luz
get "/revision/2024/$cluster"
is 403 "another's manager sees nothing of it"
sign_in ana
get "/revision/2024/$cluster"
is 200 "its manager sees what is asked"
says "in its own words" "¿De qué censo sale?"
silent "and decides nothing" "Aceptar y seguir"
show "/revision/2024/$cluster/pregunta/A01_empresas"
post "/revision/2024/$cluster/pregunta/A01_empresas" "text=Del censo de la cámara"
is 303 "it answers"
show "/revision/2024/$cluster/pregunta/A01_empresas"
post "/revision/2024/$cluster/pregunta/A01_empresas" "resolve=yes"
is 403 "but does not declare it resolved"
sign_in rut
show "/revision/2024/$cluster/pregunta/A01_empresas"
says "the reviewer reads the answer" "Del censo de la cámara"
post "/revision/2024/$cluster/pregunta/A01_empresas" "resolve=yes"
is 303 "and resolves the question"
get "/revision/2024/$cluster/pregunta/A01_empresas"
says "all stays to be read" "resuelta"
sign_in ana
get "/formulario/$cluster?round=2024"
silent "what is resolved is not open any more" 'pregunta abierta'

# ---- the result before the close ----
sign_in ana
get "/formulario/$cluster/resultado?round=2024"
is 200 "who has sent sees the result"
says "marked as provisional" "Provisional hasta el cierre de la ronda 2024"
says "with its areas" "<meter"
get "/formulario/$cluster/informe?round=2024"
is 200 "the draft of the report is a page"
says "marked too" "Provisional hasta el cierre"
get "/formulario/$cluster/informe.pdf?round=2024"
is 200 "and a PDF"
get "/formulario/$other/resultado?round=2024"
is 403 "another's result is another's"

# ---- decisions ----
sign_in rut
show "/revision/2024/$cluster"
post "/revision/2024/$cluster/devolver" "note="
is 422 "nothing is returned without a reason"
says "the page says what is owed" "escriba por qué"
show "/revision/2024/$cluster"
post "/revision/2024/$cluster/devolver" "note=Falta el acta"
is 303 "it is returned"
goes_to "to the next in the queue" "/revision/2024/siguiente?.hecho=devuelto"
get "/revision/2024/siguiente"
is 303 "the next is found"
sign_in ana
get "/formulario/$cluster?round=2024"
says "its manager reads why" "Falta el acta"
expect 2 "what was returned is not accepted" questionnaire accept --round 2024 --cluster "$cluster"
sign_in rut
accepted=$("$SSME" questionnaire list --round 2024 --format csv | grep ',sent,' | while IFS=, read -r id rest; do
	"$SSME" questionnaire accept --round 2024 --cluster "$id" --dry-run >/dev/null 2>&1 && echo "$id"
done | head -1)
if [ -n "$accepted" ]; then
	show "/revision/2024/$accepted"
	post "/revision/2024/$accepted/aceptar"
	is 303 "one without open warnings is accepted"
	run questionnaire list --round 2024 --format csv
	if grep -q "^$accepted,,accepted" "$here/out"; then pass "and counts"; else miss "and counts"; fi
else
	skip 2 "no questionnaire of the sample is ready to be accepted"
fi

# ---- a second reading ----
show /revision/2024/acuerdo
post /revision/2024/acuerdo n=3 seed=7
is 303 "a sample is drawn"
get /revision/2024/acuerdo
first=$(grep -o '/revision/2024/acuerdo/C[0-9]*' "$here/out" | head -1 | sed 's|.*/||')
show "/revision/2024/acuerdo/$first"
is 200 "one of it is read a second time"
light "the page is light"
item=$(grep -o 'name="points\.[^"]*"' "$here/out" | head -1 | sed 's/name="//;s/"$//')
post "/revision/2024/acuerdo/$first" "$item=9"
is 400 "there are four quarters"
show "/revision/2024/acuerdo/$first"
post "/revision/2024/acuerdo/$first" "$item=4"
is 303 "points are kept"
expect 0 "agreement is a table" review agreement --round 2024 --format csv
says "of one pair" "all,1,1"

# ---- the board ----
sign_in eva
get /rondas/2024/avance
is 200 "the board is shown"
says "with who has not begun" "sin abrir"
light "it is light"
get "/rondas/2024/avance?search=CAFE&state=unopened"
is 200 "it is searched without accents"
get /rondas/2024/avance.csv
says "it is a CSV too" "cluster,name,chamber"

# ---- errata ----
target=$("$SSME" scores --round 2022 --format csv 2>/dev/null | sed -n 2p | cut -d, -f1)
hash_of() { "$SSME" round list --format csv 2>/dev/null | grep '^2022,' | grep -oE '[0-9a-f]{64}'; }
was=$(hash_of)
expect 2 "an open round has no errata" erratum add --round 2024 --cluster "$cluster" \
	--question A01_empresas --value 5 --reason x
show /rondas/2022/erratas
post /rondas/2022/erratas "cluster=$target" question=A01_academia value=mucho "reason=Error de digitación"
is 422 "what breaks a rule is no correction"
show /rondas/2022/erratas
post /rondas/2022/erratas "cluster=$target" question=A01_academia value=77 "reason=Error de digitación"
is 303 "an erratum is published"
get /rondas/2022/erratas
says "with its reason" "Error de digitación"
now=$(hash_of)
if [ -n "$now" ] && [ "$was" != "$now" ]; then pass "the data have a new hash"; else miss "the data have a new hash"; fi
run erratum list --round 2022 --format csv
says "which the erratum names" "$now"
run --lang es bulletin --round 2022
says "the bulletin tells of it" "N.º 1, "
silent "and not of whom" "$target"
stop_serving
expect 0 "the audit is whole" audit check
done_testing
