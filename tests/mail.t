#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Letters to managers: each arrives once or is listed, by a real mail server that the test starts.
. "$(dirname "$0")/lib.sh"
. "$SSME_SOURCE/tests/serve.sh"
need node curl openssl
post=
stop_post() {
	[ -z "$post" ] || { kill "$post" && wait "$post"; } 2>/dev/null
	post=
}
trap 'stop_post; [ -z "$server" ] || kill "$server" 2>/dev/null; wait 2>/dev/null
	chmod -R u+rwx "$here" 2>/dev/null; rm -rf "$here"' EXIT
# start_post OPTION...: a mail server as tests/smtp.mjs says; its address is in $mail, its port in $here/port
start_post() {
	mkdir -p "$here/post"
	: >"$here/port"
	node "$SSME_SOURCE/tests/smtp.mjs" "$here/post" "$@" >"$here/port" 2>"$here/post.err" &
	post=$!
	for _ in $(seq 200); do
		[ -s "$here/port" ] && break
		sleep 0.05
	done
	mail=smtp://127.0.0.1:$(cat "$here/port")
}
state_of() { "$SSME" mail list --format csv | grep "$1@" | sed 's/.*@example.co,\([a-z]*\),.*/\1/'; }
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else
		echo "# wanted $3, got $2"
		miss "$1"
	fi
}

toy_round
"$SSME" round extend 2022 --to 2099-12-31 --reason "para la prueba" >/dev/null 2>&1
cluster=$(sed -n '2s/,.*//p' "$toy/register.csv")
cat >"$here/contacts.csv" <<EOF
cluster,name,email,kind,lang
$cluster,Señora Ñ «comillas»,good@example.co,manager,es
$cluster,Refused,refused@example.co,manager,es
$cluster,Later,later@example.co,manager,en
$cluster,Cut,cut@example.co,manager,es
$cluster,Mute,mute@example.co,manager,es
$cluster,Otra,chamber@example.co,chamber,es
EOF
expect 0 "contacts come from a file" contact import "$here/contacts.csv"
printf 'cluster,name,email\n%s,Ana,ana\n' "$cluster" >"$here/bad.csv"
expect 2 "a file with a word that is no address is refused" contact import "$here/bad.csv"
says "and the row is named" "fila 2"
expect 2 "a cluster that is not in the register is refused" contact put --cluster NONE --name A --email a@b.co
write() {
	run mail write --round 2022 --name "$1" --to all --site https://ssme.example.co ${2:-}
}
write invitation --dry-run
says "a dry run lists whom" good@example.co
is "and queues nothing" "$("$SSME" mail list --format csv | wc -l)" 1
write invitation
says "the letters are queued" "5 cartas en cola"
silent "a chamber's address gets no invitation" chamber@example.co
write invitation
says "nobody is invited twice" "0 cartas en cola, 5 ya"
expect 2 "without a mail server nothing is sent" mail send
expect 2 "a server that is no address is refused" mail send --mail-server http://x --mail-from a@b.co
expect 1 "a server that is away leaves all of it waiting" \
	mail send --mail-server smtp://127.0.0.1:1 --mail-from ssme@example.co --pause 0
is "the first letter waits" "$(state_of good)" waiting

start_post
# The letter that was put off is tried once more when the pause is over: pause 0 is at once.
expect 1 "the letters go out" mail send --mail-server "$mail" --mail-from ssme@example.co --pause 0
is "one is sent" "$(state_of good)" sent
is "one is refused" "$(state_of refused)" refused
is "one that was put off is sent at the second try" "$(state_of later)" sent
is "one whose line was lost in the text is not sure" "$(state_of cut)" unsure
is "one whose answer was lost is not sure" "$(state_of mute)" unsure
expect 0 "nothing is left to send" mail send --mail-server "$mail" --mail-from ssme@example.co
is "two letters arrived, each once" "$(ls "$here/post" | grep -c '^[0-9]*\.eml')" 2
run mail list --state refused
says "the refusal is listed with the server's words" "no such mailbox"
letter=$(grep -l 'good@example.co' "$here"/post/[0-9]*.eml)
cp "$letter" "$here/out"
says "its text is quoted-printable" "Content-Transfer-Encoding: quoted-printable"
if LC_ALL=C grep -q '[^ -~[:cntrl:]]' "$letter"; then miss "no byte of it is over 127"; else
	pass "no byte of it is over 127"
