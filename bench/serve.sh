#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the server does, beside what others do in the same run: forms of 120 answers accepted and on the
# disk, at 1, 8, 64 and 1,000 connections, beside SQLite alone with the same bytes and on PostgreSQL; pages
# beside nginx with the same bytes as a file; memory; the first page after a start; TLS.
#
#   bench/serve.sh SSME [SECONDS [TURNS]]
#
# Works in bench/serve of the build folder; prints tables and puts them into docs/performance.md.  Nothing
# else should run meanwhile.  PostgreSQL, nginx and wrk are measured where they are installed.
set -eu
ssme=$(realpath "${1:?usage: serve.sh SSME [SECONDS [TURNS]]}")
seconds=${2:-5}
turns=${3:-3}
here=$(dirname "$(realpath "$0")")
work=$(dirname "$ssme")/bench/serve
rm -rf "$work"
mkdir -p "$work/instrument/cluster" "$work/instrument/method"
cc=${CC:-gcc}
$cc -std=gnu17 -O2 -D_GNU_SOURCE "$here/submit.c" -o "$work/submit"
$cc -std=gnu17 -O2 -D_GNU_SOURCE "$here/group_commit.c" -o "$work/group_commit" -lsqlite3
port=18090
server=
stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; server=; }; }
nginx_stop() { [ ! -f "$work/nginx.pid" ] || { kill "$(cat "$work/nginx.pid")" 2>/dev/null || true; }; }
pg_stop() { [ ! -d "$work/pg" ] || as_postgres "$pg/pg_ctl" -D "$work/pg" -m immediate stop >/dev/null 2>&1 || true; }
trap 'stop; nginx_stop; pg_stop' EXIT
ulimit -n "$(ulimit -Hn)"

# ---- a form of 110 choices and 10 texts ----

awk -v survey="$work/instrument/cluster/survey.csv" -v choices="$work/instrument/cluster/choices.csv" 'BEGIN {
	print "type,name,label::es" > survey; print "list_name,name,label::es" > choices
	for (i = 1; i <= 5; i++) printf "scale,%d,Opción %d\n", i, i > choices
	for (i = 1; i <= 110; i++) printf "select_one scale,Q%03d,Pregunta %d\n", i, i > survey
	for (i = 1; i <= 10; i++) printf "text,T%02d,Texto %d\n", i, i > survey
}'
printf 'form_id,form_title,version,default_language\nbench,Banco de pruebas,1,es\n' >"$work/instrument/cluster/settings.csv"
(
	cd "$work/instrument/method"
	printf 'key,value\nid,bench\nversion,1\ntitle,Banco de pruebas\n' >settings.csv
	printf 'code,label,label::en,weight\nG,Área,Area,100\n' >areas.csv
	printf 'question,area,max,points,source\nQ001,G,5,"if(${Q001} = '"'5'"', 5, 0)",x\n' >scores.csv
	printf 'code,label,label::en,cut\nbasico,Básico,Basic,0\nalto,Alto,High,60\n' >levels.csv
	printf 'id,label,label::en,unit,decimals,form,formula,universe,note\nF1,Uno,One,percent,0,cluster,"share(${Q001} = '"'5'"')",,\n' >indicators.csv
	printf 'section,kind,text,text::en,figures\na,title,{F1},{F1},F1\n' >figures.csv
)
awk 'BEGIN {
	print "cluster,name,department,sector,manager_kind,chamber,since,active"
	for (i = 1; i <= 1000; i++) printf "C%04d,Clúster %d,05,agro,camara,21,2015,yes\n", i, i
}' >"$work/register.csv"
awk 'NR > 1 { print $1 }' FS=, "$work/register.csv" >"$work/clusters"
awk 'BEGIN {
	for (i = 1; i <= 110; i++) printf "%sanswer.Q%03d=%d", (i > 1 ? "&" : ""), i, 1 + i % 5
	for (i = 1; i <= 10; i++) printf "&answer.T%02d=Una+respuesta+de+pocas+palabras+%d", i, i
	printf "&idempotency_key={key}"
}' >"$work/body"

