// SPDX-License-Identifier: GPL-3.0-or-later
// The form's program: every answer goes to the server at once, or waits on this device until it can.
// The page works without it; nothing here is needed to answer.
import { show_conflict } from "./conflict.js";
import { disk_lasts } from "./disk.js";
import { all_questions, cell_of, focus_on, form_of_area, is_number, put_cell, question_named, question_of, reason_of, seen_of, set_seen, settle_alone, typed_of } from "./field.js";
import { keys_start, go_to_problem, show_dialog } from "./keys.js";
import { show_entries, show_typed } from "./live.js";
import { group_typed } from "./number.js";
import { show_options } from "./option.js";
import { forget_pages, keep_pages } from "./offline.js";
import { show_palette } from "./palette.js";
import { group_of, is_mine, queue_all, queue_caller, queue_drop, queue_leave, queue_load, queue_meet, queue_of, queue_paused, queue_put, queue_remember, queue_resume, queue_send, queue_sending, queue_sheet, queue_start, queue_waiting, random_key } from "./queue.js";
import { add_item, move_item_shown, open_item, remove_item } from "./repeat.js";
import { rules_address, rules_load } from "./rules.js";
import { button, count, lang, make, say } from "./say.js";
import { say_conflicts, say_offline, say_others, say_refused, say_saved, say_saving, say_sign_in, saving_start } from "./saving.js";
import { show_totals, show_words } from "./total.js";

const TYPING_MS = 900;    // after the last letter
const LEAVING_MS = 5000;  // how long a page waits for its answers before it is left
const area = form_of_area();
const here = area?.dataset;

let rules = null;                  // the form's rules, once they are here
let sheet = null;                  // the questionnaire as the server last told it
const cells = new Map();           // by key: what stands, of the whole form
const before = new Map();          // by key: what stood when a question was entered
let entries = {};
let typing_timer = 0, typing = null;

const base_of = (key, seen) => ({ round: here.round, cluster: here.cluster, key, save: here.save, sheet: here.sheet, lang, seen });
const id_of = (key) => `${here.round}|${here.cluster}|${key}`;

// ---- what is shown ----

function look() {
	if (rules) {
		entries = rules.look(cells, items(), sheet);
		show_entries(entries, typing);
		show_options(rules, flush);
	} else if (typing) {
		show_typed(typing, entries);
	}
	show_totals(rules?.total);
}

// Items of each repeat, in the order in which they stand.
function items() {
	const out = { ...(sheet?.items || {}) };
	for (const section of document.querySelectorAll("#area [data-repeat]"))
		out[section.dataset.repeat] = [...section.querySelectorAll(".item:not([hidden])")].map((i) => +i.dataset.item);
	return out;
}

const skipped = (all) => new Set(Object.entries(all).filter(([key, x]) => x.relevance === "skipped" && cells.get(key)).map(([key]) => key));

// An answer that makes others meaningless: they are kept apart, and it can be undone.
function tell_set_aside(q, was, old) {
	const gone = [...skipped(entries)].filter((key) => !was.has(key));
	document.getElementById(`aside-${q.anchor}`)?.remove();
	if (!gone.length)
		return;
	const n = gone.length;
	const box = make("p", { class: "notice", role: "status", id: `aside-${q.anchor}` },
		say(`Con esta respuesta ${n === 1 ? "otra ya no aplica y se guardó" : `otras ${n} ya no aplican y se guardaron`} aparte: ${gone.join(", ")}. `,
			`With this answer ${n === 1 ? "another one no longer applies and was" : `${n} others no longer apply and were`} set aside: ${gone.join(", ")}. `));
	box.append(button(say("Deshacer", "Undo"), () => {
		put_cell(q, old);
		box.remove();
		answer(q, 0);
		focus_on(q);
	}));
	q.node.after(box);
}

// ---- answering ----

function send_in(ms) {
	clearTimeout(typing_timer);
	typing_timer = setTimeout(() => queue_send(), ms);
}

