#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the fuzz targets and gives each some time.  What it finds interesting is kept in
# FOLDER/corpus/NAME for the next time; what breaks a target is left in FOLDER/found and fails.
# run.sh FOLDER [SECONDS]
set -eu
cd "$(dirname "$0")/.."
dir=${1:?usage: run.sh FOLDER [SECONDS]}
seconds=${2:-60}
CC=clang tools/build.sh "$dir" --asan --fuzz
bad=0
for target in "$dir"/fuzz/fuzz_*; do
	[ -x "$target" ] && [ -f "$target" ] || continue
	name=$(basename "$target")
	mkdir -p "$dir/corpus/$name" "$dir/found"
	echo "== $name, $seconds s"
	seeds=
	[ ! -d "fuzz/corpus/$name" ] || seeds=fuzz/corpus/$name
	# shellcheck disable=SC2086
	"$target" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 \
		-artifact_prefix="$dir/found/$name-" "$dir/corpus/$name" $seeds >"$dir/$name.log" 2>&1 ||
		{ bad=1; tail -40 "$dir/$name.log"; }
	grep -E 'number_of_executed_units|new_units_added' "$dir/$name.log" || true
done
exit "$bad"
