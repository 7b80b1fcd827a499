// SPDX-License-Identifier: GPL-3.0-or-later
// The form by keyboard.  Nothing here takes a letter alone away from a field: every shortcut has Ctrl or
// Alt, but for "?" outside of fields and digits inside a group of options.
import { all_questions, controls_of, focus_on, is_shown, question_of } from "./field.js";
import { make, say } from "./say.js";

const SHORTCUTS = [
	["Ctrl + S", "guardar ahora", "save now"],
	["Ctrl + Enter", "guardar y seguir a la otra área", "save and go on to the next area"],
	["Alt + ↓", "pregunta siguiente", "next question"],
	["Alt + ↑", "pregunta anterior", "previous question"],
	["Alt + P", "ir al primer problema", "go to the first problem"],
	["Alt + I", "sigue igual que la ronda anterior", "the same as in the last round"],
	["1 … 9", "elegir la opción con ese lugar, dentro de un grupo de opciones", "pick the option in that place, inside a group of options"],
	["Ctrl + K", "buscar un área o una pregunta", "search an area or a question"],
	["?", "esta lista, fuera de los campos", "this list, outside of fields"],
];

const writes = (node) => node?.matches?.("input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]");

export function show_dialog(title, ...inside) {
	const back = document.activeElement;
	const close = make("button", { type: "button", class: "second little" }, say("Cerrar", "Close"));
	const dialog = make("dialog", { class: "panel", "aria-label": title }, make("h2", {}, title), ...inside, make("p", { class: "actions" }, close));
	close.addEventListener("click", () => dialog.close());
	dialog.addEventListener("close", () => {
		dialog.remove();
		if (document.activeElement === document.body)
			back?.focus?.();
	});
	document.body.append(dialog);
	dialog.showModal();
	return dialog;
}

function show_shortcuts() {
	show_dialog(say("Teclas del formulario", "Keys of the form"),
		make("dl", { class: "keys" }, ...SHORTCUTS.map(([key, es, en]) => make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, say(es, en))))));
}

// The question that the focus is in, or the last one that stands before it.
function place_in(list) {
	const at = document.activeElement;
	const inside = question_of(at);
	if (inside)
		return list.findIndex((q) => q.node === inside.node);
	let last = -1;
	list.forEach((q, i) => {
		if (at && at !== document.body && at.compareDocumentPosition(q.node) & Node.DOCUMENT_POSITION_PRECEDING)
			last = i;
	});
	return last;
}

function step(by) {
	const list = all_questions().filter((q) => is_shown(q) && controls_of(q).some((c) => !c.disabled));
	const from = place_in(list);
	const to = from < 0 && by < 0 ? list.length - 1 : Math.min(Math.max(from + by, 0), list.length - 1);
	if (list[to])
		focus_on(list[to]);
}

// A fault, else a warning without a reason, else an answer that is owed.
export function go_to_problem() {
	const list = all_questions().filter(is_shown);
	const unexplained = (q) => {
		const w = q.node.querySelector(".warning:not([hidden])");
		return w && !w.querySelector("textarea")?.value.trim();
	};
	const found = list.find((q) => q.node.matches(".clash")) || list.find((q) => q.node.matches(".wrong")) ||
		list.find(unexplained) || list.find((q) => q.node.matches(".owed"));
	if (found)
		focus_on(found);
	return Boolean(found);
}

function pick(digit, event) {
	const at = document.activeElement;
	if (!at?.matches?.('input[type="radio"], input[type="checkbox"]'))
		return;
	const q = question_of(at);
	const options = q ? [...q.node.querySelectorAll(`input[type="${at.type}"]`)].filter((c) => c.name === at.name) : [];
	const one = options[digit - 1];
	if (!one)
		return;
	event.preventDefault();
	one.focus();
	one.click();
}

// does: { save, next, same(question), search }
export function keys_start(does) {
	document.addEventListener("keydown", (event) => {
		const ctrl = event.ctrlKey || event.metaKey, alt = event.altKey;
		const take = (what) => {
			event.preventDefault();
			what();
		};
		if (document.querySelector("dialog[open]"))
			return;
		if (ctrl && !alt && event.code === "KeyS")
			take(does.save);
		else if (ctrl && !alt && event.key === "Enter")
			take(does.next);
		else if (ctrl && !alt && event.code === "KeyK")
			take(does.search);
		else if (alt && !ctrl && event.key === "ArrowDown")
			take(() => step(1));
		else if (alt && !ctrl && event.key === "ArrowUp")
			take(() => step(-1));
		else if (alt && !ctrl && event.code === "KeyP")
			take(go_to_problem);
		else if (alt && !ctrl && event.code === "KeyI")
			take(() => does.same(question_of(document.activeElement)));
		else if (!ctrl && !alt && event.key === "?" && !writes(document.activeElement))
			take(show_shortcuts);
		else if (!ctrl && !alt && /^[1-9]$/.test(event.key))
			pick(+event.key, event);
		else if (event.key === "Enter" && event.target.matches?.("#area input"))
			event.preventDefault(); // Enter never sends a form half filled in
	});
}
