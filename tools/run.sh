#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A look around: a fresh data folder with the sample rounds, an account for each role with a password of
# this run, and the site, until Ctrl-C.
#   run.sh BUILD [HOST:PORT]      BUILD: the folder of the binary; $LISTEN stands in for HOST:PORT
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
listen=${2:-${LISTEN:-127.0.0.1:8080}}
data=$build/demo-data
[ -x "$build/ssme" ] || { echo "run.sh: $build/ssme is not built" >&2; exit 1; }
rm -rf "$data"

"$build/ssme" --data "$data" init --sample --open
password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n' | sed 's/..../&-/g; s/-$//')
# sample ROLE [OBJECT]
sample() {
	printf '%s\n' "$password" | "$build/ssme" --data "$data" account create --email "$1@example.org" \
		--name "Muestra: $1" --role "$1" ${2:+--object "$2"} --password - >/dev/null
	printf '  %-15s %s@example.org%s\n' "$1" "$1" "${2:+   ($2)}"
}
echo
echo "Cuentas de muestra, todas con la contraseña de esta vez: $password"
echo "(sample accounts, all with this run's password):"
sample administrator
sample team
sample chamber 21
sample manager C019
sample contributor C019/I
sample reviewer
sample analyst
sample publisher
# A manager looks after several: one half answered, one ready to be sent, one returned, and the worked example.
for cluster in C020 C013 C037; do
	"$build/ssme" --data "$data" role grant manager@example.org --role manager --object "$cluster" >/dev/null
done
printf '  %-15s %s\n' empresa "$("$build/ssme" --data "$data" link create --round 2024 --role company --cluster C019 \
	--person Muestra | sed -n "s|.*\(/enlace/[A-Za-z0-9_-]*\).*|http://$listen\1|p" | head -1)"
echo
echo "Otras miradas (other looks), en otra terminal:"
echo "  $build/ssme --data $data explain F16@2022"
echo "  $build/ssme --data $data bulletin --round 2022 --format pdf -o boletin-2022.pdf"
echo "  $build/ssme --data $data doctor"
echo
echo "El sitio: http://$listen   (Ctrl-C lo detiene; Ctrl-C stops it)"
exec "$build/ssme" --data "$data" serve --listen "$listen"
