// SPDX-License-Identifier: GPL-3.0-or-later
// Options that hang on other answers: those that do not stand go, and those that the page has not yet
// come from the server, once it knows what they hang on.
import { all_questions, cell_of, controls_of, put_cell, question_named } from "./field.js";

const asked = new Map(); // by key: the options that were asked for, so that they are asked for once

function show_option(control, option, allowed) {
	const node = control.tagName === "SELECT" ? option : control.closest("label");
	const on = option.value === "" || option.value === "ND" || option.value === "NA" || allowed.has(option.value) || option.selected || option.checked;
	node.hidden = !on;
	if (control.tagName === "SELECT")
		option.disabled = !on;
}

function options_of(q) {
	return controls_of(q).flatMap((c) => (c.tagName === "SELECT" ? [...c.options].map((o) => [c, o]) : c.type === "checkbox" || c.type === "radio" ? [[c, c]] : []));
}

async function fetch_question(q) {
	const here = new URL(location.href);
	here.searchParams.delete("hecho");
	here.hash = "";
	const answer = await fetch(here, { credentials: "same-origin", redirect: "error" }).catch(() => null);
	if (!answer?.ok)
		return;
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	const found = page.getElementById(`q-${q.anchor}`), now = question_named(q.key);
	if (!found || !now || now.node.contains(document.activeElement))
		return;
	const cell = cell_of(now), node = document.importNode(found, true);
	node.hidden = now.node.hidden;
	now.node.replaceWith(node);
	if (cell)
		put_cell(question_named(q.key), cell);
}

// flush(): what was typed is with the server when it resolves.
export function show_options(rules, flush) {
	for (const q of all_questions()) {
		const allowed = rules.allowed(q.key);
		if (!allowed)
			continue;
		const options = options_of(q), there = new Set(options.map(([, o]) => o.value));
		for (const [control, option] of options)
			show_option(control, option, allowed);
		const wanted = [...allowed].filter((v) => !there.has(v)), mark = wanted.join(" ");
		if (wanted.length && asked.get(q.key) !== mark) {
			asked.set(q.key, mark);
			flush().then((done) => (done ? fetch_question(q) : asked.delete(q.key)));
		}
	}
}
