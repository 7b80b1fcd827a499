#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Holds every function of `ssme stat` against published, certified or independently computed
# values: a folder that does not belong to the project, with values.csv
# (family,case,quantity,value,how,source) and the data of its cases in input/ and nist/.
#   statistics.sh SSME FOLDER            one line a case, tabs between:
#                                        status family case n digits quantity value source words
#   statistics.sh SSME FOLDER --table    the same as the table of docs/statistics.md
#   statistics.sh SSME FOLDER --write    puts that table into docs/statistics.md
# status: ok, miss (a value is further off than it may be), skip (not built, or no data).
set -eu
LC_ALL=C
export LC_ALL
ssme=$1
folder=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')

# values.csv with tabs: family case quantity value source
awk '
	function field(   s) {
		if (substr(line, 1, 1) == "\"") {
			match(line, /^"([^"]|"")*"/)
			s = substr(line, 2, RLENGTH - 2)
			line = substr(line, RLENGTH + 2)
			gsub(/""/, "\"", s)
			return s
		}
		match(line, /^[^,]*/)
		s = substr(line, 1, RLENGTH)
		line = substr(line, RLENGTH + 2)
		return s
	}
	NR > 1 {
		line = $0
		sub(/\r$/, "", line)
		f = field(); c = field(); q = field(); v = field(); how = field(); s = field()
		print f "\t" c "\t" q "\t" v "\t" (s == "" ? how : s)
	}' "$folder/values.csv" >"$work/values"
cut -f1,2 "$work/values" | awk '!seen[$0]++' >"$work/cases"

# nist NAME COLUMN...: the data of a file of NIST's as a CSV with those columns.
nist() {
	file=$folder/nist/$1.dat
	out=$work/$1.csv
	[ -f "$file" ] || return 0
	shift
	(
		IFS=,
		echo "$*"
	) >"$out"
	awk -v n=$# '/^Data:/ { data++; next } data > 1 && NF == n && $1 ~ /^[-+.0-9]/ {
		sub(/\r$/, ""); for (i = 1; i <= NF; i++) printf "%s%s", $i, i < NF ? "," : "\n" }' \
		"$file" >>"$out"
}

# words FAMILY CASE: what stands behind `ssme stat`, for the shell; empty: not built.
words() {
	file=
	case $1 in
	nist_univariate) echo "$1 nist_$2.csv" ;;
	nist_anova)
		if [ -f "$folder/input/nist_$2.csv" ]; then echo "$1 nist_$2.csv"; else
			nist "$2" group y
			if [ -s "$work/$2.csv" ]; then echo "$1 $2.csv"; else echo "- $2"; fi
		fi
		;;
	nist_linreg)
		case $2 in
		Longley) nist "$2" y x1 x2 x3 x4 x5 x6 ;;
		*) nist "$2" y x ;;
		esac
		if [ ! -s "$work/$2.csv" ]; then echo "- $2"; else
			case $2 in
			NoInt*) echo "$1 intercept=no $2.csv" ;;
			Pontius) echo "$1 power=2 $2.csv" ;;
			Wampler*) echo "$1 power=5 $2.csv" ;;
			Filip) echo "$1 power=10 $2.csv" ;;
			Longley) echo "$1 x=x1,x2,x3,x4,x5,x6 $2.csv" ;;
			*) echo "$1 $2.csv" ;;
			esac
		fi
		;;
	proportion_ci95) echo "$1 x=${2%/*} n=${2#*/}" ;;
	proportion_fpc) echo "$1 $2" | sed 's/ m=/ x=/' ;;
	wilson_fpc | mcnemar_exact | median_ci_order_stats | kish) echo "$1 $2" ;;
	weighted) echo "$1 $2" ;;
	quantile) echo "$1 $2" | sed "s/x=\([0-9 ]*\) type\([0-9]\)/'x=\1' type=\2/" ;;
	sign_test) echo "$1 up=${2%-*} down=${2#*-}" ;;
	nit_check_digit) echo "$1 nit=$2" ;;
	marginal_homogeneity)
		case $2 in
		*ordinal*) echo "$1 scores=1,2,3,4 agresti_sex_4x4.csv" ;;
		*) echo "$1 agresti_sex_4x4.csv" ;;
		esac
		;;
	wilcoxon_signed_rank | permutation_exact) echo "$1 depression.csv" ;;
	wilcoxon_ties) echo "$1 wilcox_ties.csv" ;;
	bootstrap_exact)
		case $2 in
		first*) echo "$1 first=7 depression.csv" ;;
		*) echo "$1 depression.csv" ;;
		esac
		;;
	correlation) echo "$1 tuna.csv" ;;
	cor_matrix_attitude) echo "$1 x=${2%~*},${2#*~} attitude.csv" ;;
	contingency) echo "$1 agresti_job_4x4.csv" ;;
	p_adjust) # the p-values of the paper
		echo "$1 p=0.0001,0.0004,0.0019,0.0095,0.0201,0.0278,0.0298,0.0344,0.0459,0.3240,0.4262,0.5719,0.6528,0.7590,1"
		;;
	cronbach_alpha)
		case $2 in
		*dropped*) echo "$1 what=dropped attitude.csv" ;;
		*item-total*) echo "$1 what=item_total attitude.csv" ;;
		*) echo "$1 attitude.csv" ;;
		esac
		;;
	kappa) echo "$1 'table=88,14,18;10,40,10;2,6,12'" ;;
	survey_api)
		case $2 in
		dclus1) echo "$1 cluster=dnum apiclus1.csv" ;;
		dstrat) echo "$1 stratum=stype apistrat.csv" ;;
		dstrat*) echo "$1 stratum=stype fpc= apistrat.csv" ;;
		dsrs) echo "$1 apisrs.csv" ;;
		esac
		;;
	raking) echo "$1 cluster=dnum 'margins=stype:E=4421,H=755,M=1018;sch.wide:No=1072,Yes=5122' apiclus1.csv" ;;
	poststrat) echo "$1 cluster=dnum margins=stype:E=4421,H=755,M=1018 apiclus1.csv" ;;
	location_quotient) echo "$1 econgeo_5x5.csv" ;;
	sobol_analytic) echo "$1 a=7 b=0.1" ;;
	kruskal) echo "$1 x=Ozone group=Month airquality.csv" ;;
	friedman) # base running times of Hollander and Wolfe, p. 140
		echo "$1 'table=5.40,5.50,5.55;5.85,5.70,5.75;5.20,5.60,5.50;5.55,5.50,5.40;5.90,5.85,5.70;5.45,5.55,5.60;5.40,5.40,5.35;5.45,5.50,5.35;5.25,5.15,5.00;5.85,5.80,5.70;5.25,5.20,5.10;5.65,5.55,5.45;5.60,5.35,5.45;5.05,5.00,4.95;5.50,5.50,5.40;5.45,5.55,5.50;5.55,5.55,5.35;5.45,5.50,5.55;5.50,5.45,5.25;5.65,5.60,5.40;5.70,5.65,5.55;6.30,6.30,6.25'"
		;;
	bootstrap) echo "$1 boot_city.csv" ;;
	growth_ratio_of_sums)
		case $2 in
		*by*) echo "$1 stratum=stype by=stype apistrat.csv" ;;
		*) echo "$1 stratum=stype apistrat.csv" ;;
		esac
		;;
	growth_mean_of_ratios | survey_quantile) echo "$1 apistrat.csv" ;;
	paired_change) echo "$1 stratum=stype apistrat.csv" ;;
	bvn)
		echo "$1 $2 rho=$(awk -F '\t' -v of_case="$2" '$1 == "bvn" && $2 == of_case {
			sub(/rho=/, "", $3); printf "%s%s", n++ ? "," : "", $3 }' "$work/values")" |
			sed 's/P(X<\([-0-9.]*\),Y<\([-0-9.]*\))/x=\1 y=\2/'
		;;
	esac
}

