#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Accounts, roles, tokens, links and the audit on the command line; one answer by itself.
. "$SSME_SOURCE/tests/lib.sh"
toy_round

echo 'una frase larga 77' >"$here/password"
echo 'corta' >"$here/short"

# ---- accounts ----
expect 0 'the first administrator is made here' \
	account create --email Ana@Ejemplo.co --name 'Ana Gil' --role administrator
says 'the address is kept in lower case' 'ana@ejemplo.co'
says 'an invitation is shown' '/invitacion/'
cp "$here/out" "$here/invited"
expect 2 'an address has one account' \
	account create --email ana@ejemplo.co --name 'Ana' --role team
says 'and the refusal names the parameter' '--email: ese correo ya tiene una cuenta'
expect 2 'what is no address is refused' account create --email ana --name Ana --role team
expect 2 'a name has one line' account create --email b@ejemplo.co --name "A
B" --role team
expect 2 'a short password is refused' \
	account create --email b@ejemplo.co --name B --role team --password "$here/short"
echo 'beto@ejemplo.co' >"$here/address"
expect 2 'so is the address as a password' \
	account create --email beto@ejemplo.co --name B --role team --password "$here/address"
expect 2 'a role of a cluster needs one' account create --email c@ejemplo.co --name C --role manager
expect 2 'which is in the register' \
	account create --email c@ejemplo.co --name C --role manager --object C999
expect 2 'a role without scope takes none' \
	account create --email c@ejemplo.co --name C --role team --object C1
run account list --format csv
[ "$(wc -l <"$here/out")" = 2 ] && pass 'nothing refused was made' || miss 'nothing refused was made'
expect 0 '--dry-run says what would be' \
	account create --email luz@ejemplo.co --name Luz --role manager --object C1 --dry-run
run account list
silent 'and makes nothing' 'luz@ejemplo.co'
expect 0 'a manager with a password' account create --email luz@ejemplo.co --name Luz \
	--role manager --object C1 --password "$here/password"
silent 'gets no invitation' '/invitacion/'
run account list --format json
says 'the list shows the role and its cluster' 'manager:C1'
says 'and whether there is a second factor' '"second_factor":"no"'
expect 0 'a name changes' account change luz@ejemplo.co --name 'Luz Vera'
run account list
says 'in the list too' 'Luz Vera'
expect 0 'by number too' account disable 2
run account list
says 'it is off' 'disabled'
expect 2 'an account that is off gets no invitation' account invite 2
expect 0 'and is on again' account enable luz@ejemplo.co
expect 0 'with a new invitation' account invite luz@ejemplo.co
expect 0 'or a password' account password luz@ejemplo.co --password "$here/password"
expect 0 'the second factor can be taken off' account reset-second-factor luz@ejemplo.co
expect 2 'an unknown account is said to be' account disable nadie@ejemplo.co
says 'with where to look' 'ssme account list'

# ---- the last administrator ----
expect 2 'the last administrator stays on' account disable ana@ejemplo.co
expect 2 'and keeps the role' role revoke ana@ejemplo.co --role administrator
expect 0 'another gets it' role grant luz@ejemplo.co --role administrator
expect 0 'then the first may lose it' role revoke ana@ejemplo.co --role administrator
expect 2 'who has it no more cannot lose it again' role revoke ana@ejemplo.co --role administrator
run account list --format json
silent 'the first is no administrator now' '"roles":"administrator"'

# ---- roles ----
expect 0 'an area of a cluster' role grant ana@ejemplo.co --role contributor --object C1/G
expect 2 'an area that the method has' role grant ana@ejemplo.co --role contributor --object C1/X
says 'is named among those' 'G, S'
expect 2 'an area at all' role grant ana@ejemplo.co --role contributor --object C1
expect 0 'a chamber' role grant ana@ejemplo.co --role chamber --object 21
expect 2 'that exists' role grant ana@ejemplo.co --role chamber --object 9999
run role list ana@ejemplo.co --format csv
says 'roles are listed' 'contributor,C1/G'

