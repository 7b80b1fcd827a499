// SPDX-License-Identifier: GPL-3.0-or-later
// The form's own rules in the browser: what the server sends as a program (…/forms/FORM/program), looked
// at by expr.js, as the entries that pages show (live.js).
import { expr_day_of_text, expr_rules } from "./expr.js";

export const rules_address = (program, lang) => `${program}${program.includes("?") ? "&" : "?"}lang=${lang}`;

function round_of(sheet) {
	const day = (text) => (text ? expr_day_of_text(text) : undefined);
	return sheet?.year ? { year: sheet.year, from: day(sheet.from), to: day(sheet.to) } : {};
}

// Throws where there is no line, or the form has no such program.
export async function rules_load(program, lang) {
	const answer = await fetch(rules_address(program, lang), { credentials: "same-origin" });
	if (!answer.ok)
		throw new Error(`status ${answer.status}`);
	const rules = expr_rules(await answer.json());
	let last = null;
	return {
		// cells: Map of what stands; items: of each repeat; sheet: the round's days, or null
		look(cells, items, sheet) {
			last = rules.look({ cells, items, round: round_of(sheet) });
			return Object.fromEntries(last.entries);
		},
		// what a group of the last look should add up to; null: not known yet; undefined: it has no total
		total: (name) => last?.totals.find((t) => t.group === name)?.total,
		// options that may be chosen, a Set; null: all
		allowed: (key) => last?.allowed(key) ?? null,
	};
}