# How far off a value may be, relative to it: what the source, or the data as doubles, allow.
cat >"$work/tolerance" <<'EOF'
* * * 1e-12
nist_univariate * * 2e-15
nist_univariate Lew sd 1e-14
nist_univariate Lottery sd 1e-14
nist_univariate Mavro sd 1e-13
nist_univariate Michelso sd 4e-14
nist_univariate NumAcc2 sd 1e-14
nist_univariate NumAcc3 sd 4e-10
nist_univariate NumAcc4 sd 7e-9
nist_univariate * autocorr1 1e-13
nist_univariate Mavro autocorr1 1e-12
nist_univariate Michelso autocorr1 1e-12
nist_univariate NumAcc3 autocorr1 1e-8
nist_univariate NumAcc4 autocorr1 1e-7
proportion_ci95 * wilson_lo 1e-13
proportion_ci95 * wilson_hi 1e-13
wilson_fpc * * 1e-13
mcnemar_exact * * 1e-15
sign_test * * 1e-14
quantile * * 1e-14
p_adjust * * 1e-15
marginal_homogeneity * * 1e-9
contingency * * 1e-9
survey_api * * 1e-10
raking * * 1e-8
poststrat * * 1e-8
location_quotient * * 1e-13
growth_ratio_of_sums * * 1e-10
growth_mean_of_ratios * * 1e-10
paired_change * * 1e-9
bvn * * 1e-10
nist_anova AtmWtAg * 8e-11
nist_anova SmLs04 * 1e-10
nist_anova SmLs05 * 2e-10
nist_anova SmLs07 * 1e-4
nist_anova SmLs08 * 2e-4
nist_linreg Filip * 5e-11
nit_check_digit * * 0
EOF
# Quantities of a built function that are not built, and names that differ.
printf '%s\n' "contingency fisher_p" >"$work/missing"
printf '%s\n' "survey_api mean mean_api00" >"$work/alias"

