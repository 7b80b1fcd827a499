#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The pages, asked for as a browser does: by their links, forms, cookies and redirections.
. "$SSME_SOURCE/tests/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
need curl
jar=$here/jar
page_bytes_max=102400

# get PATH [CURL ARGUMENT...]: the page is in $here/out, its headers in $here/err, its status in $code.
get() {
	path=$1
	shift
	code=$(curl -s -o "$here/out" -D "$here/err" -w '%{http_code}' "$@" "http://$address$path")
}
# The value of a hidden field of the page at hand, the first of that name.
hidden() {
	grep -o "name=\"$1\" value=\"[^\"]*\"" "$here/out" | head -1 | sed 's/.*value="//;s/"$//'
}
# post PATH FIELD...: as the form of the page at hand would; its own token and key.
post() {
	path=$1
	shift
	set -- "$@" "csrf=$(hidden csrf)" "idempotency_key=$(hidden idempotency_key)"
	code=$(for field in "$@"; do
		printf 'data-urlencode = "%s"\n' "$field"
	done | curl -s -o "$here/out" -D "$here/err" -w '%{http_code}' -b "$jar" -c "$jar" \
		-H "Origin: http://$address" -K - "http://$address$path")
}
# is CODE NAME
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
	rm -f "$jar"
	get /entrar -c "$jar"
	post /entrar "email=$1" "password=$2"
}

printf 'correct horse battery\n' >"$here/password"
"$SSME" init --sample >/dev/null 2>&1
"$SSME" account create --email ana@example.org --name "Ana <b>Gómez" --role administrator \
	--password "$here/password" >/dev/null 2>&1
expect 0 "a round that is not published is opened" round open 2024 \
	--instrument ssme@2022.1 --from 2024-07-01 --to 2024-09-30
serve --quiet || { miss "the server comes up"; done_testing; }

# ---- the public ----
get /
is 200 "the first page answers"
says "it names the published rounds" 'href="/boletin/2022"'
silent "it does not name a round that is not published" 2024
light "it is light"
get /boletin/2022
is 200 "a published bulletin is for everybody"
says "it links to its style" '<link rel="stylesheet" href="/static/'
silent "it has no style of its own" '<style'
says "it may be kept and is asked for again" 'ETag: '
tag=$(tr -d '\r' <"$here/err" | sed -n 's/^ETag: //Ip')
cp "$here/out" "$here/first"
get /boletin/2022 -H "If-None-Match: $tag"
is 304 "what did not change is not sent again"
grep -qi '^content-length: 0' "$here/err" && miss "and its length is not said to be nothing" ||
	pass "and its length is not said to be nothing"
get /boletin/2022 -H "Accept-Encoding: gzip"
if [ "$(wc -c <"$here/out")" -lt $(($(wc -c <"$here/first") / 3)) ] &&
	gzip -dc <"$here/out" | cmp -s - "$here/first"; then
	pass "packed it is the same, in less than a third"
else miss "packed it is the same, in less than a third"; fi
get /
says "then the first page says its finding" '<h1><a href="/boletin/2022">'
says "its numbers link to how they are computed" 'href="/boletin/2022#F'
get /boletin/2022.pdf
if [ "$code" = 200 ] && head -c 5 "$here/out" | grep -q '%PDF-' && grep -qi 'boletin-2022.pdf' "$here/err"; then
	pass "as PDF, under its name"
else miss "as PDF, under its name"; fi
get /boletin/2022.xlsx
if [ "$code" = 200 ] && head -c 2 "$here/out" | grep -q PK; then pass "as a workbook"; else miss "as a workbook"; fi
for round in 2024 1999 '..%2f..'; do
	get "/boletin/$round"
	is 404 "no bulletin of $round for a visitor"
done
get /en/entrar
says "English below /en" '<html lang="en">'
says "its links stay English" 'href="/en/"'
says "and lead back" 'href="/en/entrar?lang=es"'
get /en/entrar?lang=es
says "the language asked for counts more than the path" '<html lang="es">'
get /no-hay
is 404 "what is not there says so"
says "with a way on" 'Volver al inicio'

# ---- the cache may go ----
stop_serving
if ls "$SSME_DATA"/cache/bulletin-es-html-* >/dev/null 2>&1; then pass "the bulletin lies in the cache folder"; else miss "the bulletin lies in the cache folder"; fi
rm -rf "$SSME_DATA/cache"
serve --quiet || { miss "the server comes up again"; done_testing; }
get /boletin/2022
if cmp -s "$here/out" "$here/first"; then pass "without the cache folder it is made again, the same"; else miss "without the cache folder it is made again, the same"; fi

# ---- coming in ----
get /administracion
is 303 "a page of the administrator leads to the sign-in"
goes_to "which is /entrar" '(http://[^/]*)?/entrar'
sign_in ana@example.org "no es esta, no es esta"
is 422 "a wrong password shows the form again"
says "with the address still there" 'value="ana@example.org"'
silent "and without the password" 'no es esta'
sign_in ana@example.org "correct horse battery"
is 303 "the right one leads on"
get / -b "$jar"
says "the first page knows who it is, and escapes the name" 'Hola, Ana &lt;b&gt;Gómez'
silent "no markup of a name" 'Ana <b>'
for page in / /cuenta /cuenta/segundo-factor /administracion /administracion/cuentas \
	/administracion/cuentas/nueva /administracion/cuentas/1 /enlaces /administracion/auditoria /rondas; do
	get "$page" -b "$jar"
	is 200 "$page answers"
	light "$page is light"
	silent "$page is kept by nobody" 'Cache-Control: public'
