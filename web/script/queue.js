// SPDX-License-Identifier: GPL-3.0-or-later
// Answers on their way to the server.
//
// 1. What is typed is on the disk of this browser before it is sent, and leaves it only when the
//    server has acknowledged it.
// 2. One request of a questionnaire is under way at a time.  It is kept as it was sent, with its
//    idempotency key: when its answer is lost it is sent again unchanged, before anything newer, so
//    what the server did is learnt and done once.
// 3. Answers merge one by one: a newer text of a question takes the place of the older.  Each says
//    which change it was written over (seen); where somebody else's came between, the server says so
//    and both stay until a person has chosen.
// 4. Answers are sent by whom they were typed by.
// 5. An item of a repeat that is made here gets its number here; where somebody else's has it by the
//    time it is sent, the server gives another, and all that waits of the item goes on under that.
import { disk_all, disk_drop, disk_get, disk_put } from "./disk.js";

const PAIRS_MAX = 300;    // of one request; the server takes 2000
const PATIENCE_MS = 20000;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000, 60000];

// listen: { state(kind, detail), saved(reply, batch), conflict(record) }
let listen = {};
let who = "", csrf = "";
let running = null, again = false, tries = 0, timer = 0, paused = "";

export const group_of = (r) => `${r.round}|${r.cluster}`;

export function queue_start(listener, token) {
	listen = listener;
	csrf = token || "";
	window.addEventListener("online", () => queue_send());
}

export const queue_caller = () => who;

// What the server says of who asks; a token belongs to a session.
export async function queue_meet(sheet) {
	who = sheet.caller || who;
	if (sheet.csrf)
		csrf = sheet.csrf;
	if (paused === "sign-in")
		paused = "";
	await disk_put("meta", { id: "caller", value: who });
}

export async function queue_remember() {
	who = (await disk_get("meta", "caller"))?.value || "";
	return who;
}

// change: what is new of { values, reason, mark }; base: { round, cluster, key, save, sheet, lang, seen }.
const memory = new Map(); // the newest of each, so that nothing waits for the disk
const told = new Map();   // by id: number of the change that the server made of what was sent from here
const others = new Set(); // ids that came from the disk alone: another page of this browser may send them
export function queue_put(base, change) {
	const id = `${group_of(base)}|${base.key}`;
	const old = memory.get(id);
	const record = { ...old, ...base, ...change, id, rev: random_key(), at: Date.now(), caller: who };
	record.seen = Math.max(old && !change.chosen ? old.seen : base.seen, told.get(id) || 0);
	if (change.values && !change.mark)
		delete record.mark;
	if (change.mark === "confirmed")
		delete record.values;
	if (old?.conflict && !change.chosen)
		record.conflict = old.conflict;
	else
		delete record.conflict;
	delete record.refused;
	delete record.chosen;
	memory.set(id, record);
	others.delete(id);
	return disk_put("answer", record);
}

export async function queue_drop(id) {
	memory.delete(id);
	await disk_drop("answer", id);
}

// All that waits on the disk of this browser, whoever typed it.
export async function queue_load() {
	const all = await disk_all("answer");
	const there = new Set(all.map((r) => r.id));
	for (const id of others) {
		if (!there.has(id)) { // sent by the other page
			memory.delete(id);
			others.delete(id);
		}
	}
	for (const r of all) {
		const mine = memory.get(r.id);
		if (!mine)
			others.add(r.id);
		if (!mine || mine.at < r.at)
			memory.set(r.id, r);
	}
	return [...memory.values()];
}

export const queue_of = (id) => memory.get(id);
export const is_mine = (r) => !r.caller || r.caller === who;
export const queue_waiting = () => [...memory.values()].filter((r) => is_mine(r) && !r.conflict && !r.refused);
// It may have reached the server.
export const queue_sending = async (id) => (await disk_all("batch")).some((b) => id in b.revs);
export const queue_all = () => [...memory.values()];

// ---- a request ----

export function random_key() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

function put_pairs(body, r) {
	if (r.values) {
		for (const v of r.values.length ? r.values : [""])
			body.append(`answer.${r.key}`, v);
	}
	if (r.reason !== undefined)
		body.append(`reason.${r.key}`, r.reason);
	if (r.mark)
		body.append(`mark.${r.key}`, r.mark);
	body.append(`seen.${r.key}`, String(r.seen || 0));
}

