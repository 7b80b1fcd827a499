// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+K: areas and questions by any part of their words, accents or none.
import { all_questions, focus_on, is_shown, label_of } from "./field.js";
import { show_dialog } from "./keys.js";
import { make, say } from "./say.js";

const SHOWN_MAX = 12;
const plain = (s) => s.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

// The questions of the page, and the other pages of the form that it leads to.
function places_here() {
	const out = [];
	for (const q of all_questions().filter(is_shown))
		out.push({ words: `${q.key} ${label_of(q)}`, go: () => focus_on(q) });
	for (const a of document.querySelectorAll('main a[href*="/formulario/"]')) {
		if (!a.getAttribute("href").startsWith("#"))
			out.push({ words: a.textContent.trim(), go: () => a.click() });
	}
	return out;
}

export function show_palette() {
	const all = places_here().map((x) => ({ ...x, key: plain(x.words) }));
	const field = make("input", { type: "search", autocomplete: "off", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list",
		"aria-label": say("Buscar un área o una pregunta", "Search an area or a question") });
	const list = make("ul", { id: "palette-list", role: "listbox", class: "palette", "aria-label": say("Encontradas", "Found") });
	const dialog = show_dialog(say("Ir a…", "Go to…"), field, list);
	let found = [], at = 0;
	const mark = () => [...list.children].forEach((li, i) => {
		li.setAttribute("aria-selected", String(i === at));
		if (i === at) {
			field.setAttribute("aria-activedescendant", li.id);
			li.scrollIntoView({ block: "nearest" });
		}
	});
	const go = (i) => {
		dialog.close();
		found[i]?.go();
	};
	const search = () => {
		const wanted = plain(field.value).split(/\s+/).filter(Boolean);
		found = all.filter((x) => wanted.every((w) => x.key.includes(w))).slice(0, SHOWN_MAX);
		at = 0;
		list.replaceChildren(...found.map((x, i) => {
			const li = make("li", { role: "option", id: `palette-${i}` }, x.words);
			li.addEventListener("click", () => go(i));
			return li;
		}));
		if (!found.length)
			list.append(make("li", { role: "option", "aria-disabled": "true" }, say("Nada con esas palabras.", "Nothing with those words.")));
		mark();
	};
	field.addEventListener("input", search);
	field.addEventListener("keydown", (event) => {
		if (event.key === "ArrowDown" || event.key === "ArrowUp") {
			event.preventDefault();
			at = (at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(found.length, 1);
			mark();
		} else if (event.key === "Enter") {
			event.preventDefault();
			go(at);
		}
	});
	search();
	field.focus();
}
