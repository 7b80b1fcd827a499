// SPDX-License-Identifier: GPL-3.0-or-later
// What a group adds up to and what is missing, while it is typed; and amounts of pesos in words.
import { cell_of, question_named } from "./field.js";
import { number_shown, pesos_in_words } from "./number.js";
import { lang, say } from "./say.js";

const words = (v) => number_shown(String(Math.round(v * 100) / 100), lang);

function sentence(sum, target) {
	const is = words(sum), left = target - sum;
	if (Number.isNaN(left))
		return say(`Suma ${is}.`, `Adds up to ${is}.`);
	if (Math.abs(left) < 1e-9)
		return say(`Suma ${is}: está completo.`, `Adds up to ${is}: complete.`);
	if (left > 0)
		return say(`Suma ${is}; faltan ${words(left)} para ${words(target)}.`, `Adds up to ${is}; ${words(left)} are missing to ${words(target)}.`);
	return say(`Suma ${is}; sobran ${words(-left)} de ${words(target)}.`, `Adds up to ${is}; ${words(-left)} too many for ${words(target)}.`);
}

// target_of(name of the group): what it should add up to now; null: not known, undefined:
// as the page says it.
export function show_totals(target_of) {
	for (const node of document.querySelectorAll("#area .total[data-parts]")) {
		let sum = 0;
		for (const key of node.dataset.parts.split(" ").filter(Boolean)) {
			const q = question_named(key), v = q ? Number(cell_of(q) || NaN) : NaN;
			if (Number.isFinite(v))
				sum += v;
		}
		const said = target_of?.(node.id.slice("total-".length));
		const target = said === undefined ? parseFloat(node.dataset.target) : said ?? NaN;
		const text = sentence(sum, target);
		if (node.textContent !== text)
			node.textContent = text;
	}
}

export function show_words(q) {
	const node = document.getElementById(`words-${q.anchor}`);
	if (node && q.unit === "cop")
		node.textContent = pesos_in_words(cell_of(q), lang);
}
