#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A chamber's own account, from its invitation to its links: for its clusters and for no others, by the
# pages and by the interface for programs, and the audit has all of it.
. "${0%/*}/lib.sh"
. "${0%/*}/serve.sh"
need curl
jar=$here/jar

toy_round && pass "a round is open" || miss "a round is open"
printf 'correct horse battery staple\n' >"$here/password"
# C1 is of chamber 21, C2 of chamber 04
expect 0 "an account of chamber 21" account create --email camara@example.co --name "Cámara" --role chamber --object 21 \
	--password "$here/password"
"$SSME" link create --round 2022 --role manager --cluster C2 --person "Otra" >/dev/null 2>&1
token=$("$SSME" token create --account camara@example.co --name own --scope write 2>/dev/null | grep -o 'ssme_[0-9a-f]*')
serve --quiet && pass "the server is up" || { miss "the server is up"; done_testing; exit 1; }

# ask PATH CURL-ARGUMENT...: status in $code, answer in $here/out, head in $here/err.
ask() {
	path=$1
	shift
	code=$(curl -s -o "$here/out" -D "$here/err" -w '%{http_code}' -b "$jar" -c "$jar" "$@" "http://$address$path")
}
hidden() { grep -o "name=\"$1\" value=\"[^\"]*\"" "$here/out" | head -1 | sed 's/.*value="//;s/"$//'; }
# send PATH FIELD...: the form of the page at hand, with its own token and key.
send() {
	to=$1
	shift
	set -- "$@" "csrf=$(hidden csrf)" "idempotency_key=$(hidden idempotency_key)"
	for field; do printf 'data-urlencode = "%s"\n' "$field"; done >"$here/fields"
	ask "$to" -H "Origin: http://$address" -K "$here/fields"
}
is() {
	if [ "$code" = "$1" ]; then pass "$2"; else
		echo "# wanted $1, got $code"
		miss "$2"
	fi
}
n_links() { "$SSME" link list --format csv 2>/dev/null | sed 1d | wc -l; }

ask /entrar
send /entrar email=camara@example.co "password=correct horse battery staple"
is 303 "it signs in"
ask /enlaces
is 200 "the page of links is for it"
silent "without the link of another chamber's cluster" "Otra"
send /enlaces round=2022 role=manager cluster=C1 "person=Luz Vera" days=30
is 200 "it makes a link for its own cluster"
says "and is shown it" "/enlace/"
link=$(grep -o '/enlace/[A-Za-z0-9_-]*' "$here/out" | head -1)
code=$(curl -s -o "$here/out" -w '%{http_code}' "http://$address$link")
is 200 "which opens"
before=$(n_links)
ask /enlaces
says "it stands in the list" "Luz Vera"
number=$(grep -o '/enlaces/[0-9]*/revocar' "$here/out" | head -1 | grep -o '[0-9][0-9]*')
send /enlaces round=2022 role=manager cluster=C2 "person=Luz Vera" days=30
is 403 "it makes none for another chamber's"
ask /enlaces
send /enlaces/1/revocar cluster=C2
is 403 "nor does it revoke another chamber's"
ask /enlaces
send /enlaces/1/revocar cluster=C1
case $code in
4??) pass "not even under the name of its own: $code" ;;
*) miss "not even under the name of its own" ;;
esac
[ "$(n_links)" = "$before" ] && pass "and nothing came of it" || miss "and nothing came of it"
ask /enlaces
send "/enlaces/$number/revocar" cluster=C1
is 303 "it revokes its own"
code=$(curl -s -o "$here/out" -w '%{http_code}' "http://$address$link")
case $code in
4??) pass "which opens no more: $code" ;;
*) miss "which opens no more: $code" ;;
esac

# Letters: from the board, to those of its own clusters that are behind.
stop_serving
site=https://ssme.example.co
"$SSME" round extend 2022 --to 2099-12-31 --reason "para la prueba" >/dev/null 2>&1
for k in C1 C2 C3; do
	"$SSME" contact put --cluster "$k" --name "Gestora de $k" --email "$k@example.co" >/dev/null 2>&1