// The controls of q hold an answer that the server does not have.
function answer(q, ms) {
	const old = cells.get(q.key) || "", was = skipped(entries), cell = cell_of(q);
	show_words(q);
	if (cell === old && !queue_of(id_of(q.key)))
		return;
	cells.set(q.key, cell);
	queue_put(base_of(q.key, seen_of(q)), { values: typed_of(q) });
	q.node.querySelector(".before .mark")?.remove();
	look();
	tell_set_aside(q, was, before.get(q.key) ?? old);
	send_in(ms);
}

function answer_reason(q, ms) {
	queue_put(base_of(q.key, seen_of(q)), { reason: reason_of(q).value.trim() });
	send_in(ms);
}

function group_number(control, q) {
	if (control.type !== "text" || !is_number(q) || document.activeElement !== control)
		return;
	const out = group_typed(control.value, control.selectionStart, lang);
	if (out && out.text !== control.value) {
		control.value = out.text;
		control.setSelectionRange(out.caret, out.caret);
	}
}

function on_input(event) {
	const q = question_of(event.target), name = event.target.name || "";
	if (!q)
		return;
	const text = event.target.matches("textarea, input[type=text], input[type=date]");
	if (name.startsWith("reason.")) {
		answer_reason(q, TYPING_MS);
	} else if (name.startsWith("answer.")) {
		typing = q;
		group_number(event.target, q);
		settle_alone(q, event.target);
		answer(q, text ? TYPING_MS : 0);
		typing = text ? q : null;
	}
}

// A field is left: now it may be called wrong, and nothing waits.
function on_change(event) {
	if (!question_of(event.target))
		return;
	typing = null;
	look();
	send_in(0);
}

function on_enter(event) {
	const q = question_of(event.target);
	if (q)
		before.set(q.key, cells.get(q.key) || "");
}

// «Sigue igual»
function same(q) {
	const trigger = q?.node.querySelector('button[value="confirmed"]');
	if (!trigger)
		return;
	put_cell(q, q.node.dataset.before || "");
	cells.set(q.key, q.node.dataset.before || "");
	queue_put(base_of(q.key, seen_of(q)), { mark: "confirmed", values: undefined });
	const box = trigger.closest(".before");
	box.replaceChildren(make("span", { class: "mark" }, say("igual que antes", "as before")));
	show_words(q);
	look();
	send_in(0);
}

// ---- leaving the page ----

const settled = () => !queue_waiting().length && !queue_paused();

async function flush() {
	clearTimeout(typing_timer);
	await Promise.race([queue_send(), new Promise((done) => setTimeout(done, LEAVING_MS))]);
	return settled();
}

function leave_offline(go) {
	const to = go === "next" ? here.next : go === "later" ? `/formulario/${encodeURIComponent(here.cluster)}?round=${encodeURIComponent(here.round)}` : "";
	say_offline();
	if (to)
		location.assign(to.startsWith("/en") ? to : say("", "/en") + to);
}

let leaving = false;
async function on_submit(event) {
	const by = event.submitter;
	if (leaving)
		return;
	event.preventDefault();
	if (by?.value === "confirmed")
		same(question_of(by));
	else if (by?.value === "new")
		await add_item(by, repeat_deeds);
	else if (by?.value === "removed")
		await remove_item(by, repeat_deeds);
	else if (by?.name === "item")
		await open_item(by, repeat_deeds);
	else if (!(await flush()) && queue_paused() !== "sign-in")
		leave_offline(by?.value);
	else if (queue_paused() === "sign-in" || say_conflicts())
		go_to_problem();
	else if (!by || by.value === "stay")
		say_saved();
	else {
		const key = area.querySelector('[name="idempotency_key"]');
		if (key) // the page may come back from the history, and be another request then
			key.value = random_key();
		leaving = true;
		area.requestSubmit(by);
	}
}

