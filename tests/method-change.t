#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A published method does not change: another weight, cut or formula needs a version and a reason.
. "${0%/*}/lib.sh"

toy_round
cp -r "$toy/instrument" "$here/next"
settings=$here/next/method/settings.csv
sed -i 's/^high\(.*\),60/high\1,65/; s/^consolidado\(.*\),60/consolidado\1,65/' "$here/next/method/levels.csv"
expect 2 "another cut under the same version is refused" instrument publish "$here/next"
says "the change is named" "method.levels"
says "and the cure" "replaces"
sed -i 's/^version,1$/version,2/' "$settings"
expect 2 "a new version without a reason is refused" instrument publish "$here/next"
says "with the version it changes" "toy@1"
echo "reason,El comité subió el corte" >>"$settings"
expect 0 "with a reason it is published" instrument publish "$here/next"
cp -r "$here/next" "$here/third"
sed -i 's/^version,2$/version,3/' "$here/third/method/settings.csv"
sed -i '/^reason/d' "$here/third/method/settings.csv"
sed -i 's/Juguete/Juego/' "$here/third/method/settings.csv"
echo 'F99,Otra,Another,count,0,cluster,count(),,' >>"$here/third/method/indicators.csv"
expect 0 "wording and a figure that is only added need no reason" instrument publish "$here/third"
cp -r "$here/next" "$here/fourth"
sed -i 's/,65$/,70/' "$here/fourth/method/levels.csv"
sed -i 's/^version,2$/version,4/' "$here/fourth/method/settings.csv"
echo "replaces,toy@2" >>"$here/fourth/method/settings.csv"
expect 0 "the reason of another change is taken" instrument publish "$here/fourth"
says "and asked about" "¿es la de este cambio?"
run instrument list --format csv
silent "nothing of what was refused is there" "toy@5"
done_testing