done
serve --quiet --public-url "$site" || miss "the server starts again"
: >"$jar"
ask /entrar
post() {
	to=$1
	shift
	set -- "$@" "csrf=$(grep -o 'name="csrf" value="[^"]*"' "$here/out" | tail -1 | sed 's/.*value="//;s/"$//')" \
		"idempotency_key=$(grep -o 'name="idempotency_key" value="[^"]*"' "$here/out" | tail -1 | sed 's/.*value="//;s/"$//')"
	for field; do printf 'data-urlencode = "%s"\n' "$field"; done >"$here/fields"
	ask "$to" -H "Origin: $site" -K "$here/fields"
}
letters() { "$SSME" mail list --format csv 2>/dev/null | sed 1d; }
post /entrar email=camara@example.co "password=correct horse battery staple"
is 303 "it signs in again"
ask /rondas/2022/avance
is 200 "it sees how far its clusters are"
silent "and no others" "Dos"
way=$(grep -o 'href="/rondas/2022/escribir?to=unopened[^"]*"' "$here/out" | head -1 | sed 's/href="//;s/"$//;s/&amp;/\&/g')
if [ "$way" = "/rondas/2022/escribir?to=unopened&cluster=C3&cluster=C1" ]; then pass "the board leads to writing to them"; else
	echo "# $way"
	miss "the board leads to writing to them"
fi
ask "$way&name=invitation"
is 200 "whom it would write to is shown"
says "those of its clusters" "C3@example.co"
silent "and of no others" "C2@example.co"
silent "with what a chamber may say alone" 'value="thanks"'
post /rondas/2022/escribir name=invitation to=unopened cluster=C1 cluster=C3
is 303 "it queues them"
if [ "$(letters | cut -d, -f3 | sort | tr '\n' ' ')" = "C1 C3 " ]; then pass "a letter to each of its own"; else miss "a letter to each of its own"; fi
ask /rondas/2022/correo
is 200 "it sees its letters"
says "where they are" "C3@example.co"
silent "without what only the team does with them" retirar
ask "/rondas/2022/escribir?to=unopened&cluster=C2"
is 403 "another chamber's cluster is not shown to it"
ask "/rondas/2022/escribir?to=unopened"
is 403 "nor all of them"
ask "$way"
post /rondas/2022/escribir name=reminder to=all cluster=C1 cluster=C2
is 403 "it does not write to another's, not even beside its own"
ask "$way"
post /rondas/2022/escribir name=reminder to=all
is 403 "nor to nobody in particular"
ask "$way"
post /rondas/2022/escribir name=thanks to=all cluster=C1
is 400 "nor what is the team's to say"
[ "$(letters | wc -l)" = 2 ] && pass "and nothing of that was queued" || miss "and nothing of that was queued"
"$SSME" contact put --cluster C2 --name Otra --email otra@example.co >/dev/null 2>&1
"$SSME" mail write --round 2022 --name invitation --to all --site "$site" >/dev/null 2>&1
ask /rondas/2022/correo.csv
silent "letters to another's are not listed" "otra@example.co"
foreign=$(letters | grep otra@ | cut -d, -f1)
ask "$way"
post "/correo/$foreign/retirar" x=
case $code in
4??) pass "nor can it take them out: $code" ;;
*) miss "nor can it take them out" ;;
esac

# The same by a token of the account.
api() {
	path=$1
	shift
	code=$(curl -s -o "$here/out" -w '%{http_code}' -H "Authorization: Bearer $token" "$@" "http://$address$path")
}
api /api/rounds/2022/links -d role=manager -d cluster=C1 -d person=Programa
is 200 "a program makes a link for its own cluster"
own=$("$SSME" link list --format csv 2>/dev/null | sed 1d | grep Programa | cut -d, -f1)
api /api/rounds/2022/links -d role=manager -d cluster=C2 -d person=Programa
is 403 "and none for another chamber's"
says "with a problem" "urn:ssme:problem:denied"
api /api/links/1/revoke -d cluster=C2
is 403 "nor does it revoke that one's"
api "/api/links/$own/revoke" -d cluster=C1
is 200 "its own it does"
stop_serving

run audit list --format csv
cp "$here/out" "$here/audit"
# noted NAME DEED OUTCOME SUBJECT: a row of the audit by that account.
noted() {
	if grep 'camara@example.co' "$here/audit" | grep -F "$2" | grep -F "$3" | grep -qF "$4"; then pass "$1"; else
		cp "$here/audit" "$here/out"
		miss "$1"
	fi
}
noted "the audit has the link that was made" "link" "done" "C1"
noted "and the one that was refused" "enlaces" "denied" "C2"
noted "and the one refused to the program" "link create" "denied" "C2"
noted "and the revocation" "link revoke" "done" "$number"
noted "and the letters" "mail queue" "done" "C3"
noted "and those that were refused" "escribir" "denied" "C1"
expect 0 "and is whole" audit check
done_testing
