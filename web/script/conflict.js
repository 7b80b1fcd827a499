// SPDX-License-Identifier: GPL-3.0-or-later
// Two answers to one question, beside it: what the server has, what was typed here, and a choice.
import { put_cell, question_named, set_seen, words_of } from "./field.js";
import { queue_drop, queue_put, queue_send } from "./queue.js";
import { button, hour, make, say } from "./say.js";
import { say_conflicts, say_saved } from "./saving.js";

const none = () => say("sin respuesta", "no answer");

function settle(q, box) {
	box.remove();
	q.node.classList.remove("clash");
	if (!say_conflicts())
		say_saved();
}

async function keep_theirs(q, record, box, changed) {
	put_cell(q, record.conflict.value);
	set_seen(q, record.conflict.number);
	await queue_drop(record.id);
	settle(q, box);
	changed(q);
}

async function keep_mine(q, record, box) {
	await queue_put({ ...record, seen: record.conflict.number }, { chosen: true });
	set_seen(q, record.conflict.number);
	settle(q, box);
	queue_send();
}

// changed(q): the controls of q hold another answer.
export function show_conflict(record, changed) {
	const q = question_named(record.key);
	if (!q)
		return;
	document.getElementById(`clash-${q.anchor}`)?.remove();
	const theirs = record.conflict;
	const box = make("div", { class: "conflict", id: `clash-${q.anchor}`, role: "group", "aria-label": say("Dos respuestas distintas", "Two different answers") },
		make("p", {}, say("Esta pregunta se respondió también en otro equipo, y distinto. ¿Cuál vale?",
			"This question was answered on another device too, and otherwise. Which holds?")));
	box.append(make("p", { class: "actions" },
		button(say(`La guardada: ${words_of(q, theirs.value) || none()}`, `The saved one: ${words_of(q, theirs.value) || none()}`),
			() => keep_theirs(q, record, box, changed)),
		button(say(`La de aquí: ${words_of(q, theirs.mine) || none()}`, `The one here: ${words_of(q, theirs.mine) || none()}`),
			() => keep_mine(q, record, box))),
	make("p", { class: "help" }, say(`La guardada es de ${theirs.author}, ${hour(theirs.at)}.`, `The saved one is by ${theirs.author}, ${hour(theirs.at)}.`)));
	q.node.classList.add("clash");
	q.node.append(box);
}
