// SPDX-License-Identifier: GPL-3.0-or-later
// What the rules say of what is typed, shown at once: what applies, what is wrong, what needs a reason,
// what is calculated.  An entry is as the server's (src/app/sheet_json.h): { relevance, required, answered,
// faults, warnings, value }.
import { all_questions, cell_of, controls_of, question_named } from "./field.js";
import { number_shown } from "./number.js";
import { lang, make, say } from "./say.js";

function show_due(q, due) {
	q.node.classList.toggle("owed", due);
	const old = q.node.querySelector(".due");
	if (!due)
		old?.remove();
	else if (!old)
		q.node.querySelector("legend, label")?.append(" ", make("span", { class: "due" }, say("falta", "missing")));
}

function show_fault(q, fault) {
	const text = fault ? `${fault.message}${fault.suggestion ? ` ${fault.suggestion}` : ""}` : "";
	const node = document.getElementById(`fault-${q.anchor}`);
	if (node && node.textContent.trim() !== text.trim())
		node.textContent = text;
	q.node.classList.toggle("wrong", Boolean(text));
	const target = q.node.querySelector(":scope > fieldset") || controls_of(q)[0];
	if (text)
		target?.setAttribute("aria-invalid", "true");
	else
		target?.removeAttribute("aria-invalid");
}

function show_warning(q, warning) {
	const node = document.getElementById(`warning-${q.anchor}`);
	if (!node)
		return;
	node.hidden = !warning;
	const p = node.querySelector("p");
	if (warning && p.textContent !== warning.message)
		p.textContent = warning.message;
}

// typing: the question that somebody is writing in: it is not called wrong before it is left.
export function show_entry(q, entry, typing) {
	const applies = entry.relevance !== "skipped";
	q.node.hidden = !applies;
	const output = document.getElementById(`i-${q.anchor}`);
	if (output?.tagName === "OUTPUT") {
		output.textContent = entry.value ? number_shown(entry.value, lang) : say("se calcula con lo que responda", "calculated from what you answer");
		return;
	}
	const empty = cell_of(q) === "";
	show_due(q, applies && entry.relevance === "asked" && Boolean(entry.required) && empty);
	const fault = applies && !empty ? (entry.faults || []).find((f) => f.rule !== "required") : null;
	if (!fault || q.node !== typing?.node)
		show_fault(q, fault);
	show_warning(q, applies && !empty ? (entry.warnings || [])[0] : null);
}

// Without the rules at hand: what is known of a question that was answered just now, until the server
// has said the rest.
export function show_typed(q, entries) {
	show_due(q, q.node.dataset.required === "yes" && cell_of(q) === "");
	if (cell_of(q) === "")
		show_fault(q, null);
	show_counts(entries);
}

function hide_empty_groups() {
	for (const group of document.querySelectorAll("#area fieldset.group")) {
		const inside = [...group.querySelectorAll(".question")];
		if (inside.length)
			group.hidden = inside.every((n) => n.hidden);
	}
}

// entries: by key, of the whole form or of some sections.
export function show_entries(entries, typing) {
	for (const [key, entry] of Object.entries(entries)) {
		const q = question_named(key);
		if (q) {
			show_entry(q, entry, typing);
		} else {
			const note = document.getElementById(`q-${key.replace(/\.(\d+)$/, "-$1")}`);
			if (note?.matches("#area .notice"))
				note.hidden = entry.relevance === "skipped";
		}
	}
	hide_empty_groups();
	show_counts(entries);
}

// How far the area is, in the words of the page.
function show_counts(entries) {
	const node = document.getElementById("counts");
	if (!node)
		return;
	let asked = 0, answered = 0;
	for (const q of all_questions()) {
		const entry = entries[q.key];
		if (!controls_of(q).length || !entry || entry.relevance === "skipped" || q.node.closest(".item[hidden]"))
			continue;
		asked++;
		answered += cell_of(q) !== "";
	}
	const text = say(`${answered} de ${asked} respondidas`, `${answered} of ${asked} answered`);
	if (asked && node.textContent !== text)
		node.textContent = text;
}