# A data folder with the round open and a token that writes; SSME_DB chooses the database.
fill() {
	"$ssme" --data "$1" init >/dev/null 2>&1
	"$ssme" --data "$1" instrument publish "$work/instrument" >/dev/null 2>&1
	"$ssme" --data "$1" register import "$work/register.csv" >/dev/null 2>&1
	"$ssme" --data "$1" round open 2024 --instrument bench@1 >/dev/null 2>&1
	head -c 18 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/password"
	"$ssme" --data "$1" account create --email team@example.org --name Team --role team \
		--password "$work/password" >/dev/null 2>&1
	token=$("$ssme" --data "$1" token create --account team@example.org --name bench --scope read --scope write \
		--format json 2>/dev/null | sed -n 's/.*"\(secret\|token\)":"\([^"]*\)".*/\2/p' | head -1)
}
# start FOLDER ARGUMENT...: serves and waits for the first answer.
start() {
	folder=$1
	shift
	scheme=${SCHEME:-http}
	"$ssme" --data "$folder" serve --listen "127.0.0.1:$port" --quiet --proxy 127.0.0.1 "$@" >"$work/serve.log" 2>&1 &
	server=$!
	until curl -sfk -o /dev/null "$scheme://127.0.0.1:$port/health" 2>/dev/null; do
		kill -0 "$server" || { cat "$work/serve.log"; exit 1; }
		sleep 0.002
	done
	curl -sk -o /dev/null "$scheme://127.0.0.1:$port/"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# The serving process: the child with the most memory.
resident_mb() {
	for p in "$server" $(pgrep -P "$server") $(pgrep -P "$server" | xargs -rn1 pgrep -P); do
		awk '/^VmRSS/ { print $2 }' "/proc/$p/status" 2>/dev/null
	done | sort -n | tail -1 | awk '{ printf "%.1f\n", $1 / 1024 }'
}
field() { sed -n 's/.*"'"$1"'":\([0-9.]*\).*/\1/p'; }

# submissions NAME: a row of the table for each number of connections, on what is being served.
submissions() {
	for n in 1 8 64 1000; do
		: >"$work/turns"
		for turn in $(seq "$turns"); do
			"$work/submit" --port "$port" --connections "$n" --seconds "$seconds" --token "$token" \
				--post '/api/rounds/2024/answers/cluster/{cluster}' --clusters "$work/clusters" \
				--body "$work/body" --prefix "$1-$n-$turn" >"$work/submit.json"
			cat "$work/submit.json" >>"$work/turns"
		done
		rate=$(field accepted_per_s <"$work/turns" | median)
		p50=$(field p50_us <"$work/turns" | median)
		p99=$(field p99_us <"$work/turns" | median)
		raw=
		if [ "$1" = SQLite ]; then
			batch=$n
			[ "$n" -le 256 ] || batch=256
			for turn in $(seq "$turns"); do
				rm -f "$work"/raw.db*
				"$work/group_commit" "$work/raw.db" "$batch" 1700 2 | cut -d' ' -f1
			done >"$work/raw"
			raw=$(median <"$work/raw")
		fi
		awk -v name="$1" -v n="$n" -v rate="$rate" -v p50="$p50" -v p99="$p99" -v raw="$raw" 'BEGIN {
			printf "| %s | %d | %d | %.1f | %.1f | %s | %s |\n", name, n, rate, p50 / 1000, p99 / 1000,
				raw, raw ? sprintf("%.2f", rate / raw) : "" }'
	done
}

# pages URL [HEADER]: requests/s p50 p99 with 64 connections, median of the turns by the first.
pages() {
	for turn in $(seq "$turns"); do
		wrk -t2 -c64 -d"${seconds}s" --latency ${2:+-H "$2"} "$1" | awk '
			function ms(t) { return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000 }
			$1 == "50%" { p50 = ms($2) } $1 == "99%" { p99 = ms($2) } /^Requests\/sec/ { rate = $2 }
			/Non-2xx/ { bad = $NF } END { printf "%.0f %.2f %.2f %d\n", rate, p50, p99, bad }'
	done | sort -n | awk '{ v[NR] = $0 } END { print v[int((NR + 1) / 2)] }'
}
page_row() { # NAME BYTES "RATE P50 P99 BAD" NGINX_RATE
	echo "$3" | awk -v name="$1" -v bytes="$2" -v nginx="$4" '{
		if ($4 > 0) name = name " (" $4 " refused)"
		printf "| %s | %d | %d | %.2f | %.2f | %s |\n", name, bytes, $1, $2, $3, nginx ? sprintf("%.2f", $1 / nginx) : "" }'
}