fi
says "it has a link to the site" "https://ssme.example.co/enlace/"
if awk 'length($0) > 78 { bad = 1 } END { exit bad }' "$letter"; then pass "no line is too long"; else
	miss "no line is too long"
fi

# A name cannot become a header.
printf 'cluster,name,email\n%s,"Ana\r\nBcc: thief@example.co",second@example.co\n' "$cluster" >"$here/evil.csv"
expect 2 "a line end in a name is refused" contact import "$here/evil.csv"
run contact put --cluster "$cluster" --name 'Ana =?x?= <b@c.co>; "Gil"' --email second@example.co
write invitation
run mail send --mail-server "$mail" --mail-from ssme@example.co
is "a letter to an odd name arrives" "$(state_of second)" sent
if grep -q 'RCPT TO:<b@' "$here/post/log"; then miss "and to its address alone"; else
	pass "and to its address alone"
fi

# What came back.
id=$(sed -n 's/^Message-ID: <\(.*\)>.*/\1/p' "$letter")
cat >"$here/report.eml" <<EOF
From: mailer-daemon@example.co
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.co

Final-Recipient: rfc822; good@example.co
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2
  mailbox full

--b
Content-Type: text/rfc822-headers

Message-ID: <$id>

--b--
EOF
expect 0 "a report of delivery is read" mail bounce "$here/report.eml"
is "the letter came back" "$(state_of good)" bounced
run mail list --state bounced
says "with its reason" "mailbox full"
printf 'hello\n' >"$here/none.eml"
expect 2 "what is no report is refused" mail bounce "$here/none.eml"
write reminder
says "nobody writes to a dead address" "1 correos muertos"
run mail send --mail-server "$mail" --mail-from ssme@example.co --pause 0
write reminder
says "one reminder a day" "0 cartas en cola"
write reminder --force
says "unless forced" "5 cartas en cola"
expect 0 "one that is not sure is sent again by hand" \
	mail retry "$("$SSME" mail list --state unsure --format csv | tail -1 | cut -d, -f1)"

# The server sends by itself.
n_before=$(ls "$here/post" | grep -c '^[0-9]*\.eml')
if serve --mail-server "$mail" --mail-from ssme@example.co; then
	for _ in $(seq 200); do
		[ "$("$SSME" mail send --dry-run 2>&1 | grep -o '^[0-9]*')" != 0 ] || break
		sleep 0.1
	done
	for _ in $(seq 50); do
		[ "$(state_of second | sort -u)" != sent ] || break
		sleep 0.1
	done
	is "the server sends what waits" "$(state_of second | sort -u)" sent
	n_after=$(ls "$here/post" | grep -c '^[0-9]*\.eml')
	if [ "$n_after" -gt "$n_before" ]; then pass "and it arrives"; else miss "and it arrives"; fi
	stop_serving
	is "it stops as it should" "$status" 0
else
	miss "the server starts with a mail server"
fi
stop_post

# Behind TLS and a password.  Each letter is to somebody else; arrived NAME: how often one is there.
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,IP:127.0.0.2 \
	-keyout "$here/tls.key" -out "$here/tls.pem" 2>/dev/null
