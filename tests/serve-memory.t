#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One serving process answers requests of every kind, thousands of them, and its memory comes to a
# stand: caches fill and threads take their share for a while, then as many requests again leave it as
# it was.
# $SSME_REQUESTS: how many at least, 1,500 if not said; `make soak` asks for more.
. "${0%/*}/lib.sh"
. "${0%/*}/serve.sh"
need curl sqlite3 "${CC:-cc}"
[ -z "${ASAN_OPTIONS:-}" ] || give_up "the sanitizer keeps what was freed, and looks for leaks itself"
requests=${SSME_REQUESTS:-1500}
growth_kib_max=6144 # of one half over the one before
halves_max=6        # until it stands

make_submit && pass "the driver is built" || miss "the driver is built"
# What is published as well as a round that takes answers.
"$SSME" init --sample >/dev/null 2>"$here/err" && "$SSME" instrument publish "$toy/instrument" >/dev/null 2>&1 &&
	"$SSME" round open 2024 --instrument toy@1 --from 2024-07-01 --to 2024-09-30 >/dev/null 2>&1 &&
	pass "the sample and an open round are there" || miss "the sample and an open round are there"
"$SSME" scores --round 2022 --format csv 2>/dev/null | sed 1d | cut -d, -f1 >"$here/clusters"
printf 'answer.Q1=a&answer.Q2=25&answer.Q2__reason={key}&answer.Q3=x+y&answer.Q4=1000000.5&answer.Q6=2022-07-01\n' \
	>"$here/body"
answers=/api/rounds/2024/answers/cluster/{cluster}
printf 'correct horse battery staple\n' >"$here/password"
"$SSME" account create --email t@example.co --name T --role team --password "$here/password" >/dev/null 2>&1
token=$("$SSME" token create --account t@example.co --name load --scope write 2>/dev/null | grep -o 'ssme_[0-9a-f]*')
[ -n "$token" ] && pass "a token is there" || miss "a token is there"
serve --quiet --proxy 127.0.0.1 && pass "the server is up" || { miss "the server is up"; done_testing; exit 1; }
process=$(serving_process)
memory_kib() { sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$process/status"; }

# One request of each kind, as lines for curl.  $1 makes what is sent differ from time to time.
kinds() {
	next() { printf 'next\nsilent\nmax-time = 60\noutput = /dev/null\nwrite-out = "%%{http_code}\\n"\n'; }
	for path in / /?lang=en /boletin/2022 /boletin/2022?lang=en /boletin/2020.xlsx /boletin/2018.pdf /api/openapi.json \
		/health /robots.txt "/no/such/$1" "/enlace/$1" "/invitacion/$1" /entrar /cuenta "/api/rounds?nope=$1" \
		"/api/rounds/$1" "/boletin/%00$1" "/static/$1/x"; do
		next
		printf 'url = "http://%s%s"\n' "$address" "$path"
	done
	for path in /api/rounds /api/instruments /api/roles /api/register /api/rounds/2022 \
		/api/rounds/2022/scores?cluster=C011; do
		next
		printf 'header = "Authorization: Bearer %s"\nurl = "http://%s%s"\n' "$token" "$address" "$path"
	done
	next
	printf 'header = "Authorization: Bearer ssme_%s"\nurl = "http://%s/api/rounds"\n' "$1" "$address"
	next
	printf 'header = "Origin: http://%s"\ndata = "email=n%s@x.co&password=no"\nurl = "http://%s/entrar"\n' "$address" \
		"$1" "$address"
	next
	printf 'header = "Authorization: Bearer %s"\nform = "file=@%s;filename=a%s.csv"\nurl = "http://%s/api/rounds/2024/answers/cluster"\n' \
		"$token" "$here/clusters" "$1" "$address"
	next
	printf 'header = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\ndata = "{\\"answer\\":{\\"Q1\\":\\"%s\\"}}"\nurl = "http://%s/api/rounds/2024/answers/cluster/C011"\n' \
		"$token" "$1" "$address"
}
# sign_in: once, as a person with the right password.
sign_in() {
	curl -s -o /dev/null -w '%{http_code}\n' -H "Origin: http://$address" \
		--data 'email=t@example.co&password=correct+horse+battery+staple' "http://$address/entrar"
}
kinds 0 >"$here/kinds"
a_time=$(grep -c '^url' "$here/kinds")
# half PREFIX: as many requests as are half of all, a third of them answers that are kept.
half() {
	times=$((requests / 3 / a_time))
	: >"$here/keys"
	start_load --connections 4 --seconds 3600 --keys "$here/keys" --prefix "$1"
	i=0
	while [ "$i" -lt "$times" ]; do
		kinds "$1$i" >"$here/kinds"
		curl -K "$here/kinds" >>"$here/codes" 2>/dev/null
		[ $((i % 20)) != 0 ] || sign_in >>"$here/codes"
		i=$((i + 1))
	done
	for _ in $(seq 600); do
		[ "$(wc -l <"$here/keys")" -lt $((requests / 6)) ] && kill -0 "$load" || break
		sleep 0.1
	done
	end_load
}
: >"$here/codes"
half 1 && pass "the first half is answered" || miss "the first half is answered"
halves=1
grown=$growth_kib_max
after=$(memory_kib)
while [ "$grown" -ge "$growth_kib_max" ] && [ "$halves" -lt "$halves_max" ]; do
	halves=$((halves + 1))
	before=$after
	half "$halves" && pass "half $halves is answered" || miss "half $halves is answered"
	after=$(memory_kib)
	grown=$((after - before))
	echo "# own memory before and after half $halves: $before KiB, $after KiB"
done
sort "$here/codes" | uniq -c | awk '{ printf "%s: %s  ", $2, $1 } END { print "" }' | sed 's/^/# /'
[ "$(serving_process)" = "$process" ] && pass "by one process" || miss "by one process"
grep -q '^5\|^000' "$here/codes" && miss "none of them failed" || pass "none of them failed"
for code in 200 303 400 401 404 422; do
	grep -q "^$code" "$here/codes" || { miss "there was an answer $code"; }
done
[ "$grown" -lt "$growth_kib_max" ] && pass "memory comes to a stand" || miss "memory comes to a stand"
stop_serving
[ "$status" = 0 ] && pass "the server stops well" || miss "the server stops well"
done_testing