function make_batch(records) {
	const first = records[0];
	const same = records.filter((r) => group_of(r) === group_of(first) && r.lang === first.lang &&
		Boolean(r.exact) === Boolean(first.exact)).sort((x, y) => x.at - y.at).slice(0, PAIRS_MAX);
	const body = new URLSearchParams();
	for (const r of same)
		put_pairs(body, r);
	if (first.exact)
		body.append("exact", "yes");
	return {
		id: group_of(first), round: first.round, cluster: first.cluster, save: `${first.save}?lang=${first.lang}`, sheet: first.sheet,
		key: random_key(), body: body.toString(), caller: who,
		revs: Object.fromEntries(same.map((r) => [r.id, r.rev])),
	};
}

function post(batch, keepalive) {
	const stop = new AbortController();
	const clock = keepalive ? 0 : setTimeout(() => stop.abort(), PATIENCE_MS);
	return fetch(batch.save, {
		method: "POST", body: batch.body, keepalive, signal: stop.signal, credentials: "same-origin", redirect: "error",
		headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": csrf, "Idempotency-Key": batch.key },
	}).finally(() => clearTimeout(clock));
}

// The sheet as the server has it; throws where there is no line.
export async function queue_sheet(address, lang) {
	const stop = new AbortController();
	const clock = setTimeout(() => stop.abort(), PATIENCE_MS);
	const answer = await fetch(`${address}?lang=${lang}`, { credentials: "same-origin", redirect: "error", cache: "no-store", signal: stop.signal })
		.finally(() => clearTimeout(clock));
	return answer.ok ? { status: answer.status, sheet: await answer.json() } : { status: answer.status };
}

// ---- what came of it ----

const id_of_conflict = (batch, k) => `${batch.id}|${k.item ? `${k.question}.${k.item}` : k.question}`;

async function take_conflict(batch, k) {
	const id = id_of_conflict(batch, k);
	const r = memory.get(id) || (await disk_get("answer", id));
	if (!r)
		return;
	if (k.theirs.number <= (told.get(id) || 0)) { // from here too: it goes out again, written over that
		const record = { ...r, seen: told.get(id) };
		memory.set(id, record);
		await disk_put("answer", record);
		return;
	}
	const record = { ...r, conflict: { value: k.theirs.value, author: k.theirs.author, at: k.theirs.at, number: k.theirs.number, mine: k.mine } };
	memory.set(id, record);
	await disk_put("answer", record);
	listen.conflict?.(record);
}

const of_item = (group, questions, item) => [...memory.keys()].filter((id) =>
	questions.some((name) => id === `${group}|${name}.${item}`));

// The item that is known here by one number goes on under another.  All of it at once: what is typed in
// between must find either the one or the other.
function move_item(batch, { repeat, from, to, questions }) {
	const group = batch.id, names = [repeat, ...questions];
	if (of_item(group, names, to).length) { // made here meanwhile, and not sent yet
		const taken = [...memory.keys()].map((id) => names.some((name) => id.startsWith(`${group}|${name}.`)) ? +id.slice(id.lastIndexOf(".") + 1) : 0);
		move_item({ id: group, revs: {} }, { repeat, from: to, to: Math.max(to, ...taken) + 1, questions });
	}
	const gone = [], here = [];
	for (const id of of_item(group, names, from)) {
		const r = memory.get(id), key = `${id.slice(group.length + 1, id.lastIndexOf("."))}.${to}`;
		memory.delete(id);
		memory.set(`${group}|${key}`, { ...r, id: `${group}|${key}`, key });
		gone.push(id);
		here.push(`${group}|${key}`);
	}
	for (const name of names) {
		const was = `${group}|${name}.${from}`;
		if (was in batch.revs) {
			batch.revs[`${group}|${name}.${to}`] = batch.revs[was];
			delete batch.revs[was];
		}
	}
	listen.moved?.(group, { repeat, from, to, questions });
	return Promise.all([...here.map((id) => disk_put("answer", memory.get(id))), ...gone.map((id) => disk_drop("answer", id))]);
}