as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
pg=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
{
	echo "$turns turns of $seconds s on $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors shared by server and"
	echo "load; medians; with \`bench/serve.sh build/ssme\`. Before it the load of the machine was $(cut -d' ' -f1 /proc/loadavg)."
	echo
	echo "Forms of 120 answers ($(wc -c <"$work/body") bytes sent), each checked, kept once under its key, in the audit, and on the"
	echo "disk before it is acknowledged:"
	echo
	echo "| database | connections | accepted/s | p50, ms | p99, ms | SQLite alone, rows/s | ratio |"
	echo "|---|---:|---:|---:|---:|---:|---:|"
	fill "$work/data"
	start "$work/data"
	submissions SQLite
	busy=
	"$work/submit" --port "$port" --connections 1000 --seconds 3 --token "$token" --prefix busy \
		--post '/api/rounds/2024/answers/cluster/{cluster}' --clusters "$work/clusters" --body "$work/body" >/dev/null &
	load=$!
	sleep 2
	busy=$(resident_mb)
	wait "$load" || true
	stop
	if [ -n "$pg" ]; then
		mkdir -p "$work/pg"
		[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
		chmod 0711 "$(dirname "$work")" "$work"
		as_postgres "$pg/initdb" -D "$work/pg" -A trust -U postgres --locale=C.UTF-8 >/dev/null
		as_postgres "$pg/pg_ctl" -D "$work/pg" -w -l "$work/pg/log" \
			-o "-p 18091 -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp" start >/dev/null
		SSME_DB="postgresql://postgres@127.0.0.1:18091/postgres"
		export SSME_DB
		fill "$work/data-pg"
		start "$work/data-pg"
		submissions PostgreSQL
		stop
		unset SSME_DB
		pg_stop
	fi
	echo
	echo "Pages, 64 connections kept open:"
	echo
	echo "| page | bytes | a second | p50, ms | p99, ms | times nginx |"
	echo "|---|---:|---:|---:|---:|---:|"
	"$ssme" --data "$work/sample" init --sample >/dev/null 2>&1
	start "$work/sample"
	url=http://127.0.0.1:$port
	mkdir -p "$work/www"
	for page in boletin/2022 entrar; do
		curl -s "$url/$page" -o "$work/www/$(basename "$page").html"
		curl -s -H 'Accept-Encoding: gzip' "$url/$page" -o "$work/www/$(basename "$page").gz"
	done
	curl -s "$url/" -o "$work/www/home.html"
	for page in 2022 entrar home; do
		case $page in 2022) path=boletin/2022 ;; home) path= ;; *) path=$page ;; esac
		pages "$url/$path" >"$work/page-$page"
	done
	stop
	if command -v nginx >/dev/null; then
		cat >"$work/nginx.conf" <<-END
			worker_processes $(nproc);
			pid $work/nginx.pid;
			error_log $work/nginx.log;
			events { worker_connections 4096; }
			http { access_log off; sendfile on; keepalive_requests 1000000; types { text/html html; }
			server { listen 127.0.0.1:18092 reuseport; root $work/www; } }
		END
		[ "$(id -u)" != 0 ] || sed -i '1i user root;' "$work/nginx.conf"
		nginx -c "$work/nginx.conf"
		for page in 2022 entrar home; do pages "http://127.0.0.1:18092/$page.html" >"$work/nginx-$page"; done
		nginx_stop
	fi
	for page in 2022 entrar home; do
		case $page in 2022) name='bulletin, kept ready' ;; entrar) name='sign-in form' ;; home) name='front page, made anew each time' ;; esac
		bytes=$(wc -c <"$work/www/$page.html")
		nginx=$(cut -d' ' -f1 "$work/nginx-$page" 2>/dev/null || true)
		page_row "$name" "$bytes" "$(cat "$work/page-$page")" "$nginx"
		[ -z "$nginx" ] || page_row "— nginx, the same bytes as a file" "$bytes" "$(cat "$work/nginx-$page")" ""
	done
	if command -v openssl >/dev/null; then
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
			-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
		SCHEME=https start "$work/sample" --certificate "$work/cert.pem" --key "$work/key.pem"
		page_row 'front page over TLS' "$(wc -c <"$work/www/home.html")" "$(pages "https://127.0.0.1:$port/")" ""
		stop
	fi
	echo
	for turn in $(seq 5); do python3 "$here/first_page.py" "$ssme" "$work/sample" "$port"; done >"$work/started"
	start "$work/sample"
	idle=$(resident_mb)
	"$work/submit" --port "$port" --connections 1000 --count 1000 --get /health >/dev/null 2>&1 || true
	python3 - "$port" >"$work/idle" <<-'END' 2>/dev/null &
		import socket, sys, time
		held = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(250)]
		time.sleep(4)
	END
	holders=$!
	for i in 1 2 3; do python3 -c "
import socket, time
held = [socket.create_connection(('127.0.0.1', $port), source_address=('127.0.0.$((i + 1))', 0)) for _ in range(250)]
time.sleep(4)" & done 2>/dev/null
	sleep 2
	idle_1000=$(resident_mb)
	wait "$holders" || true
	stop
	echo "Memory of the serving process: $idle MB idle, $idle_1000 MB with 1,000 idle connections, $busy MB with 1,000 busy ones."
	echo "From the command to the first page: $(median <"$work/started") ms."
} >"$work/serve.md"
cat "$work/serve.md"
page=$here/../docs/performance.md
if grep -q '^<!-- serve: begin -->$' "$page"; then
	awk -v table="$work/serve.md" '
		/^<!-- serve: begin -->$/ { print; while ((getline line < table) > 0) print line; skip = 1; next }
		/^<!-- serve: end -->$/ { skip = 0 }
		!skip { print }' "$page" >"$work/performance.md"
	cp "$work/performance.md" "$page"
fi
