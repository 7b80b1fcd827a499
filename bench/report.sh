#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Tables of the benchmark from its times: report.sh TIMES CSV SSME ROWS TURNS THREADS
set -eu
times=$1 csv=$2 ssme=$3 rows=$4 turns=$5 threads=$6

model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
memory=$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
duckdb=$(sed -n 's/^duckdb-load version //p' "$times" | head -n 1)
datatable=$(sed -n 's/^datatable version //p' "$times" | head -n 1)

echo
echo "$rows rows, 30 columns, $(wc -c <"$csv") bytes; 60 formulas by 33 × 3 × 5 groups; $threads threads each;"
echo "medians of $turns turns (least–greatest), in seconds. $model, $(nproc) processors, $memory,"
echo "Linux $(uname -r); $("$ssme" --version 2>/dev/null | head -n 1), $(gcc --version | head -n 1);"
echo "DuckDB ${duckdb:-left out}; data.table ${datatable:-left out}."
echo
awk '
	function sorted(key,   i, j, t, n) {
		n = count[key]
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && value[key, j - 1] + 0 > value[key, j] + 0; j--) {
				t = value[key, j]; value[key, j] = value[key, j - 1]; value[key, j - 1] = t
			}
		return n
	}
	function median(key,   n) {
		n = sorted(key)
		if (!n) return 0
		return n % 2 ? value[key, (n + 1) / 2] : (value[key, n / 2] + value[key, n / 2 + 1]) / 2
	}
	function cell(key,   m, n) {
		m = median(key); n = count[key]
		if (!n) return "left out"
		return sprintf("%.3f (%.3f–%.3f)", m, value[key, 1], value[key, n])
	}
	function times(key, ours) { return count[key] && ours ? sprintf("%.1f", median(key) / ours) : "–" }
	function put(key, v) { value[key, ++count[key]] = v }
	# One turn of several steps is the sum of its steps.
	function add(key, steps,   part, n, i, k, v) {
		n = split(steps, part, " ")
		for (i = 1; i <= count[part[1]]; i++) {
			v = 0
			for (k = 1; k <= n; k++) v += raw[part[k], i]
			put(key, v)
		}
	}
	$2 == "version" { next }
	{ key = $1 "." $2; put(key, $3); raw[key, count[key]] = $3 }
	END {
		# Steps that ran several times a turn count by their first run there.
		per = count["datatable.sorted"] / (count["datatable.read"] ? count["datatable.read"] : 1)
		for (i = 1; i <= count["datatable.read"]; i++)
			raw["datatable.first", i] = raw["datatable.sorted", (i - 1) * per + 1]
		add("duckdb.loaded", "duckdb-load.read duckdb-load.columns")
		add("datatable.plain", "datatable.read datatable.columns")
		add("datatable.keyed", "datatable.read datatable.sort datatable.first")
		ours = median("ssme.columns")
		memory = median("ssme.memory")
		bytes = median("ssme.bytes")
		print "In memory, rows sorted by group:"
		print ""
		print "| | seconds | times ssme |"
		print "|---|---:|---:|"
		print "| ssme | " cell("ssme.columns") " | 1 |"
		print "| DuckDB, smallest types | " cell("duckdb-load.sorted") " | " times("duckdb-load.sorted", ours) " |"
		print "| data.table, keyed | " cell("datatable.sorted") " | " times("datatable.sorted", ours) " |"
		print "| the same columns only read | " cell("ssme.memory") " | " times("ssme.memory", ours) " |"
		print ""
		if (ours && memory)
			printf "%.2f GB of columns: %.1f GB/s, %.0f %% of the %.1f GB/s at which they are only read.\n", \
				bytes / 1e9, bytes / 1e9 / ours, 100 * memory / ours, bytes / 1e9 / memory
		print ""
		whole = median("ssme.whole")
		print "From the CSV file to the results:"
		print ""
		print "| | seconds | times ssme |"
		print "|---|---:|---:|"
		print "| `ssme calc`, the whole process | " cell("ssme.whole") " | 1 |"
		print "| DuckDB, query over the file | " cell("duckdb-direct.direct") " | " times("duckdb-direct.direct", whole) " |"
		print "| DuckDB, table first | " cell("duckdb.loaded") " | " times("duckdb.loaded", whole) " |"
		print "| data.table, `fread` and query | " cell("datatable.plain") " | " times("datatable.plain", whole) " |"
		print "| data.table, `fread`, `setkey`, query | " cell("datatable.keyed") " | " times("datatable.keyed", whole) " |"
		print ""
		print "Steps of ssme: reading " cell("ssme.read") ", groups and formulas over rows as they come " \
			cell("ssme.grouped") ", sorting the rows (not part of `calc`) " cell("ssme.sort") "."
		print ""
		n = split("duckdb-load duckdb-direct datatable", peer, " ")
		for (i = 1; i <= n; i++)
			if (count[peer[i] ".sum"] && count["ssme.sum"]) {
				off = value[peer[i] ".sum", 1] / value["ssme.sum", count["ssme.sum"]] - 1
				if (off > 1e-9 || off < -1e-9) {
					print "**" peer[i] " does not agree: its results add up to " \
						value[peer[i] ".sum", 1] ", ours to " value["ssme.sum", 1] ".**"
					bad = 1
				}
			}
		if (!bad) print "The sums of all results agree to nine digits."
		print ""
	}' "$times"
