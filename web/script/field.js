// SPDX-License-Identifier: GPL-3.0-or-later
// Questions as the page of an area has them: a question is { node, key, name, item, anchor, type, unit }.
// A question's answer is read and written as a cell (docs/formats.md), whatever its controls are.
import { date_cell, number_cell, number_shown } from "./number.js";
import { lang } from "./say.js";

const SEVERAL = new Set(["select_multiple", "rank"]);
const NUMBERS = new Set(["integer", "decimal", "range"]);

export const is_number = (q) => NUMBERS.has(q.type);
export const form_of_area = () => document.getElementById("area");

export function question_of(node) {
	const at = node?.closest?.(".question[data-question]");
	if (!at)
		return null;
	const d = at.dataset;
	return {
		node: at, name: d.question, item: +(d.item || 0), type: d.type, unit: d.unit || "",
		key: d.item ? `${d.question}.${d.item}` : d.question, anchor: at.id.slice(2),
	};
}

export const all_questions = () => [...document.querySelectorAll("#area .question[data-question]")].map(question_of);

export function question_named(key) {
	const node = document.getElementById(`q-${key.replace(/\.(\d+)$/, "-$1")}`);
	return node?.closest("#area") ? question_of(node) : null;
}

export function controls_of(q) {
	const name = `answer.${q.key}`;
	return [...q.node.querySelectorAll("input, select, textarea")].filter((c) => c.name === name && c.type !== "hidden");
}

export const reason_of = (q) => q.node.querySelector(`[name="reason.${CSS.escape(q.key)}"]`);

function seen_field(q) {
	return q.node.querySelector(`[name="seen.${CSS.escape(q.key)}"]`);
}
export const seen_of = (q) => +(seen_field(q)?.value || 0);
export function set_seen(q, number) {
	const f = seen_field(q);
	if (f)
		f.value = String(number);
}

const ticks = (c) => c.type === "radio" || c.type === "checkbox";
const nothing = (v) => v === "ND" || v === "NA";

// What is in the controls, as the form would send it; "" where nothing is.
export function typed_of(q) {
	const out = [];
	for (const c of controls_of(q)) {
		if (ticks(c)) {
			if (c.checked)
				out.push(c.value);
		} else if (c.multiple) {
			out.push(...[...c.selectedOptions].map((o) => o.value));
		} else {
			out.push(c.value);
		}
	}
	const said = out.filter((v) => v.trim() !== "");
	const none = said.find(nothing);
	return none ? [none] : said;
}

export function cell_of(q) {
	const typed = typed_of(q);
	if (!typed.length || SEVERAL.has(q.type))
		return typed.join(" ");
	const text = typed[typed.length - 1];
	if (nothing(text))
		return text;
	if (is_number(q))
		return number_cell(text, q.unit, lang);
	return q.type === "date" ? date_cell(text) : text.trim();
}

function shown(q, cell, control) {
	if (nothing(cell))
		return "";
	if (is_number(q))
		return number_shown(cell, lang);
	const m = q.type === "date" && control.type !== "date" && /^(\d{4})-(\d\d)-(\d\d)$/.exec(cell);
	return m ? (control.placeholder ? `${m[2]}/${m[1]}` : `${m[3]}/${m[2]}/${m[1]}`) : cell;
}

// Puts an answer into the controls, as if it had stood there when the page came.
export function put_cell(q, cell) {
	const names = SEVERAL.has(q.type) ? cell.split(/\s+/).filter(Boolean) : [cell];
	const selects = controls_of(q).filter((c) => c.tagName === "SELECT" && !c.multiple);
	for (const c of controls_of(q)) {
		if (ticks(c)) {
			c.checked = c.value !== "" && names.includes(c.value);
		} else if (c.multiple) {
			for (const o of c.options)
				o.selected = names.includes(o.value);
		} else if (c.tagName === "SELECT") {
			c.value = q.type === "rank" ? (nothing(cell) ? "" : names[selects.indexOf(c)] || "") : cell;
		} else {
			c.value = shown(q, cell, c);
		}
	}
}

// "ND" and "NA" stand alone: who chooses one has no other answer, who answers has none of them.
export function settle_alone(q, control) {
	if (!ticks(control) && !control.value.trim())
		return;
	if (ticks(control) && !control.checked)
		return;
	const alone = ticks(control) && nothing(control.value);
	for (const c of controls_of(q)) {
		if (c === control || c.type === "radio")
			continue;
		if (c.type === "checkbox" && (alone || nothing(c.value)))
			c.checked = false;
		else if (alone && c.multiple)
			[...c.options].forEach((o) => { o.selected = false; });
		else if (alone && c.type !== "checkbox")
			c.value = "";
	}
}

// An answer in words, as the page would say it.
export function words_of(q, cell) {
	if (!cell)
		return "";
	const label = (v) => {
		for (const c of controls_of(q)) {
			if (ticks(c) && c.value === v)
				return c.closest("label")?.textContent.trim() || v;
			const option = c.tagName === "SELECT" && [...c.options].find((o) => o.value === v);
			if (option)
				return option.textContent.trim();
		}
		return nothing(v) ? v : shown(q, v, { type: "text", placeholder: "" });
	};
	return (SEVERAL.has(q.type) ? cell.split(/\s+/) : [cell]).map(label).join(", ");
}

export function label_of(q) {
	const from = q.node.querySelector("legend, label, .label");
	const text = [...(from?.childNodes || [])].filter((n) => !n.classList?.contains("due") && !n.classList?.contains("code"))
		.map((n) => n.textContent).join(" ");
	return text.replace(/\s+/g, " ").trim();
}

export const is_shown = (q) => !q.node.closest("[hidden]");

// The first control that takes the focus.
export function focus_on(q) {
	const details = q.node.closest("details");
	if (details)
		details.open = true;
	const controls = controls_of(q);
	const at = controls.find((c) => c.checked) || controls.find((c) => !c.disabled) || q.node.querySelector("a, button");
	at?.focus({ preventScroll: true });
	const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
	q.node.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
	return at;
}
