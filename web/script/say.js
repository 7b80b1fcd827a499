// SPDX-License-Identifier: GPL-3.0-or-later
// Words for people, in the language of the page, and pieces of a page made of them.  Text goes into the
// page as text, never as markup.

export const lang = document.documentElement.lang === "en" ? "en" : "es";
export const say = (es, en) => (lang === "en" ? en : es);

// "1 respuesta", "3 respuestas"
export const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

// "14:32", of Colombia, as the pages say all times
export function hour(iso) {
	const at = iso ? new Date(iso) : new Date();
	return at.toLocaleTimeString("es-CO", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "America/Bogota" });
}

// make("p", { class: "x" }, "text", node …)
export function make(name, attributes, ...inside) {
	const node = document.createElement(name);
	for (const [key, value] of Object.entries(attributes || {})) {
		if (value !== false && value !== null && value !== undefined)
			node.setAttribute(key, value === true ? "" : value);
	}
	node.append(...inside);
	return node;
}

// A button that does something here and is no part of the form's sending.
export function button(words, does, attributes) {
	const node = make("button", { type: "button", class: "second little", ...attributes }, words);
	node.addEventListener("click", does);
	return node;
}
