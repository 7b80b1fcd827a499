#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Managers filling in the shipped form at once, as the form's program does it: each a session of its own
# by a personal link, one answer a request, a pause between; before that the form's pages, opened by
# one after the other.  Prints tables and puts them into docs/performance.md.
#
#   bench/form.sh SSME [SECONDS [MANAGERS]]
#
# Works in bench/form of the build folder.  Nothing else should run meanwhile.
set -eu
ssme=$(realpath "${1:?usage: form.sh SSME [SECONDS [MANAGERS]]}")
seconds=${2:-20}
managers=${3:-1000}
here=$(dirname "$(realpath "$0")")
work=$(dirname "$ssme")/bench/form
rm -rf "$work"
mkdir -p "$work"
${CC:-gcc} -std=gnu17 -O2 -D_GNU_SOURCE "$here/submit.c" -o "$work/submit"
port=18094
data=$work/data
server=
trap '[ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; }' EXIT
ulimit -n "$(ulimit -Hn)"

"$ssme" --data "$data" init --sample --open >/dev/null 2>&1
awk -v n="$managers" 'BEGIN {
	print "cluster,name,department,sector,manager_kind,chamber,since,active"
	for (i = 1; i <= n; i++) printf "Z%04d,Clúster de prueba %d,05,a,a,21,2015,yes\n", i, i
}' >"$work/register.csv"
"$ssme" --data "$data" register import "$work/register.csv" >/dev/null
head -c 18 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/password"
"$ssme" --data "$data" account create --email manager@example.org --name M --role manager --object C037 \
	--password "$work/password" >/dev/null 2>&1
token=$("$ssme" --data "$data" token create --account manager@example.org --name bench --scope read \
	--format json 2>/dev/null | sed -n 's/.*"\(secret\|token\)":"\([^"]*\)".*/\2/p' | head -1)
for i in $(seq "$managers"); do
	"$ssme" --data "$data" link create --round 2024 --role manager --cluster "$(printf 'Z%04d' "$i")" \
		--person "Gestor $i" --format json 2>/dev/null
done >"$work/links"
"$ssme" --data "$data" serve --listen "127.0.0.1:$port" --quiet --proxy 127.0.0.1 >"$work/serve.log" 2>&1 &
server=$!
url=http://127.0.0.1:$port
until curl -sf -o /dev/null "$url/health"; do sleep 0.05; done

# The answers of a cluster that has sent its form, one a line; and a session of each link.
python3 - "$url" "$token" "$work" <<'END'
import http.client, json, re, sys, urllib.parse
url, token, work = sys.argv[1:4]
host = url.split("//")[1]
def ask(path, method="GET", body=None, headers={}):
    c = http.client.HTTPConnection(host)
    c.request(method, path, body, headers)
    r = c.getresponse()
    return r, r.read().decode()
r, text = ask("/api/rounds/2024/questionnaires/C037", headers={"Authorization": "Bearer " + token})
answers = json.loads(text)["answers"]
with open(work + "/bodies", "w") as f:
    for name, a in answers.items():
        if a["value"]:
            f.write(urllib.parse.urlencode({"answer." + name: a["value"], "exact": "yes"}) + "&idempotency_key={key}\n")
with open(work + "/sessions", "w") as f:
    for line in open(work + "/links"):
        path = re.search(r"/enlace/[A-Za-z0-9_-]+", line).group(0)
        r, page = ask(path)
        key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
        r, _ = ask(path, "POST", urllib.parse.urlencode({"idempotency_key": key.group(1)} if key else {}),
                   {"Content-Type": "application/x-www-form-urlencoded", "Origin": url})
        cookie = r.getheader("Set-Cookie").split(";")[0]
        cluster = r.getheader("Location").split("/formulario/")[1]
        r, page = ask("/api/rounds/2024/questionnaires/" + cluster, headers={"Cookie": cookie})
        f.write("%s\tCookie: %s|X-CSRF-Token: %s|Origin: http://127.0.0.1\n" % (cluster, cookie, json.loads(page)["csrf"]))
END
[ "$(wc -l <"$work/sessions")" = "$managers" ] || { echo "form.sh: not every link made a session" >&2; exit 1; }

# opened PATH NAME: a row of the table of pages, each manager opening it for the first time.
opened() {
	python3 - "$url" "$work/sessions" "$1" "$2" <<'END'
import http.client, statistics, sys, time
url, sessions, path, name = sys.argv[1:5]
took, size = [], 0
c = http.client.HTTPConnection(url.split("//")[1])
for line in list(open(sessions))[:200]:
    cluster, headers = line.rstrip("\n").split("\t")
    start = time.perf_counter()
    c.request("GET", path.replace("{cluster}", cluster), headers={"Cookie": headers.split("|")[0].split(": ", 1)[1]})
    r = c.getresponse()
    body = r.read()
    took.append((time.perf_counter() - start) * 1000)
    size = max(size, len(body))
    assert r.status == 200 and cluster.encode() in body, (r.status, path, cluster)
took.sort()
print("| %s | %.1f | %.1f | %.1f |" % (name, statistics.median(took), took[len(took) * 99 // 100], size / 1000))
END
}
field() { sed -n 's/.*"'"$1"'":\([0-9.]*\).*/\1/p' "$work/out.json"; }
# saves NAME CONNECTIONS THINK: a row of the table.
saves() {
	"$work/submit" --port "$port" --connections "$2" --seconds "$seconds" ${3:+--think "$3"} --prefix "$1-$2" \
		--post '/api/rounds/2024/questionnaires/{cluster}/answers' --sessions "$work/sessions" \
		--bodies "$work/bodies" >"$work/out.json" || true
	awk -v what="$4" -v n="$2" -v rate="$(field accepted_per_s)" -v p50="$(field p50_us)" -v p99="$(field p99_us)" \
		-v bad="$(field errors)" 'BEGIN { printf "| %s | %d | %d | %.1f | %.1f | %d |\n", what, n, rate, p50 / 1000, p99 / 1000, bad }'
}
{
	echo "$seconds s a row on $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors shared by server and"
	echo "load; with \`bench/form.sh build/ssme\`.  $(wc -l <"$work/bodies") answers of the shipped form, one a request; each is weighed"
	echo "with the whole form and on the disk before it is acknowledged."
	echo
	echo "| page, opened by 200 managers one after the other | p50, ms | p99, ms | kB sent |"
	echo "|---|---:|---:|---:|"
	opened '/formulario/{cluster}?round=2024' "first page of the form"
	opened '/formulario/{cluster}/area/gobernanza?round=2024' "an area (governance)"
	opened '/formulario/{cluster}/enviar?round=2024' "review before it is sent"
	echo
	echo "| managers | connections | saves/s | p50, ms | p99, ms | refused |"
	echo "|---|---:|---:|---:|---:|---:|"
	saves think "$managers" 2500 "each thinks 2.5 s between two answers"
	saves rush "$managers" 500 "each thinks half a second"
	saves alone 1 '' "one, without a pause"
	saves crowd 64 '' "without a pause"
} >"$work/form.md"
cat "$work/form.md"
page=$here/../docs/performance.md
if grep -q '^<!-- form: begin -->$' "$page"; then
	awk -v table="$work/form.md" '
		/^<!-- form: begin -->$/ { print; while ((getline line < table) > 0) print line; skip = 1; next }
		/^<!-- form: end -->$/ { skip = 0 }
		!skip { print }' "$page" >"$work/performance.md"
	cp "$work/performance.md" "$page"
fi