# ---- tokens ----
expect 0 'a token is shown once' token create --account luz@ejemplo.co --name tablero --scope write --scope read
says 'by its beginning' 'ssme_'
expect 0 'and listed without its secret' token list --account luz@ejemplo.co
says 'with its scopes' 'read write'
silent 'never again' 'ssme_'
number=$("$SSME" token list --account luz@ejemplo.co --format csv 2>/dev/null | grep tablero | cut -d, -f1)
expect 0 'it is revoked' token revoke "$number"
expect 2 'once' token revoke "$number"
expect 2 'a scope is one of three' token create --account luz@ejemplo.co --name t --scope all
expect 2 'days have a limit' token create --account luz@ejemplo.co --name t --scope read --days 401

# ---- links ----
expect 0 'a personal link' link create --round 2022 --role manager --cluster C1 --person 'Pepe Paz'
says 'is shown once' '/enlace/'
run link list --round 2022
says 'and listed' 'Pepe Paz'
silent 'without its secret' '/enlace/'
expect 2 'a link is for a round' link create --round 1999 --role manager --cluster C1 --person P
expect 2 'a cluster' link create --round 2022 --role manager --cluster C999 --person P
expect 2 'an area goes with a contributor' link create --round 2022 --role contributor --cluster C1 --person P
expect 0 'and is there' link create --round 2022 --role contributor --cluster C1 --area S --person P
expect 2 'a company with a company' \
	link create --round 2022 --role manager --cluster C1 --company 900 --person P
expect 2 'a link is revoked by who names its cluster' link revoke 1 --cluster C2
expect 0 'its own' link revoke 1 --cluster C1
run session list luz@ejemplo.co
[ "$status" = 0 ] && pass 'sessions are listed' || miss 'sessions are listed'
expect 0 'and ended' session end luz@ejemplo.co

# ---- one answer ----
set -- answer put --round 2022 --form cluster --cluster C1
before=$(fingerprint)
expect 2 'an answer is checked as a row of a file' "$@" Q1=zz Q2=25 Q9=1
says 'unknown questions' 'Q9'
says 'and options' 'Q1'
[ "$before" = "$(fingerprint)" ] && pass 'and not stored' || miss 'and not stored'
expect 0 '--dry-run checks' "$@" --dry-run Q1=a Q2=25 'Q2__reason=son muchos' 'Q3=x y' Q4=1000000.5 Q6=2022-07-01
[ "$before" = "$(fingerprint)" ] && pass 'and stores nothing' || miss 'and stores nothing'
expect 0 'a whole one is stored' "$@" Q1=a Q2=25 'Q2__reason=son muchos' 'Q3=x y' Q4=1000000.5 Q6=2022-07-01
one=$(fingerprint)
[ "$before" != "$one" ] && pass 'and counts' || miss 'and counts'
kept=$SSME_DATA
SSME_DATA=$here/other
toy_round
sed -n '1p;/^C1,/p' "$toy/answers.csv" >"$here/one.csv"
run import --round 2022 --form cluster "$here/one.csv"
[ "$one" = "$(fingerprint)" ] && pass 'as the same row of a file would' || miss 'as the same row of a file would'
SSME_DATA=$kept
expect 2 'a cluster that is not in the register is refused' \
	answer put --round 2022 --form cluster --cluster C999 Q1=a
expect 2 'a company goes with its form' "$@" --company 900 Q1=a
expect 0 'the round closes' round freeze 2022
expect 2 'and takes no answers' "$@" Q1=a
says 'saying why' 'congelada'

# ---- the audit ----
expect 0 'the record of deeds is whole' audit check
says 'and says so' 'whole'
run audit list --limit 1000 --format lines
silent 'no secret of a token stands in it' 'ssme_'
secret=$(sed -n 's|.*/invitacion/\([0-9a-f]*\).*|\1|p' "$here/invited")
[ ${#secret} = 64 ] && pass 'an invitation has 256 bits' || miss 'an invitation has 256 bits'
silent 'nor that of an invitation' "$secret"
if grep -rqa "$secret" "$SSME_DATA"; then miss 'nor is it anywhere in the folder'; else
	pass 'nor is it anywhere in the folder'; fi
run audit list --deed 'account create' --format json
says 'deeds are found by name' '"deed":"account create"'
silent 'and only those' '"deed":"role grant"'
run audit list --limit 1 --format csv
[ "$(wc -l <"$here/out")" = 2 ] && pass 'as many as asked for' || miss 'as many as asked for'
done_testing
