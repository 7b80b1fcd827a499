#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sentences of the contract that an outsider would try, each in the smallest case that tells right from wrong.
. "${0%/*}/lib.sh"

# ---- formulas over a file ----------------------------------------------------------------------------
printf 'id,x,y,t\n1,1,2,hola\n2,,3,ND\n3,NA,ND,\n' >"$here/a.csv"
expect 2 "a formula with a value for each row is refused" calc "$here/a.csv" 'max(${x}, ${y})'
says "and the cure is named" 'sum('
expect 2 "a bare name is refused" calc "$here/a.csv" '${x}'
expect 2 "a number is no condition" calc "$here/a.csv" 'count()' --where '${x}'
says "and the cure is named" '${x} != 0'
expect 2 "nor is a text" calc "$here/a.csv" 'count()' --where '${t}'

toy_round
run import --round 2022 --form cluster "$toy/answers.csv"
expect 2 "no condition over a round either" figures --round 2022 --where '${Q2}'
says "and the cure is named" '${Q2} != 0'

done_testing
