// SPDX-License-Identifier: GPL-3.0-or-later
// The line that says whether what was typed is safe, always in the same place (#saving).  It is read out
// when it changes, so it changes seldom: "Guardando" only when it takes long.
import { queue_all, queue_waiting, is_mine, queue_resume } from "./queue.js";
import { button, count, hour, make, say } from "./say.js";

const SLOW_MS = 800;
let node = null, slow = 0, last = "";

export function saving_start() {
	node = document.getElementById("saving");
	last = node?.textContent.trim() || "";
}

function show(name, words, ...more) {
	clearTimeout(slow);
	slow = 0;
	if (!node || (words === last && !more.length && node.dataset.state === name))
		return;
	last = words;
	node.dataset.state = name;
	node.replaceChildren(words, ...more.flatMap((m) => [" ", m]));
}

const answers = (n) => say(count(n, "respuesta", "respuestas"), count(n, "answer", "answers"));

export function say_saved(at) {
	const waiting = queue_waiting().length;
	if (!waiting)
		show("saved", say(`Guardado ${hour(at)}`, `Saved ${hour(at)}`));
}

export function say_saving() {
	if (!slow)
		slow = setTimeout(() => show("saving", say("Guardando…", "Saving…")), SLOW_MS);
}

export function say_offline() {
	const n = queue_waiting().length;
	show("offline", n
		? say(`Sin conexión: ${answers(n)} ${n === 1 ? "queda" : "quedan"} en este equipo y se ${n === 1 ? "enviará" : "enviarán"} al volver la línea.`,
			`No connection: ${answers(n)} stay on this device and go out when the line is back.`)
		: say("Sin conexión: lo que escriba queda en este equipo.", "No connection: what you type stays on this device."));
}

export function say_sign_in(back) {
	const n = queue_waiting().length;
	show("sign-in", say(`Su sesión terminó. ${n ? `${answers(n)} ${n === 1 ? "espera" : "esperan"} en este equipo; nada` : "Nada"} se pierde.`,
		`Your session ended. ${n ? `${answers(n)} wait on this device; nothing` : "Nothing"} is lost.`),
	make("a", { href: `${say("", "/en")}/entrar?back=${encodeURIComponent(back)}` }, say("Entre de nuevo", "Sign in again")),
	say("o abra otra vez su enlace.", "or open your link again."));
}

export function say_refused(why) {
	show("refused", say(`No se pudo guardar: ${why || ""}`, `It could not be saved: ${why || ""}`));
}

export function say_conflicts() {
	const n = queue_all().filter((r) => r.conflict && is_mine(r)).length;
	if (n)
		show("conflict", say(`Hay ${count(n, "respuesta distinta", "respuestas distintas")} en el servidor: elija cuál vale.`,
			`The server has ${count(n, "another answer", "other answers")}: choose which holds.`));
	return n;
}

// Answers that somebody else typed on this device are sent by nobody but them, unless one says so.
export function say_others(records, take, drop) {
	const name = records[0].caller;
	show("others", say(`En este equipo hay ${answers(records.length)} sin enviar que escribió ${name}.`,
		`On this device there are ${answers(records.length)} that ${name} typed and did not send.`),
	button(say("Enviarlas como mías", "Send them as mine"), () => take(records).then(queue_resume)),
	button(say("Borrarlas", "Delete them"), () => drop(records)));
}