const repeat_deeds = {
	put: (key, change) => {
		const r = queue_put(base_of(key, sheet?.answers?.[key]?.number || 0), change);
		send_in(0);
		return r;
	},
	flush,
	forget: async (key, node) => {
		if (queue_of(id_of(key))?.mark !== "new" || await queue_sending(id_of(key)))
			return null;
		const keys = [key, ...all_questions().filter((q) => node.contains(q.node)).map((q) => q.key)];
		const waiting = keys.map((k) => queue_of(id_of(k))).filter(Boolean);
		await Promise.all(waiting.map((r) => queue_drop(r.id)));
		return () => Promise.all(waiting.map((r) => queue_put(r, {}))).then(() => send_in(0));
	},
	changed: () => {
		for (const q of all_questions()) {
			if (!cells.has(q.key))
				cells.set(q.key, cell_of(q));
		}
		look();
	},
};

// An item goes on under another number: what is known of its answers too.
function move_cells({ from, to, questions }) {
	for (const map of [cells, before]) {
		for (const name of questions) {
			const was = map.get(`${name}.${from}`);
			map.delete(`${name}.${from}`);
			if (was !== undefined)
				map.set(`${name}.${to}`, was);
		}
	}
}

// ---- the server's side ----

// Answers of the server, where nothing newer was typed here.
function take_answers(answers) {
	for (const [key, a] of Object.entries(answers || {})) {
		const q = question_named(key);
		const waiting = queue_of(id_of(key));
		if (!waiting)
			cells.set(key, a.value);
		if (!q)
			continue;
		if (!waiting && seen_of(q) !== a.number && cell_of(q) !== a.value && q.node !== typing?.node)
			put_cell(q, a.value);
		if (!waiting)
			set_seen(q, a.number);
		const reason = reason_of(q);
		if (reason && !waiting && reason !== document.activeElement)
			reason.value = a.reason || "";
		show_words(q);
	}
}

function take_sheet(s) {
	sheet = sheet && s.conflicts ? { ...sheet, ...s, answers: { ...sheet.answers, ...s.answers }, items: { ...sheet.items, ...s.items } } : s;
	take_answers(s.answers);
	if (rules)
		look();
	else {
		show_totals();
		entries = { ...entries, ...s.entries };
		if (!queue_waiting().length)
			show_entries(s.entries, typing);
	}
}

function on_saved(reply, batch) {
	if (area && batch.id === group_of(here))
		take_sheet(reply);
	if (!say_conflicts())
		say_saved(reply.saved_at);
}

const listener = {
	saved: on_saved,
	moved: (group, m) => {
		if (!area || group !== group_of(here))
			return;
		move_cells(m);
		move_item_shown(m.repeat, m.from, m.to, repeat_deeds);
	},
	conflict: (record) => {
		if (area && group_of(record) === group_of(here))
			show_conflict(record, (q) => { cells.set(q.key, cell_of(q)); look(); });
		say_conflicts();
	},
	state: (kind, detail) => {
		if (kind === "saving")
			say_saving();
		else if (kind === "offline")
			say_offline();
		else if (kind === "sign-in")
			say_sign_in(location.pathname + location.search);
		else if (kind === "refused")
			say_refused(detail);
		else if (kind === "idle" && !say_conflicts() && queue_all().every((r) => !r.refused))
			say_saved(sheet?.saved_at);
	},
};

// What somebody else typed on this device and did not send.
function meet_others() {
	const others = queue_all().filter((r) => !is_mine(r));
	if (others.length)
		say_others(others,
			(all) => Promise.all(all.map((r) => queue_put({ ...r }, {}))),
			(all) => Promise.all(all.map((r) => queue_drop(r.id))).then(() => say_saved()));
}

async function refresh() {
	const address = here?.sheet || queue_all()[0]?.sheet;
	if (!address)
		return;
	const was = queue_caller();
	const now = await queue_sheet(address, lang).catch(() => null);
	if (!now) {
		say_offline();
	} else if (now.sheet) {
		await queue_meet(now.sheet);
		if (was && was !== queue_caller())
			forget_pages();
		if (area)
			take_sheet(now.sheet);
		meet_others();
	} else if (now.status === 401 || now.status === 403) {
		say_sign_in(location.pathname + location.search);
	}
	await queue_send();
}

// ---- the beginning ----

