#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Lists files, sorted, one a line, so that nobody keeps lists by hand.
#   list-sources.sh code DIR    C files of DIR that are no tests
#   list-sources.sh test DIR    C files of DIR that are tests (x_test.c)
#   list-sources.sh t DIR       end-to-end tests of DIR (x.t)
#   list-sources.sh tree DIR    every file under DIR but notes and hidden ones
#   list-sources.sh all         everything the build depends on by name
# A folder that does not exist is an empty one.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."

files() {
	dir=$1
	shift
	if [ -d "$dir" ]; then find "$dir" "$@" | sort; fi
}

case $1 in
code) files "$2" -maxdepth 1 -type f -name '[!.]*.c' ! -name '*_test.c' ;;
test) files "$2" -maxdepth 1 -type f -name '[!.]*_test.c' ;;
t) files "$2" -maxdepth 1 -type f -name '[!.]*.t' ;;
tree) files "$2" -type f ! -name '.*' ! -name '*~' ! -name 'README*' ;;
all)
	files src -type f -name '[!.]*.[ch]'
	files fuzz -type f -name '[!.]*.c'
	files tools -type f -name '[!.]*.[ch]'
	files tests -type f ! -name '.*'
	for dir in sql web data instruments; do
		files "$dir" -type f ! -name '.*' ! -name '*~'
	done
	;;
*) echo "list-sources.sh: code, test, t, tree or all?" >&2; exit 2 ;;
esac