printf 'contraseña secreta\n' >"$here/mail.password"
printf 'otra\n' >"$here/wrong.password"
arrived() { cat "$here"/post/[0-9]*.eml | grep -c "^ *<$1@example.co>\|^To: .*<$1@example.co>"; }
letter_to() {
	run contact put --cluster "$cluster" --name "$1" --email "$1@example.co"
	write invitation
}
with_tls() { start_post "key=$here/tls.key" "certificate=$here/tls.pem" user=ssme "password=contraseña secreta" "$@"; }
post_it() { run --lang en mail send --mail-server "$mail" --mail-from ssme@example.co --pause 0 "$@"; }
known="--mail-user ssme --mail-password-file $here/mail.password"
trusted="--mail-roots $here/tls.pem"
: >"$here/post/log"

with_tls tls=starttls auth=PLAIN
letter_to secret
post_it $known
is "a certificate that nobody vouches for is refused" "$(state_of secret)" waiting
says "and the words say so" certificate
if grep -q 'AUTH\|MAIL\|^tls' "$here/post/log"; then miss "before a user, a password or a letter is said"; else
	pass "before a user, a password or a letter is said"
fi
run mail list --state waiting
says "the list has why it waits" certificate
post_it $trusted --mail-user ssme --mail-password-file "$here/wrong.password"
is "with a wrong password it waits" "$(state_of secret)" waiting
says "and the words are the server's" "535 5.7.8"
post_it $trusted
is "without one too" "$(state_of secret)" waiting
post_it $known $trusted
is "with the right one, and the certificate believed, it goes out (AUTH PLAIN)" "$(state_of secret)" sent
is "once" "$(arrived secret)" 1
if grep -q '^plain \(AUTH\|MAIL\)' "$here/post/log"; then miss "nothing of it in plain"; else pass "nothing of it in plain"; fi
grep -q '^tls MAIL' "$here/post/log" && pass "the letter went by TLS" || miss "the letter went by TLS"
letter_to refused-too
letter_to other
post_it $known $trusted
is "behind TLS too one receiver is refused" "$(state_of refused-too)" refused
is "and the next gets its letter" "$(state_of other) $(arrived other)" "sent 1"
stop_post

with_tls tls=whole auth=LOGIN
mail=smtps://127.0.0.1:$(cat "$here/port")
letter_to whole
post_it $known
is "TLS from the first byte: not without a believed certificate" "$(state_of whole)" waiting
post_it $known $trusted
is "with it, it goes out (AUTH LOGIN)" "$(state_of whole) $(arrived whole)" "sent 1"
stop_post

# A server that offers no TLS, not on this machine's first address: somebody may sit in between.
start_post host=127.0.0.2 user=ssme "password=contraseña secreta"
mail=smtp://127.0.0.2:$(cat "$here/port")
: >"$here/post/log"
letter_to plain
post_it $known
is "elsewhere a plain line will not do" "$(state_of plain)" waiting
if grep -q 'AUTH\|MAIL' "$here/post/log"; then miss "and no password was said on it"; else pass "and no password was said on it"; fi
stop_post

# Down, and up again: letters wait and go once.
mail=smtp://127.0.0.1:$(cat "$here/port")
letter_to patient
for _ in 1 2 3 4 5 6 7 8 9 10; do
	post_it $known
done
is "while the server is down letters wait, however often they are tried" "$(state_of plain) $(state_of patient)" "waiting waiting"
with_tls tls=starttls
post_it $known $trusted
is "when it is up again they go" "$(state_of plain) $(state_of patient)" "sent sent"
post_it $known $trusted
stop_post
with_tls tls=starttls
post_it $known $trusted
is "each once" "$(arrived plain) $(arrived patient)" "1 1"
letter_to served
if serve --mail-server "$mail" --mail-from ssme@example.co $known $trusted; then
	for _ in $(seq 200); do
		[ "$(state_of served)" != sent ] || break
		sleep 0.1
	done
	is "the confined server sends by TLS and with a password too" "$(state_of served) $(arrived served)" "sent 1"
	stop_serving
	cp "$here/log" "$here/out"
	silent "its log has no password" "secreta"
else
	miss "the server starts with a user at the mail server"
fi
expect 0 "the record of deeds holds" audit check
run audit list --format csv
silent "and names nobody" good@example.co
done_testing