// What waits on this device stands in its fields again.
function apply_waiting() {
	for (const r of queue_all()) {
		if (!area || group_of(r) !== group_of(here) || !is_mine(r))
			continue;
		const q = question_named(r.key);
		if (!q)
			continue;
		if (r.mark === "confirmed")
			put_cell(q, q.node.dataset.before || "");
		else if (r.values)
			put_typed(q, r.values);
		if (r.reason !== undefined && reason_of(q))
			reason_of(q).value = r.reason;
		if (r.conflict)
			listener.conflict(r);
		cells.set(q.key, cell_of(q));
		show_words(q);
	}
}

// As it was typed, even where it is no number.
function put_typed(q, values) {
	put_cell(q, values.join(" "));
	const field = q.node.querySelector('input[type="text"][name^="answer."], textarea[name^="answer."], input[type="date"]');
	if (field && !values.some((v) => v === "ND" || v === "NA"))
		field.value = values[values.length - 1] || "";
}

function focus_after_turn() {
	const turned = sessionStorage.getItem("ssme-turn");
	sessionStorage.removeItem("ssme-turn");
	const q = location.hash.startsWith("#q-") && question_of(document.getElementById(location.hash.slice(1)));
	const heading = document.querySelector("main h1");
	if (q) {
		focus_on(q);
	} else if (turned && heading && !location.hash) {
		heading.tabIndex = -1;
		heading.focus({ preventScroll: true });
	}
}

function on_area() {
	for (const q of all_questions())
		cells.set(q.key, cell_of(q));
	area.addEventListener("input", on_input);
	area.addEventListener("change", on_change);
	area.addEventListener("focusin", on_enter);
	area.addEventListener("submit", on_submit);
	keys_start({
		save: () => flush().then((done) => { if (done && !say_conflicts()) say_saved(); }),
		next: () => area.requestSubmit(area.querySelector('button[name="go"][value="next"]') || undefined),
		same,
		search: show_palette,
	});
	rules_load(here.program, lang).then((r) => {
		rules = r;
		look();
	}).catch(() => {});
	show_totals();
}

// Signing out with answers that have not arrived: they are sent first, or stay for whoever comes in again
// as the same person.
function on_sign_out(event) {
	const form = event.target;
	const n = queue_waiting().length;
	if (!/\/salir$/.test(form.getAttribute("action")) || !n)
		return;
	event.preventDefault();
	const state = make("p", { role: "status" });
	const send = async () => {
		await flush();
		if (!queue_waiting().length)
			return form.submit();
		state.textContent = say("Todavía no llegan: no hay línea, o el servidor no las toma.", "They do not arrive yet: there is no line, or the server does not take them.");
	};
	const answers = say(count(n, "respuesta de este equipo no ha llegado", "respuestas de este equipo no han llegado"),
		count(n, "answer on this device has not arrived", "answers on this device have not arrived"));
	show_dialog(say("Hay respuestas sin enviar", "Some answers were not sent"),
		make("p", {}, `${answers}. `, say("Si sale ahora quedan aquí hasta que entre de nuevo la misma persona.", "If you leave now they stay here until the same person signs in again.")),
		state,
		make("p", { class: "actions" }, button(say("Enviar y salir", "Send and sign out"), send), button(say("Salir sin enviar", "Sign out without sending"), () => form.submit())));
}

async function start() {
	saving_start();
	document.addEventListener("submit", on_sign_out);
	queue_start(listener, area?.querySelector('[name="csrf"]')?.value);
	focus_after_turn();
	if (area)
		on_area();
	window.addEventListener("pagehide", queue_leave);
	window.addEventListener("beforeunload", (event) => {
		sessionStorage.setItem("ssme-turn", "1");
		if (!disk_lasts() && !settled())
			event.preventDefault();
	});
	document.addEventListener("visibilitychange", () => {
		if (document.visibilityState === "hidden")
			queue_leave();
		else if (queue_paused())
			queue_resume();
		else
			refresh();
	});
	window.addEventListener("pageshow", (event) => {
		leaving = false;
		if (event.persisted)
			refresh();
	});
	await queue_remember();
	await queue_load();
	apply_waiting();
	look();
	await refresh();
	keep_pages(here ? [rules_address(here.program, lang)] : []);
}

start();
