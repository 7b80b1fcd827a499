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
expect 2 "a new version without what it replaces is refused" instrument publish "$here/next"
says "with the version it changes" "toy@1"
echo "replaces,toy@1" >>"$settings"
expect 2 "and without a reason" instrument publish "$here/next"
echo "reason,El comité subió el corte" >>"$settings"
expect 0 "with both it is published" instrument publish "$here/next"
cp -r "$here/next" "$here/third"
sed -i 's/^version,2$/version,3/; s/^replaces,toy@1$/replaces,toy@2/' "$here/third/method/settings.csv"
expect 0 "a new version that changes no number needs no reason of its own" instrument publish "$here/third"
sed -i 's/,65$/,70/' "$here/third/method/levels.csv"
sed -i 's/^version,3$/version,4/; s/^replaces,toy@2$/replaces,toy@3/' "$here/third/method/settings.csv"
expect 2 "the reason of another change is no reason for this one" instrument publish "$here/third"
run instrument list --format csv
silent "nothing of what was refused is there" "toy@4"
done_testing
