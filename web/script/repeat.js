// SPDX-License-Identifier: GPL-3.0-or-later
// Items of a repeat, added, opened and taken away where they stand.  A new one is made like one that is
// there; where there is none the server is asked, which needs a line.
import { all_questions, controls_of, focus_on, put_cell, question_of, set_seen } from "./field.js";
import { button, make, say } from "./say.js";

const section_of = (name) => document.querySelector(`[data-repeat="${CSS.escape(name)}"]`);
const item_of = (name, number) => document.getElementById(`item-${name}-${number}`);

// The item as the page of the server has it; null: no line, or no such item.
async function fetch_item(name, number) {
	const here = new URL(location.href);
	here.searchParams.set("item", number);
	here.searchParams.delete("hecho");
	here.hash = "";
	const answer = await fetch(here, { credentials: "same-origin", redirect: "error" }).catch(() => null);
	if (!answer?.ok)
		return null;
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	const found = page.getElementById(`item-${name}-${number}`);
	return found?.querySelector(".question") ? document.importNode(found, true) : null;
}

// All that names the number of an item.
function renumber_item(node, old, number) {
	const renumber = (text) => text.split(" ").map((w) => w.endsWith(`-${old}`) || w.endsWith(`.${old}`) ? w.slice(0, -old.length) + number : w).join(" ");
	for (const e of [node, ...node.querySelectorAll("*")]) {
		for (const key of ["id", "name", "for", "aria-describedby"]) {
			if (e.hasAttribute(key))
				e.setAttribute(key, renumber(e.getAttribute(key)));
		}
		if (e.dataset.item)
			e.dataset.item = number;
	}
}

// A copy of an item under another number, empty.
function copy_item(from, name, number) {
	const node = from.cloneNode(true);
	renumber_item(node, from.dataset.item, number);
	for (const e of [node, ...node.querySelectorAll("*")])
		e.removeAttribute("aria-invalid");
	for (const e of node.querySelectorAll(".before, .due, .conflict, .attach"))
		e.remove();
	for (const e of node.querySelectorAll(".fault, .words, output"))
		e.textContent = "";
	for (const e of node.querySelectorAll(".warning")) {
		e.hidden = true;
		e.querySelector("textarea").value = "";
	}
	for (const e of node.querySelectorAll(".question")) {
		e.classList.remove("wrong", "owed", "clash");
		const q = question_of(e);
		put_cell(q, "");
		set_seen(q, 0);
	}
	node.hidden = false;
	return node;
}

function title(node, words) {
	const strong = node.querySelector("summary strong");
	if (strong)
		strong.textContent = words;
	const state = node.querySelector("summary .soft");
	if (state)
		state.textContent = say("vacía", "empty");
	const remove = node.querySelector('button[value="removed"]');
	if (remove)
		remove.textContent = say(`Quitar: ${words}`, `Remove: ${words}`);
}

const moved = new Map(); // "P01.3": the number that the server gave instead

// does: { put(key, change), flush(), changed(), forget(key, node): takes back, or null }
export async function add_item(trigger, does) {
	const [, name, wanted] = trigger.name.split(".");
	let number = wanted;
	const section = section_of(name);
	const model = [...section.querySelectorAll(".item")].find((i) => i.querySelector(".question"));
	await does.put(`${name}.${number}`, { mark: "new" });
	let node = model ? copy_item(model, name, number) : null;
	if (node) {
		title(node, `${section.querySelectorAll(".item:not([hidden])").length + 1}. ${say("Ficha nueva", "New record")}`);
	} else {
		await does.flush();
		number = moved.get(`${name}.${wanted}`) || wanted;
		node = item_of(name, number) || await fetch_item(name, number);
	}
	if (!node) {
		section.insertBefore(make("p", { class: "notice", role: "status" },
			say("La ficha quedó agregada; se abre cuando vuelva la línea.", "The record was added; it opens when the line is back.")), trigger.parentNode);
	} else {
		node.open = true;
		node.id = `item-${name}-${number}`;
		node.dataset.item = number;
		section.querySelector(".empty")?.remove();
		section.insertBefore(node, trigger.parentNode);
		const first = question_of(node.querySelector(".question"));
		if (first)
			focus_on(first);
	}
	number_next(section, +number + 1);
	does.changed();
}

// The number of the next item, after all that are there.
function number_next(section, least) {
	const trigger = section.querySelector('button[value="new"]');
	const numbers = [...section.querySelectorAll(".item")].map((i) => +i.dataset.item + 1);
	if (trigger)
		trigger.name = `mark.${section.dataset.repeat}.${Math.max(least, ...numbers, +trigger.name.split(".")[2])}`;
}

// Somebody else has made an item of the same number: this one goes on under another, and theirs is shown.
export async function move_item_shown(name, from, to, does) {
	const section = section_of(name), node = section && item_of(name, from);
	moved.set(`${name}.${from}`, String(to));
	if (!section)
		return;
	if (node)
		renumber_item(node, String(from), String(to));
	number_next(section, to + 1);
	const theirs = await fetch_item(name, from);
	if (theirs && !item_of(name, from)) {
		section.insertBefore(theirs, node || section.querySelector(".item"));
		does.changed();
	}
}

export async function remove_item(trigger, does) {
	const [, name, number] = trigger.name.split(".");
	const node = item_of(name, number);
	const words = node.querySelector("summary strong")?.textContent || number;
	const inputs = [...node.querySelectorAll("input, select, textarea, button")];
	let come_back = await does.forget(`${name}.${number}`, node); // nobody but this device knows it
	if (!come_back) {
		await does.put(`${name}.${number}`, { mark: "removed" });
		come_back = () => does.put(`${name}.${node.dataset.item}`, { mark: "added" });
	}
	node.hidden = true;
	inputs.forEach((c) => { c.disabled = true; });
	const undo = make("p", { class: "notice", role: "status" }, say(`Quitada: ${words}. `, `Removed: ${words}. `));
	undo.append(button(say("Deshacer", "Undo"), async () => {
		await come_back();
		inputs.forEach((c) => { c.disabled = false; });
		node.hidden = false;
		undo.remove();
		does.changed();
		node.querySelector("summary")?.focus();
	}));
	node.after(undo);
	undo.querySelector("button").focus();
	does.changed();
}

// An item of which only its line is there.
export async function open_item(trigger, does) {
	const node = trigger.closest(".item");
	const name = trigger.closest("[data-repeat]").dataset.repeat;
	await does.flush();
	const whole = await fetch_item(name, node.dataset.item);
	if (!whole) {
		trigger.after(" ", make("span", { class: "soft", role: "status" }, say("Sin conexión: se abre cuando vuelva.", "No connection: it opens when it is back.")));
		return;
	}
	whole.open = true;
	node.replaceWith(whole);
	does.changed();
	const first = all_questions().find((q) => whole.contains(q.node) && controls_of(q).length);
	if (first)
		focus_on(first);
}
