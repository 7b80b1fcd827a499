#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Configures a build folder when it is new or a file has come or gone, then builds.
# build.sh FOLDER [--asan] [--fuzz] [--werror]; $CC chooses the compiler of a new folder.
set -eu
cd "$(dirname "$0")/.."
dir=$1
shift
options=
for arg; do
	case $arg in
	--asan) options="$options -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1" ;;
	--fuzz) options="$options -Dfuzz=true -Dtests=false" ;;
	--werror) options="$options -Dwerror=true" keep_going="-k 0" ;;
	*) echo "build.sh: unknown option $arg" >&2; exit 2 ;;
	esac
done

if [ ! -f "$dir/build.ninja" ]; then
	mkdir -p "$dir"
	# shellcheck disable=SC2086
	meson setup $options "$dir" . >"$dir/setup.log" 2>&1 || { cat "$dir/setup.log" >&2; exit 1; }
	tools/list-sources.sh all >"$dir/files.list"
elif ! tools/list-sources.sh all | cmp -s - "$dir/files.list"; then
	meson setup --reconfigure "$dir" . >"$dir/setup.log" 2>&1 || { cat "$dir/setup.log" >&2; exit 1; }
	tools/list-sources.sh all >"$dir/files.list"
fi
# Tools that run while building live for a moment and give their memory back by ending.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
# With --werror every fault is wanted, not only the first.
exec ninja -C "$dir" --quiet ${keep_going:-}
