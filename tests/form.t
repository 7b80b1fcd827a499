#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manager's form as a browser without a program sees it: areas, faults, reasons, items, two people
# at once, evidence, one area for somebody else, signature.
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
# post PATH FIELD...: as the form of the page kept would; its own token and key.
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
# send PATH CURL-FORM...: a form with a file.
send() {
	path=$1
	shift
	keys=$((keys + 1))
	code=$(curl -s -o "$here/out" -D "$here/err" -w '%{http_code}' -b "$jar" -c "$jar" \
		-H "Origin: http://$address" -F "csrf=$(hidden csrf)" \
		-F "idempotency_key=$(hidden idempotency_key)-$keys" "$@" "http://$address$path")
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
# What stands between two ids of the page: the one question.
question() {
	tr '\n' ' ' <"$here/out" | sed 's/<div class="question/\n&/g' | grep "id=\"q-$1\"" >"$here/question"
}
asks() {
	question "$2"
	if grep -q -- "$3" "$here/question"; then pass "$1"; else
		cp "$here/question" "$here/out"
		miss "$1"
	fi
}
sign_in() {
	jar=$here/jar.$1
	rm -f "$jar"
	open /entrar
	post /entrar "email=$1@example.org" "password=correct horse battery"
}

# ---- an instrument with every kind of question ----
mkdir -p "$here/instrument"
cp -r "$toy/instrument/." "$here/instrument/"
cat >"$here/instrument/cluster/survey.csv" <<'END'
type,name,label::es,label::en,required,relevant,constraint,constraint_message::es,ssme::warning,ssme::warning_message::es,calculation,ssme::unit,appearance,ssme::total,ssme::max,parameters,choice_filter
note,hola,Bienvenida,Welcome,,,,,,,,,,,,,
begin_group,gobierno,Gobierno,Government,,,,,,,,,,,,,
select_one yn,Q1,¿Tiene asamblea?,Assembly?,yes,,,,,,,,,,,,
integer,Q2,Profesionales,Professionals,yes,${Q1} = 'a',. >= 0 and . <= 50,De 0 a 50,. < 20,Parece mucho,,personas,,,,,
begin_group,M1,Mezcla,Mix,,,,,,,,,field-list,100,,,
integer,M1_a,Una parte,One part,,,. >= 0,Positivo,,,,percent,,,,,
integer,M1_b,Otra parte,Other part,,,. >= 0,Positivo,,,,percent,,,,,
end_group,,,,,,,,,,,,,,,,
end_group,,,,,,,,,,,,,,,,
begin_group,cosas,Cosas que hay,Things,,,,,,,,,,,,,
select_multiple things,Q3,Cosas,Things,yes,,,,,,,,,,,,
select_one places,L1,Lugar,Place,,,,,,,,,minimal,,,,"thing = 'x' and selected(${Q3}, 'x')"
integer,Q4,Ventas,Sales,,,. >= 0,Positivo,,,,cop,,,,,
calculate,Q5,Cuántas,How many,,,,,,,count-selected(${Q3}),,,,,,
date,Q6,Fecha,Date,,,,,,,,,,,,,
date,Q7,Mes,Month,,,,,,,,,month-year,,,,
rank things,R1,Orden,Order,,,,,,,,,,,2,,
range,E1,Nota,Mark,,,,,,,,,,,,start=0 end=10 step=1,
text,T1,Cuente,Tell,,,,,,,,,multiline,,,,
begin_repeat,P1,Obras,Works,,,,,,,,,,,,,
text,P1_nombre,Nombre,Name,yes,,,,,,,,,,,,
integer,P1_valor,Valor,Value,,,,,,,,cop,,,,,
end_repeat,,,,,,,,,,,,,,,,
end_group,,,,,,,,,,,,,,,,
END
cat >"$here/instrument/cluster/choices.csv" <<'END'
list_name,name,label::es,label::en,thing
yn,a,Sí,Yes,
yn,b,No,No,
things,x,Equis,Ex,
things,y,Ye,Why,
things,z,Zeta,Zed,
places,p1,Aquí,Here,x
places,p2,Allá,There,y
END
sed -i "s/, if(\${Q2} >= 2, 5.*)))\"/, 1)\"/" "$here/instrument/method/scores.csv"

printf 'correct horse battery\n' >"$here/password"
"$SSME" init >/dev/null 2>&1
expect 0 "the instrument is published" instrument publish "$here/instrument"
"$SSME" register import "$toy/register.csv" >/dev/null 2>&1
"$SSME" round open 2020 --instrument toy@1 --from 2020-07-01 --to 2020-09-30 >/dev/null 2>&1
expect 0 "the round before has an answer" answer put --round 2020 --form cluster --cluster C1 \
	Q1=a Q2=5 Q3=x
"$SSME" round freeze 2020 >/dev/null 2>&1
"$SSME" round open 2022 --instrument toy@1 --from 2022-07-01 --to 2099-09-30 >/dev/null 2>&1
for who in ana:manager:C1 luz:manager:C1 eva:team:; do
	name=${who%%:*}
	rest=${who#*:}
	"$SSME" account create --email "$name@example.org" --name "$name" --role "${rest%%:*}" \
		${rest#*:} --password "$here/password" >/dev/null 2>&1 ||
		"$SSME" account create --email "$name@example.org" --name "$name" --role "${rest%%:*}" \
			--object "${rest#*:}" --password "$here/password" >/dev/null 2>&1
done
serve --quiet || { miss "the server comes up"; done_testing; }
form=/formulario/C1

# ---- what is owed ----
sign_in ana
get /
says "the first page says what is owed" 'Empezar: Uno'
get /formulario
is 200 "somebody's forms are listed"
says "each with its state" 'sin empezar'
get $form
is 200 "the form has a page of its areas"
says "it says what is missing" 'Faltan 2 respuestas obligatorias'
says "where to begin" 'Empezar: Gobierno'
says "and how long there is" 'Quedan '
says "a note of no area stands before them" 'Bienvenida'
get /formulario/C2
is 403 "another cluster's is not theirs"
get $form/area/nada
is 404 "an area that is none is not there"

# ---- one area ----
open $form/area/gobierno
is 200 "an area has a page"
light "it is light"
asks "one of few options is a radio" Q1 'type="radio" name="answer.Q1" value="a"'
asks "last round's answer stands beside it" Q1 'Antes: Sí'
asks "a question that hangs on nothing yet is asked" Q2 'name="answer.Q2"'
says "a composition says what is missing" 'faltan 100 para 100'
post $form/area/gobierno round=2022 answer.Q1=a answer.Q2=99 answer.M1_a=30 seen.Q1=0 seen.Q2=0 go=next
is 303 "a faulty answer is saved too"
goes_to "and the same area comes back" '.*/area/gobierno\?round=2022&hecho=por-corregir#contenido'
open "$form/area/gobierno?hecho=por-corregir"
says "it points to the first problem" 'href="#q-Q2"'
asks "what was typed is still there" Q2 'value="99"'
asks "with the cure" Q2 'De 0 a 50'
says "the sum goes on" 'Suma 30; faltan 70'
get $form
says "the area is said to have faults" 'con errores'
open $form/area/gobierno
post $form/area/gobierno round=2022 answer.Q1=a answer.Q2=30 answer.M1_a=30 answer.M1_b=70 go=next
goes_to "with nothing to correct the next area comes" '.*/area/cosas\?round=2022&hecho=guardado'
open $form/area/gobierno
asks "a warning asks for a reason" Q2 'name="reason.Q2"'
asks "and says which" Q2 'Parece mucho'
says "the sum is complete" 'Suma 100: está completo'
get $form
says "the area is said to have warnings" 'con advertencias'
post $form/area/gobierno round=2022 reason.Q2="Así es" answer.Q2=30 go=stay
open $form/area/gobierno
asks "the reason is kept" Q2 'Así es'
get $form
says "and the area is complete" 'stage complete'
open $form/area/gobierno
post $form/area/gobierno round=2022 answer.Q1=b mark.Q1=confirmed
goes_to "still the same: back to the question" '.*/area/gobierno\?round=2022#q-Q1'
open $form/area/gobierno
asks "last round's answer is taken over" Q1 'igual que antes'
post $form/area/gobierno round=2022 answer.Q1=b go=update
open $form/area/gobierno
asks "an answer that does not apply any more is put aside" Q2 'hidden'
post $form/area/gobierno round=2022 answer.Q1=a go=update
open $form/area/gobierno
asks "and comes back when it applies" Q2 'value="30"'
post $form/area/gobierno round=2022 answer.Q2=ND answer.Q2= go=stay
open $form/area/gobierno
asks "not to know is an answer" Q2 'value="ND"[^>]* checked'
post $form/area/gobierno round=2022 answer.nada=1 go=stay
is 400 "a question that is none is refused"

# ---- every kind ----
open $form/area/cosas
asks "options hang on an answer" L1 '<option value="">Elija…</option><option value="ND"'
asks "a range is a row of radios" E1 'type="radio" name="answer.E1" value="10"'
asks "a rank is a list a place" R1 'lugar 2'
post $form/area/cosas round=2022 answer.Q3= answer.Q3=x answer.Q3=y answer.Q4=1.234.567 \
	answer.Q6=2022-05-31 answer.Q7=05/2022 answer.R1=y answer.R1=x answer.E1=7 answer.T1="Una cosa" mark.P1.1=added
is 303 "all kinds are saved"
goes_to "an item that is added comes next" '.*/area/cosas\?round=2022#g-P1'
open $form/area/cosas
light "the area with an item is light"
asks "several are kept" Q3 'value="x" checked.*value="y" checked'
asks "the options have come" L1 'value="p1"'
asks "an amount is grouped" Q4 'value="1.234.567"'
asks "and said in letters" Q4 'un millón doscientos treinta y cuatro mil quinientos sesenta y siete pesos'
asks "what is computed is shown" Q5 '>2<'
asks "a date is kept" Q6 'value="2022-05-31"'
asks "a month too" Q7 'value="05/2022"'
asks "the order is kept" R1 'value="y" selected.*value="x" selected'
asks "a mark is kept" E1 'value="7" checked'
asks "the item has its fields" P1_nombre-1 'name="answer.P1_nombre.1"'
post $form/area/cosas round=2022 answer.P1_nombre.1=Puente answer.P1_valor.1=5.000 mark.P1.2=added
open $form/area/cosas
says "an item is called by its name" '1. Puente'
post $form/area/cosas round=2022 mark.P1.2=removed
open $form/area/cosas
silent "an item is taken away" 'id="item-P1-2"'
post $form/area/cosas round=2022 mark.P1.3=new answer.P1_nombre.3=Casa
open $form/area/cosas
asks "an item that is new has the number that was asked for" P1_nombre-3 'value="Casa"'
post $form/area/cosas round=2022 mark.P1.3=new answer.P1_nombre.3=Sede
open $form/area/cosas
asks "somebody else's of the same number gets the next" P1_nombre-4 'value="Sede"'
asks "and both are there" P1_nombre-3 'value="Casa"'
post $form/area/cosas round=2022 mark.P1.3=new answer.P1_nombre.3=Casa
open $form/area/cosas
silent "the same sent twice is one" 'id="item-P1-5"'
post $form/area/cosas round=2022 mark.P1.2=new answer.P1_nombre.2=Plaza
open $form/area/cosas
asks "what was taken away does not come back under another's answers" P1_nombre-5 'value="Plaza"'
post $form/area/cosas round=2022 mark.P1.3=removed mark.P1.4=removed mark.P1.5=removed
post $form/area/cosas round=2022 answer.Q6=ayer go=stay
open $form/area/cosas
asks "what is no date is still shown" Q6 'value="ayer"'
post $form/area/cosas round=2022 answer.Q6=2022-06-01 go=stay

# ---- two at once ----
open $form/area/gobierno
seen=$(grep -o 'name="seen.Q1" value="[0-9]*"' "$here/page" | grep -o '[0-9]*"$' | tr -d '"')
post $form/area/gobierno round=2022 answer.Q1=b "seen.Q1=$seen" go=stay
sign_in luz
open $form/area/gobierno
post $form/area/gobierno round=2022 answer.Q1=a "seen.Q1=$((seen + 1000))" answer.M1_a=30 go=stay
sign_in ana
open $form/area/gobierno
post $form/area/gobierno round=2022 answer.Q1=ND "seen.Q1=$seen" answer.M1_a=40 go=next
is 409 "two answers to one question are told"
says "with both sides" 'luz@example.org'
says "and what one wrote oneself" 'la suya, todavía sin guardar'
cp "$here/out" "$here/page"
theirs=$(hidden seen.Q1)
post $form/area/gobierno round=2022 exact=yes answer.Q1=ND "seen.Q1=$theirs" go=stay
is 303 "the choice is saved"
open $form/area/gobierno
asks "and holds" Q1 'value="ND" checked'
asks "what had no rival was saved at once" M1_a 'value="40"'
post $form/area/gobierno round=2022 answer.Q1=a answer.M1_a=30 go=stay

# ---- the session ends while somebody types ----
open $form/area/gobierno
mv "$here/page" "$here/page.gobierno"
jar_of_ana=$jar
post_kept() {
	path=$1
	grep -o '<input type="hidden" name="[^"]*" value="[^"]*"' "$here/page" |
		sed 's/.*name="\([^"]*\)" value="\(.*\)"$/data-urlencode = "\1=\2"/' >"$here/kept"
	code=$(curl -s -o "$here/out" -D "$here/err" -w '%{http_code}' -b "$jar" -c "$jar" \
		-H "Origin: ${2:-http://$address}" -K "$here/kept" "http://$address$path")
	cp "$here/out" "$here/page"
}
cp "$here/page.gobierno" "$here/page"
run session end ana@example.org
post $form/area/gobierno round=2022 answer.M1_a=45 reason.Q2="<lo mío> & más" go=stay "writer=$(hidden writer)"
is 401 "a form whose session is over is not saved"
says "and says that nothing is lost" 'Nada se pierde mientras esta página siga abierta'
says "what was typed is in the page" 'name="answer.M1_a" value="45"'
says "as text" 'value="&lt;lo mío&gt; &amp; más"'
says "with a way in" 'href="/entrar"'
says "no token of a session is in it" 'name="csrf" value=""'
cp "$here/out" "$here/page"
post_kept $form/area/gobierno https://elsewhere.example
silent "another site's form is not carried on" 'name="answer.M1_a"'
cp "$here/page.gobierno" "$here/page"
post $form/area/gobierno round=2022 answer.M1_a=45 go=stay "writer=$(hidden writer)"
cp "$here/out" "$here/typed"
sign_in luz
cp "$here/typed" "$here/page"
post_kept $form/area/gobierno
is 403 "somebody else does not save it"
says "and is told so" 'solo se guarda con esa'
says "nor gets a token for it" 'name="csrf" value=""'
sign_in ana
cp "$here/typed" "$here/page"
post_kept $form/area/gobierno
is 403 "signed in again, it asks once"
says "to save what was typed" 'Guardar lo que había escrito'
post_kept $form/area/gobierno
is 303 "and saves it"
goes_to "in its place" '.*/area/gobierno\?round=2022&hecho=guardado.*'
open $form/area/gobierno
asks "it is there" M1_a 'value="45"'
post $form/area/gobierno round=2022 answer.M1_a=30 go=stay

# ---- evidence ----
printf '%%PDF-1.7\nun acta\n' >"$here/acta.pdf"
printf 'MZ not a document' >"$here/virus.pdf"
open "$form/evidencia?question=Q1"
is 200 "a question has a page of evidence"
send $form/evidencia -F round=2022 -F question=Q1 -F "file=@$here/acta.pdf;type=text/html"
is 303 "a file is attached"
open "$form/evidencia?question=Q1"
says "it is listed" 'acta.pdf'
send $form/evidencia -F round=2022 -F question=Q1 -F "file=@$here/virus.pdf"
is 422 "what is no document is refused"
says "and told which are" 'no es PDF'
send $form/evidencia -F round=2022 -F question=Q1 -F "file=@$here/acta.pdf"
is 422 "the same file twice too"
get "$form/evidencia/1"
is 200 "it comes back"
if cmp -s "$here/out" "$here/acta.pdf"; then pass "byte for byte"; else miss "byte for byte"; fi
if grep -qi '^content-disposition: attachment' "$here/err" &&
	grep -qi '^content-type: application/octet-stream' "$here/err" &&
	grep -qi '^x-content-type-options: nosniff' "$here/err"; then
	pass "to be saved, never shown"
else miss "to be saved, never shown"; fi
get $form/area/gobierno
asks "the question says so" Q1 'Evidencia (1)'
open "$form/evidencia"
post $form/evidencia/1/quitar round=2022
is 303 "it is taken away"
get "$form/evidencia/1"
is 404 "and is gone"

# ---- one area for somebody else ----
open $form/delegar
says "areas can be handed out" '<option value="G"'
post $form/delegar round=2022 area=G "person=Pedro Páez" days=7
is 200 "a link is made"
link=$(grep -o '/enlace/[A-Za-z0-9_-]*' "$here/out" | head -1)
open $form/delegar
says "it is listed" 'Pedro Páez'
jar=$here/jar.pedro
open "$link"
post "$link"
goes_to "it leads to the form" '.*/formulario/C1'
get $form
goes_to "to the one area" '.*/area/gobierno\?round=2022'
open $form/area/gobierno
is 200 "which is shown"
get $form/area/cosas
is 404 "another is not"
get $form/enviar
is 403 "nor all answers"
get $form/respuestas.pdf
is 403 "nor all answers as PDF"
get $form/delegar
is 403 "nor can it be handed on"
post $form/area/gobierno round=2022 answer.M1_a=20 answer.M1_b=80 go=stay
is 303 "the area is answered"
post $form/area/gobierno round=2022 answer.Q4=1 go=stay
is 403 "a question of another is not"
jar=$here/jar.ana
open $form/delegar
id=$(grep -o 'delegar/[0-9]*/revocar' "$here/page" | grep -o '[0-9]*' | head -1)
post "$form/delegar/$id/revocar" round=2022
is 303 "the link is revoked"
jar=$here/jar.pedro
get $form/area/gobierno
is 303 "and lets nobody in"

# ---- sending ----
sign_in ana
open $form/area/cosas
post $form/area/cosas round=2022 answer.Q3= go=stay
open $form/enviar
is 200 "all answers have a page"
light "it is light"
says "it lists what is left" 'area/cosas?round=2022#q-Q3'
silent "and cannot be signed" 'name="signature"'
post $form/enviar round=2022 signature=Ana agreed=yes
is 422 "nor sent"
open $form/area/cosas
post $form/area/cosas round=2022 answer.Q3=x answer.Q3=z go=stay
open $form/enviar
says "complete it can be signed" 'name="signature"'
post $form/enviar round=2022 signature= agreed=yes
is 422 "not without a name"
post $form/enviar round=2022 "signature=Ana Gil"
is 422 "nor without the declaration"
post $form/enviar round=2022 "signature=Ana Gil" agreed=yes
is 303 "signed it is sent"
goes_to "and the result comes" '.*/formulario/C1/resultado\?round=2022&hecho=enviado'
get $form
says "the state is said" 'enviado'
get $form/enviar
says "and who signed" 'Firmado por Ana Gil'
get $form/area/cosas
says "what was sent is read" 'Si hay que corregir algo'
silent "and not changed" 'name="answer.'
sign_in luz
open /cuenta
post $form/area/gobierno round=2022 answer.Q1=b
is 409 "by nobody"
get $form/respuestas.pdf
is 200 "the answers are a PDF"
cp "$here/out" "$here/one.pdf"
get $form/respuestas.pdf
if head -c 5 "$here/out" | grep -q '%PDF-' && cmp -s "$here/out" "$here/one.pdf"; then
	pass "the same one each time"
else miss "the same one each time"; fi

# ---- the team reads ----
sign_in eva
get $form/area/cosas
is 200 "the team reads the form"
says "with its answers" 'Una cosa'
open /cuenta
post $form/area/gobierno round=2022 answer.Q1=b
is 403 "and does not answer it"
get "/en$form/area/gobierno"
says "the form is there in English" 'Government'
stop_serving
done_testing
