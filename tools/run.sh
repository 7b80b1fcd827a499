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
sample manager C037
sample contributor C037/G
sample reviewer
sample analyst
sample publisher
echo
echo "Otras miradas (other looks), en otra terminal:"
echo "  $build/ssme --data $data explain F16@2022"
echo "  $build/ssme --data $data bulletin --round 2022 --format pdf -o boletin-2022.pdf"
echo "  $build/ssme --data $data doctor"
echo
echo "El sitio: http://$listen   (Ctrl-C lo detiene; Ctrl-C stops it)"
exec "$build/ssme" --data "$data" serve --listen "$listen"