# compare FAMILY CASE: the call's output in $work/out against the values.
compare() {
	awk -F '\t' -v family="$1" -v of_case="$2" '
		function number(s) { return s + 0 }
		# how closely a rule names a thing; far below 0 where it names another
		function fits(rule, name, weight) {
			return rule == "*" ? 0 : rule == name ? weight : -100
		}
		FILENAME == ARGV[1] {
			split($0, t, " ")
			n_rule++
			rule_family[n_rule] = t[1]; rule_case[n_rule] = t[2]
			rule_quantity[n_rule] = t[3]; rule_value[n_rule] = t[4]
			next
		}
		FILENAME == ARGV[2] { split($0, t, " "); absent[t[1] "\t" t[2]] = 1; next }
		FILENAME == ARGV[3] { split($0, t, " "); alias[t[1] "\t" t[2]] = t[3]; next }
		FILENAME == ARGV[4] {
			if (match($0, /^".*":/)) {
				v = substr($0, RLENGTH + 1)
				sub(/,$/, "", v)
				got[substr($0, 2, RLENGTH - 3)] = v
			}
			next
		}
		$1 == family && $2 == of_case {
			q = $3
			if (!(q in got) && (family "\t" q) in alias) q = alias[family "\t" q]
			if (!(q in got)) {
				if ((family "\t" q) in absent) { skipped = skipped " " q; next }
				print "miss\t" family "\t" of_case "\t0\t0\t" $3 "\t" $4 "\t" $5
				bad = 1
				next
			}
			want = number($4)
			if (family == "proportion_ci95") # some of these intervals end past 0 or 1
				want = want < 0 ? 0 : want > 1 ? 1 : want
			off = got[q] - want
			if (off < 0) off = -off
			size = want < 0 ? -want : want
			if (size > 1e-12) off /= size
			digits = off > 0 ? -log(off) / log(10) : 16
			if (digits > 16) digits = 16
			best = -1
			for (i = 1; i <= n_rule; i++) {
				rank = fits(rule_family[i], family, 4)
				rank += fits(rule_case[i], of_case, 2) + fits(rule_quantity[i], $3, 1)
				if (rank > best) { best = rank; allowed = number(rule_value[i]) }
			}
			n++
			source = $5
			if (off > allowed || got[q] == "null") {
				print "miss\t" family "\t" of_case "\t1\t" digits "\t" $3 "\t" $4 "\t" $5 \
					" (got " got[q] ")"
				bad = 1
			}
			if (n == 1 || digits < least) { least = digits; which = $3; value = $4 }
		}
		END {
			if (!bad && n)
				printf "ok\t%s\t%s\t%d\t%.1f\t%s\t%s\t%s\n", family, of_case, n,
					int(least * 10) / 10, which, value, source
			if (skipped != "")
				print "skip\t" family "\t" of_case "\t0\t0\t" substr(skipped, 2) \
					"\t\tnot built"
		}' "$work/tolerance" "$work/missing" "$work/alias" "$work/out" "$work/values"
}

# The files of a call: those made here, else those of input/.
run_call() {
	for word; do
		case $word in
		*=*) set -- "$@" "$word" ;;
		*.csv)
			if [ -f "$work/$word" ]; then set -- "$@" "$work/$word"; else
				set -- "$@" "$folder/input/$word"
			fi
			;;
		*) set -- "$@" "$word" ;;
		esac
		shift
	done
	"$ssme" stat "$@"
}

lines() {
	while IFS=$tab read -r family of_case; do
		call=$(words "$family" "$of_case")
		case $call in
		'')
			printf 'skip\t%s\t%s\t0\t0\t\t\tnot built\t\n' "$family" "$of_case"
			continue
			;;
		-*)
			printf 'skip\t%s\t%s\t0\t0\t\t\tno data\t\n' "$family" "$of_case"
			continue
			;;
		esac
		eval "set -- $call"
		if run_call "$@" >"$work/out" 2>"$work/err" </dev/null; then
			compare "$family" "$of_case" | sed "s|\$|$tab|" |
				awk -v call="$call" '{ print $0 call }'
		else
			printf 'miss\t%s\t%s\t0\t0\t\t\t%s\t%s\n' "$family" "$of_case" \
				"$(head -1 "$work/err")" "$call"
		fi
	done <"$work/cases"
}

table() {
	echo '| case | `ssme stat` | values | hardest of them | digits | source |'
	echo '|---|---|---:|---|---:|---|'
	lines | awk -F '\t' '
		function cell(s) { gsub(/\|/, "\\|", s); return s }
		function short(s, n) { return length(s) > n ? substr(s, 1, n - 3) "..." : s }
		$1 == "ok" {
			printf "| %s | `%s` | %d | %s = %s | %s | %s |\n", cell($3), cell(short($9, 64)),
				$4, cell($6), $7, $5, cell($8)
		}'
}

case ${3:-} in
'') lines ;;
--table) table ;;
--write)
	doc=$(dirname "$0")/../docs/statistics.md
	table >"$work/table"
	awk -v table="$work/table" '
		/^<!-- table/ { print; while ((getline line < table) > 0) print line; inside = 1; next }
		/^<!-- end/ { inside = 0 }
		!inside' "$doc" >"$work/doc"
	cp "$work/doc" "$doc"
	;;
*) echo "statistics.sh: --table or --write?" >&2; exit 2 ;;
esac