done
get /boletin/2024 -b "$jar"
is 200 "who makes a round sees its bulletin before it is published"
silent "and nobody keeps it" 'ETag'

# ---- forms ----
get /cuenta -b "$jar"
post /cuenta "name=Ana María" "lang=es"
goes_to "a change leads back to the page" '(http://[^/]*)?/cuenta\?hecho=guardado'
get '/cuenta?hecho=guardado' -b "$jar"
says "which says that it was done" 'role="status">Guardado.'
says "and shows it" 'value="Ana María"'
get '/cuenta?hecho=%3Cb%3E' -b "$jar"
silent "a word that is none of ours is not shown" 'role="status"'
get /cuenta -b "$jar"
post /cuenta "name=Ana María" "lang=fr"
is 422 "a value that is none shows the form again"
code=$(curl -s -o "$here/out" -D "$here/err" -w '%{http_code}' -b "$jar" -H "Origin: http://$address" \
	-d name=Eva -d lang=es "http://$address/cuenta")
is 403 "a form without its token is refused"
get /administracion/cuentas/nueva -b "$jar"
post /administracion/cuentas/nueva "email=ana@example.org" "name=Otra Ana" lang=es role=team
is 422 "an address that is taken is refused"
says "with the name still there" 'value="Otra Ana"'
says "beside the field" 'class="fault"'
post /administracion/cuentas/nueva "email=luz@example.org" "name=Luz Pérez" lang=es role=chamber object=99
is 422 "a chamber that does not exist is refused"
post /administracion/cuentas/nueva "email=luz@example.org" "name=Luz Pérez" lang=en role=analyst
is 200 "an account is made"
invitation=$(grep -o '/invitacion/[A-Za-z0-9_-]*' "$here/out" | head -1)
luz=$jar.luz
jar_ana=$jar
jar=$luz
get "$invitation" -c "$jar"
says "the invitation says for whom it is" 'luz@example.org'
post "$invitation" "new_password=corta"
is 422 "a short password is refused"
post "$invitation" "new_password=cuatro palabras largas juntas"
is 303 "a good one is set"
get "$invitation"
is 404 "an invitation works once"
sign_in luz@example.org "cuatro palabras largas juntas"
goes_to "and the new account signs in, in its language" '(http://[^/]*)?/en/'
get /administracion/cuentas -b "$jar"
is 403 "an analyst is refused what is the administrator's"
get /cuenta/segundo-factor -b "$jar"
post /cuenta/segundo-factor
get /cuenta/segundo-factor -b "$jar"
says "a second factor is drawn" '<svg class="qr"'
post /cuenta/segundo-factor/confirmar code=000000
is 422 "a wrong code is refused"
get /cuenta -b "$jar"
post /cuenta/fichas "name=hoja" scope=read days=30
is 200 "a token is shown"
get /cuenta -b "$jar"
says "and listed without its secret" 'hoja'
post /salir
goes_to "who signs out is told so" '(http://[^/]*)?/\?hecho=salida'
get /cuenta -b "$jar"
is 303 "and is out"
jar=$jar_ana

# ---- personal links ----
get /enlaces -b "$jar"
post /enlaces round=2024 role=manager cluster=C001 "person=Rosa Díaz" days=30
is 200 "a personal link is made"
link=$(grep -o '/enlace/[A-Za-z0-9_-]*' "$here/out" | head -1)
jar=$jar.rosa
get "$link" -c "$jar"
says "it says whom it is for" 'Rosa Díaz'
post "$link"
goes_to "and leads to the cluster" '(http://[^/]*)?/formulario/C001'
get /formulario/C001 -b "$jar"
is 200 "whose page answers"
says "and says what is owed" 'obligatoria'
get /formulario/C002 -b "$jar"
is 403 "another cluster's is not theirs"
jar=$jar_ana
get /enlaces -b "$jar"
post "/enlaces/1/revocar"
is 303 "a link is revoked"
get "$link"
is 404 "and says that it no longer works"
get /formulario/C001 -b "$jar.rosa"
is 303 "its session ended with it"

# ---- the audit ----
get '/administracion/auditoria?subject=luz%40example.org' -b "$jar"
says "the audit shows what was done to an account" 'account create'
silent "and only that" 'Qué">link create'
get '/administracion/auditoria/exportar?file=csv' -b "$jar"
if head -1 "$here/out" | grep -q '^n,at,actor,origin,deed' && [ "$(wc -l <"$here/out")" -gt 10 ]; then
	pass "it is exported as CSV"
else miss "it is exported as CSV"; fi
silent "without a password" 'palabras'
get '/administracion/auditoria/exportar?file=jsonl' -b "$jar"
if [ "$(grep -c '^{"n":.*"hash":"[0-9a-f]*"}$' "$here/out")" = "$(wc -l <"$here/out")" ]; then
	pass "and as lines of JSON"
else miss "and as lines of JSON"; fi
stop_serving
done_testing
