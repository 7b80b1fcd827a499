#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ssme stat: each function by its name, held against outside numbers; what is refused, and how.
. "$(dirname "$0")/lib.sh"

# value QUANTITY: of the last call
value() {
	sed -n "s/^\"$1\":\\(.*[^,]\\),*\$/\\1/p" "$here/out"
}
is() {
	if [ "$(value "$2")" = "$3" ]; then pass "$1"; else
		echo "# $2 is $(value "$2"), not $3"
		miss "$1"
	fi
}

expect 0 "a function of numbers" stat mcnemar_exact b=8 c=1
is "with its published value" p_exact 0.0390625
is "and the other" p_mid 0.021484375

printf 'grupo;y\na;1\na;3\nb;NA\nb;10\nb;12\n' >"$here/x.csv"
expect 0 "a function of a column" stat moments x=y "$here/x.csv"
is "that leaves missing cells out" n 4
is "and is right" mean 6.5
expect 0 "the column need not be named" stat moments "$here/x.csv"
is "when it is the first of numbers" mean 6.5
expect 0 "groups by name" stat kruskal x=y group=grupo "$here/x.csv"
is "two of them" df 1
cat "$here/x.csv" | "$SSME" stat moments - >"$here/out" 2>"$here/err"
is "standard input is a file too" n 4
expect 0 "the same in a table" stat moments x=1,2,3 --format text --lang en
says "for people" "mean"
expect 0 "and as CSV" stat moments x=1,2,3 --format csv --lang en
says "for programs" "mean,2"

expect 2 "an unknown name is refused" stat momets x=1
says "with the nearest" "moments"
expect 2 "an unknown key is refused" stat proportion_ci95 x=1 m=2
says "with those there are" "level"
expect 2 "a missing key is named" stat proportion_ci95 x=1
says "with its name" "n="
expect 2 "a number out of range is refused" stat quantile x=1,2 type=10
says "with the range" "1 y 9"
expect 2 "the same in English" stat quantile x=1,2 type=10 --lang en
says "with the range, in English" "between 1 and 9"
expect 2 "a word that is no number is refused" stat moments x=1,dos
says "with the cure" "ARCHIVO.csv"
expect 2 "an unknown column is refused" stat moments x=z "$here/x.csv"
says "with those of the file" "grupo, y"
expect 2 "a text column is no list of numbers" stat moments x=grupo "$here/x.csv"
expect 2 "lists of different lengths are refused" stat correlation x=1,2,3 y=1,2
expect 2 "values that do not vary have no correlation" stat correlation x=1,1,1 y=1,2,3
expect 2 "hits over cases are refused" stat proportion_ci95 x=3 n=2
expect 2 "a missing file is named" stat moments "$here/none.csv"
says "the missing file" "none.csv"
expect 2 "two files are refused" stat moments "$here/x.csv" "$here/x.csv"
expect 2 "a key twice is refused" stat moments x=1,2 x=3
expect 2 "no name is refused" stat

# Every row of the list says its keys, and its example works.
expect 0 "the list" stat --list
says "has names" "proportion_ci95"
says "and keys" "level="
expect 0 "one of the list, in English" stat --list quantile --lang en
says "with its range" "1–9"
"$SSME" stat --list --format json --lang en >"$here/list" 2>"$here/err"
sed 's/},{"name":/}\n{"name":/g' "$here/list" >"$here/rows"
sed -n 's/.*"example":"ssme stat \([^"]*\)".*/\1/p' "$here/rows" >"$here/examples"
bad=
while read -r words; do
	set -f
	# shellcheck disable=SC2086
	"$SSME" stat $words >"$here/out" 2>"$here/err" </dev/null || bad="$bad [$words]"
	set +f
done <"$here/examples"
if [ -z "$bad" ] && [ "$(wc -l <"$here/examples")" -gt 40 ]; then
	pass "the example of every function works"
else
	echo "# failing: $bad"
	miss "the example of every function works"
fi
# Every function of the room is reached: each header of src/stat is included by some stat_*.c.
lost=
for header in "$SSME_SOURCE"/src/stat/*.h; do
	name=$(basename "$header")
	case $name in
	kernel.h | *_test.h) continue ;;
	esac
	grep -q "\"stat/$name\"" "$SSME_SOURCE"/src/app/stat_*.c || lost="$lost $name"
done
if [ -z "$lost" ]; then pass "every header of the room is reached"; else
	echo "# not reached:$lost"
	miss "every header of the room is reached"
fi

# The same bits for any number of threads is the business of the functions; here: twice the same.
run stat random kind=normal n=100 seed=7
cp "$here/out" "$here/first"
run stat random kind=normal n=100 seed=7
if cmp -s "$here/out" "$here/first"; then pass "chance with a seed is no chance"; else
	miss "chance with a seed is no chance"
fi

# Every family and case of the reference numbers.
reference=${SSME_REFERENCE:-$SSME_SOURCE/../shared/reference}
if [ ! -f "$reference/values.csv" ]; then
	skip "published values" "skipped: no reference data"
else
	sh "$SSME_SOURCE/tests/statistics.sh" "$SSME" "$reference" >"$here/lines" 2>"$here/err"
	tab=$(printf '\t')
	while IFS=$tab read -r result family of_case count digits quantity want source words; do
		case $result in
		ok) pass "$family: $of_case: $count values, $digits digits or more" ;;
		skip) skip "$family: $of_case${quantity:+: $quantity}" "skipped: $source" ;;
		*)
			echo "# $quantity: want $want, $source ($words)"
			miss "$family: $of_case: $quantity"
			;;
		esac
	done <"$here/lines"
	if [ "$(grep -c '^ok' "$here/lines")" -ge 100 ]; then
		pass "a hundred cases or more are compared"
	else
		miss "a hundred cases or more are compared"
	fi
	# The table of the guide: the same cases, and no more digits than are reached now.
	awk -F ' [|] ' '/^\| [^-]/ && !/^\| case/ {
		split($2, word, /[` ]/)
		print word[2] " " substr($1, 3) "\t" $5
	}' "$SSME_SOURCE/docs/statistics.md" >"$here/said"
	awk -F '\t' '
		FILENAME == ARGV[1] && $1 == "ok" { reached[$2 " " $3] = $5; n++ }
		FILENAME == ARGV[2] {
			m++
			if (!($1 in reached)) print "no such case: " $1
			else if ($2 > reached[$1] + 0.5) print $1 ": " $2 " digits, now " reached[$1]
		}
		END { if (n != m) print n " cases, " m " in the guide" }' \
		"$here/lines" "$here/said" >"$here/out"
	if [ -s "$here/out" ]; then miss "the guide says the truth"; else
		pass "the guide says the truth"
	fi
fi
done_testing
