// SPDX-License-Identifier: GPL-3.0-or-later
// Reads what test-response-program prints and says where the browser's evaluator (first argument)
// gives another verdict.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const text = readFileSync(process.argv[2], "utf8");
const { expr_rules } = await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);

const round = { year: 2024, from: 19723, to: 20088 };
let rules = null, program = null, n_sheets = 0, n_expressions = 0, n_differences = 0;

function differ(what, ours, theirs, line) {
	if (++n_differences <= 10)
		console.log(`# ${what}: browser ${JSON.stringify(ours)}, server ${JSON.stringify(theirs)}\n#   ${line.slice(0, 1500)}`);
}

const sheet_of = (o) => ({ cells: new Map(Object.entries(o.cells)), items: o.items, round });
const unique = (x) => [...new Set(x)].sort().join(" ");

function compare_entry(key, ours, theirs, look, line) {
	for (const field of ["relevance", "answered", "owed", "aside"])
		if (ours[field] !== theirs[field] && !(field === "answered" && program.notes.has(ours.name)))
			differ(`${key} ${field}`, ours[field], theirs[field], line);
	if (ours.value !== theirs.value)
		differ(`${key} value`, ours.value, theirs.value, line);
	for (const field of ["faults", "warnings"])
		if (unique(ours[field].map((f) => f.rule)) !== unique(theirs[field]))
			differ(`${key} ${field}`, ours[field], theirs[field], line);
	if (theirs.allowed) {
		const options = program.lists[program.list.get(ours.name)].options;
		const allowed = look.allowed(key);
		if (options.flatMap((o, i) => (allowed.has(o) ? [i] : [])).join() !== theirs.allowed.join())
			differ(`${key} allowed`, [...allowed].length, theirs.allowed.length, line);
	}
}

function compare_sheet(o, line) {
	const look = rules.look(sheet_of(o));
	n_sheets++;
	if ([...look.entries.keys()].sort().join() !== Object.keys(o.entries).sort().join())
		differ("keys", look.entries.size, Object.keys(o.entries).length, line);
	for (const [key, theirs] of Object.entries(o.entries))
		compare_entry(key, look.entries.get(key), theirs, look, line);
}

function compare_expression(o, line) {
	const v = rules.look(sheet_of(o)).value(o.program);
	n_expressions++;
	const ours = v?.code ? { missing: v.code } : { value: Array.isArray(v) ? v.join(" ") : v };
	const same = o.missing ? ours.missing === o.missing : ours.value === o.value;
	if (!same)
		differ(o.source, ours, o.missing ?? o.value, line);
}

for await (const line of createInterface({ input: process.stdin })) {
	const o = JSON.parse(line);
	if (!program) {
		program = { lists: o.lists, list: new Map(o.questions.map((q) => [q.name, q.list])), notes: new Set(o.questions.filter((q) => q.type === "note").map((q) => q.name)) };
		rules = expr_rules(o);
	} else if (o.entries)
		compare_sheet(o, line);
	else
		compare_expression(o, line);
}
console.log(`# ${n_sheets} sheets, ${n_expressions} expressions, ${n_differences} differences`);
process.exit(n_differences || !n_sheets ? 1 : 0);