async function take_reply(batch, reply) {
	for (const m of reply.moved || [])
		await move_item(batch, m);
	const clashing = new Set((reply.conflicts || []).map((k) => id_of_conflict(batch, k)));
	for (const [key, a] of Object.entries(reply.answers || {})) {
		const id = `${batch.id}|${key}`;
		if (id in batch.revs && !clashing.has(id))
			told.set(id, a.number);
	}
	for (const [id, rev] of Object.entries(batch.revs)) {
		if (clashing.has(id))
			continue;
		const r = memory.get(id) || (await disk_get("answer", id));
		if (!r)
			continue;
		if (r.rev === rev) {
			await queue_drop(id);
			continue;
		}
		// typed again meanwhile: written over what was just saved
		const now = reply.answers?.[r.key];
		if (now)
			await disk_put("answer", memory.set(id, { ...r, seen: now.number }).get(id));
	}
	for (const k of reply.conflicts || [])
		await take_conflict(batch, k);
	await disk_drop("batch", batch.id);
	listen.saved?.(reply, batch);
}

// What the server will not take stays here, and is said.
async function take_refusal(batch, problem) {
	const about = /^(?:answer|seen|mark|reason)\.(.+)$/.exec(problem.parameter || "");
	const only = about ? `${batch.id}|${about[1]}` : "";
	for (const id of Object.keys(batch.revs)) {
		const r = memory.get(id) || (await disk_get("answer", id));
		if (!r || (only && only in batch.revs && id !== only))
			continue;
		const record = { ...r, refused: problem.detail || String(problem.status) };
		memory.set(id, record);
		await disk_put("answer", record);
	}
	await disk_drop("batch", batch.id);
	listen.state?.("refused", problem.detail);
}

async function take_answer(batch, answer, fresh) {
	if (answer.ok) {
		await take_reply(batch, await answer.json());
		return true;
	}
	if (answer.status === 401 || answer.status === 403) {
		const problem = await answer.json().catch(() => ({}));
		const now = fresh ? { status: answer.status } : await queue_sheet(batch.sheet, "es");
		if (now.sheet?.csrf && now.sheet.caller === batch.caller && now.sheet.may_answer) {
			await queue_meet(now.sheet);
			return take_answer(batch, await post(batch), true);
		}
		if (now.status === 401 || now.status === 403 || (now.sheet && !now.sheet.csrf)) {
			paused = "sign-in";
			listen.state?.("sign-in");
			return false;
		}
		await take_refusal(batch, { status: answer.status, ...problem });
		return true;
	}
	if (answer.status === 409 || (answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429)) {
		await take_refusal(batch, { status: answer.status, ...(await answer.json().catch(() => ({}))) });
		return true;
	}
	throw new Error(`status ${answer.status}`);
}

// ---- sending ----

async function next_batch() {
	const kept = (await disk_all("batch")).filter((b) => !who || b.caller === who);
	if (kept.length)
		return kept[0];
	const waiting = queue_waiting();
	if (!waiting.length)
		return null;
	const batch = make_batch(waiting);
	await disk_put("batch", batch);
	return batch;
}

async function send_all() {
	for (let batch; !paused && (batch = await next_batch());) {
		listen.state?.("saving");
		if (!(await take_answer(batch, await post(batch))))
			return;
		tries = 0;
	}
	if (!paused)
		listen.state?.("idle");
}

const with_lock = (does) => (navigator.locks ? navigator.locks.request("ssme-queue", does) : does());

function retry() {
	clearTimeout(timer);
	timer = setTimeout(() => queue_send(), RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
	tries++;
}

// Sends what waits; resolves when nothing waits any more or it cannot be sent now.
export function queue_send() {
	clearTimeout(timer);
	if (running) {
		again = true;
		return running;
	}
	running = with_lock(async () => {
		do {
			again = false;
			await queue_load();
			await send_all();
		} while (again && !paused);
	}).catch(() => {
		listen.state?.("offline");
		retry();
	}).finally(() => { running = null; });
	return running;
}

// Somebody has come in again, or asks to try now.
export function queue_resume() {
	paused = "";
	return queue_send();
}

export const queue_paused = () => paused;

// The page goes away: what has not begun to be sent is sent without waiting for the answer.
export function queue_leave() {
	const waiting = queue_waiting();
	if (running || paused || !waiting.length || !navigator.onLine)
		return;
	const batch = make_batch(waiting);
	if (batch.body.length > 60000)
		return;
	disk_put("batch", batch);
	post(batch, true).then(async (answer) => { if (answer.ok) await take_reply(batch, await answer.json()); }).catch(() => {});
}
