#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The programs of the pages: how they are joined, how much they weigh, what they may not do, and that
# numbers are read and said as the server does it.
. "${0%/*}/lib.sh"
source=$SSME_SOURCE
join="$source/tools/script.sh"

# ---- joining ----
mkdir "$here/s"
printf 'import { b } from "./b.js";\n// words\nexport const a = b + 1;\n' >"$here/s/a.js"
printf 'export const b = 1;\n' >"$here/s/b.js"
printf 'import { b } from "./b.js";\nimport { a } from "./a.js";\nlet c = a + b;\n' >"$here/s/c.js"
sh "$join" "$here/s" c >"$here/out" 2>"$here/err"
if [ "$(grep -c '^const b' "$here/out")" = 1 ] && ! grep -q 'import\|export\|words' "$here/out" &&
	[ "$(grep -n '^const b' "$here/out" | cut -d: -f1)" -lt "$(grep -n '^const a' "$here/out" | cut -d: -f1)" ]; then
	pass "what is imported stands once, before who imports it"
else
	miss "what is imported stands once, before who imports it"
fi
# refused NAME REASON
refused() {
	if sh "$join" "$here/s" c >"$here/out" 2>"$here/err"; then miss "refuses $1"; return; fi
	if grep -qF -- "$2" "$here/err"; then pass "refuses $1"; else miss "refuses $1"; fi
}
printf 'import { b } from "./b.js";\nconst b = 2;\n' >"$here/s/c.js"
refused "a name that two modules have" "b is a name of"
printf 'import * as b from "./b.js";\n' >"$here/s/c.js"
refused "an import of another shape" "see the head of script.sh"
printf 'import { b } from "./none.js";\n' >"$here/s/c.js"
refused "a module that is not there" "cannot be read"

# ---- weight and manners ----
bytes=0
for name in form sw; do
	sh "$join" "$source/web/script" "$name" >"$here/$name.js" 2>"$here/err" || miss "$name.js is joined"
	bytes=$((bytes + $(gzip -9c "$here/$name.js" | wc -c)))
done
if [ "$bytes" -lt 30720 ]; then pass "all programs weigh less than 30 KiB packed"; else
	echo "# $bytes bytes"
	miss "all programs weigh less than 30 KiB packed"
fi
: >"$here/out"
if grep -nE 'innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://' \
	"$source"/web/script/*.js >"$here/err"; then
	miss "no program makes markup of a text, or calls elsewhere"
else
	pass "no program makes markup of a text, or calls elsewhere"
fi

# ---- numbers ----
if ! command -v node >/dev/null || ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then
	skip "numbers are read and said as the server does it" "node 20 is not installed"
	done_testing
	exit
fi
for name in form sw; do
	if node --check "$here/$name.js" 2>"$here/err"; then pass "$name.js is a program"; else miss "$name.js is a program"; fi
done
# The table of src/base/spell_test.c, line by line: { 21, "veintiún pesos", "twenty-one pesos" }.
cp "$source/web/script/number.js" "$here/number.mjs"
cat >"$here/number-test.mjs" <<'END'
import { readFileSync } from "node:fs";
import { date_cell, group_typed, number_cell, number_shown, pesos_in_words } from "./number.mjs";
const text = readFileSync(process.argv[2], "utf8").replace(/"\s*\n\s*"/g, "");
let n = 0, bad = 0;
const same = (what, is, wanted) => {
	n++;
	if (JSON.stringify(is) !== JSON.stringify(wanted)) {
		bad++;
		console.error(`${what}: ${JSON.stringify(is)}, wanted ${JSON.stringify(wanted)}`);
	}
};
for (const [, pesos, es, en] of text.matchAll(/\{ (-?\d{1,18}),\s*"([^"]+)",\s*"([^"]+)" \}/g)) {
	same(pesos, pesos_in_words(pesos, "es"), es);
	same(pesos, pesos_in_words(pesos, "en"), en);
}
if (n < 20) {
	console.error(`only ${n} amounts in ${process.argv[2]}`);
	bad++;
}
for (const [typed, unit, lang, cell] of [["1.234.567,5", "cop", "es", "1234567.5"], ["$ 1 234 567", "cop", "es", "1234567"], ["45 %", "percent", "es", "45"],
	["1,234,567.5", "", "en", "1234567.5"], ["\u22123", "", "es", "-3"], ["1.2.3", "", "es", "1.2.3"], ["doce", "", "es", "doce"], ["2024", "", "es", "2024"]])
	same(typed, number_cell(typed, unit, lang), cell);
for (const [typed, cell] of [["31/12/2024", "2024-12-31"], ["7/2024", "2024-07-01"], ["2024-07", "2024-07-01"], ["31/02/2024", "31/02/2024"], ["ayer", "ayer"]])
	same(typed, date_cell(typed), cell);
same("shown", [number_shown("1234567.5", "es"), number_shown("1234567.5", "en"), number_shown("2024", "es"), number_shown("x", "es")], ["1.234.567,5", "1,234,567.5", "2024", "x"]);
same("caret", [group_typed("1234567", 7, "es"), group_typed("12345", 2, "es"), group_typed("1.2345", 6, "es"), group_typed("12a", 3, "es")],
	[{ text: "1.234.567", caret: 9 }, { text: "12.345", caret: 2 }, { text: "12.345", caret: 6 }, null]);
process.exit(bad ? 1 : 0);
END
if node "$here/number-test.mjs" "$source/src/base/spell_test.c" >"$here/out" 2>"$here/err"; then
	pass "numbers are read and said as the server does it"
else
	miss "numbers are read and said as the server does it"
fi
done_testing
