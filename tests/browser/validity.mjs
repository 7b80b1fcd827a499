// SPDX-License-Identifier: GPL-3.0-or-later
// Every page of every role, in both languages, before a validator (html-validate): nesting, required
// attributes, ids, ARIA.  Beside it: a title and one h1, no empty heading, the language said, nothing from
// elsewhere, no dead link, the weight.  Which pages there are says tests/golden/access.txt: a page that no
// role comes to fails, but for those of unreached below.  Prints TAP.
//
// node validity.mjs BASE PASSWORD ROUTES ROLE…; a role with an address of a personal link comes by it:
// company=/enlace/…
import { HtmlValidate } from "html-validate";
import { readFileSync } from "node:fs";

const [base, password, routes_file, ...roles] = process.argv.slice(2);
const FORM_BYTES_MAX = 100 * 1024;
const PAGE_BYTES_MAX = 1024 * 1024; // bulletins, reports and long lists
// Pages that an address sent to one person opens, or that stand only after a deed; with the reason.
const unreached = new Map([
	["/entrar/codigo", "between password and second factor"],
	["/invitacion/{--token}", "a secret address"],
	["/enlace/{--token}", "a secret address"],
	["/mis-datos/confirmar/{--token}", "a secret address"],
	["/administracion/datos-personales/{REQUEST}", "the sample has no request"],
	["/formulario/{--cluster}/evidencia/{NUMBER}", "the sample has no file"],
	["/revision/{--round}/acuerdo/{--cluster}", "the sample draws nobody to be read twice"],
	["/rondas/{--round}/abrir", "the sample has no draft of a round"],
]);
const example = { "--cluster": "C019", "--round": "2024", SECTION: "financiacion", "--question": "N03",
	"--name": "invitation", "--language": "es", ACCOUNT: "1", "--version": "1" };
const routes = readFileSync(routes_file, "utf8").split("\n").filter((line) => line.startsWith("GET /"))
	.map((line) => line.split(" ")[1])
	.filter((r) => !/^\/(api|static|health|metrics|favicon|sw\.js|robots)/.test(r))
	.map((name) => ({ name, reached: false,
		is: new RegExp(`^${name.replace(/\./g, "\\.").replace(/\{[^}]*\}/g, "[^/]+")}$`) }))
	.sort((a, b) => (a.name.match(/\{/g) ?? []).length - (b.name.match(/\{/g) ?? []).length || b.name.length - a.name.length);
const validator = new HtmlValidate({ extends: ["html-validate:standard"], rules: {
	"no-trailing-whitespace": "off", "long-title": "off", "void-style": "off", "attribute-boolean-style": "off",
	"doctype-style": "off", "tel-non-breaking": "off", "no-implicit-button-type": "off",
	"valid-id": ["error", { relaxed: true }] } });
let n = 0, bad = 0, pages = 0;

function result(good, name, why) {
	n++;
	if (!good) bad++;
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
	if (!good) for (const line of why.slice(0, 12)) console.log(`# ${line}`);
}

async function cookie_of(role, link) {
	const jar = new Map();
	const keep = (answer) => answer.headers.getSetCookie().forEach((c) => jar.set(c.split("=")[0], c.split(";")[0]));
	const door = base + (link ?? "/entrar");
	const form = await fetch(door);
	keep(form);
	const body = new URLSearchParams(link ? {} : { email: `${role}@example.org`, password });
	for (const [, name, value] of (await form.text()).matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)) body.set(name, value);
	const answer = await fetch(door, { method: "POST", body, redirect: "manual",
		headers: { cookie: [...jar.values()].join("; "), origin: base } });
	keep(answer);
	result(answer.status === 303, `${role} comes in`, [`status ${answer.status}`]);
	return [...jar.values()].join("; ");
}

// A company says first whether it authorises; the pages behind that are walked like all.
async function decide(cookie) {
	const page = `${base}/empresa/${example["--cluster"]}/autorizacion`;
	const html = await (await fetch(page, { headers: { cookie } })).text();
	const body = new URLSearchParams({ consent: "yes" });
	for (const [, name, value] of html.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)) body.set(name, value);
	const answer = await fetch(page, { method: "POST", body, redirect: "manual", headers: { cookie, origin: base } });
	result(answer.status === 303, "a company decides", [`status ${answer.status}`, (await answer.text()).slice(0, 300)]);
}

const words = (markup) => markup.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim();

// What is wrong with the text of a page, a line each.
async function faults(html, lang, form) {
	const wrong = [];
	const report = await validator.validateString(html);
	for (const m of report.results.flatMap((r) => r.messages)) wrong.push(`${m.ruleId} line ${m.line}: ${m.message}`);
	if (!html.includes(`<html lang="${lang}`)) wrong.push(`the language is not ${lang}`);
	if (!words(html.match(/<title>([^<]*)/)?.[1] ?? "").replace("· SSME", "").trim()) wrong.push("no title");
	if ((html.match(/<h1[\s>]/g) ?? []).length !== 1) wrong.push("not one h1");
	for (const [, , inside] of html.matchAll(/<h([1-6])[^>]*>(.*?)<\/h\1>/gs)) if (!words(inside)) wrong.push("an empty heading");
	if (/\s(src|action)="(https?:)?\/\//.test(html) || /<link[^>]*href="(https?:)?\/\//.test(html)) wrong.push("something from elsewhere");
	const most = form ? FORM_BYTES_MAX : PAGE_BYTES_MAX;
	if (Buffer.byteLength(html) > most) wrong.push(`${Buffer.byteLength(html)} bytes, at most ${most}`);
	return wrong;
}

// One of each kind of page that the role may open, from all that have an example and all that pages lead to.
async function walk(who) {
	const [role, link] = who.split("=");
	const cookie = role === "visitor" ? "" : await cookie_of(role, link);
	if (link) await decide(cookie);
	const seen = new Set();
	const open = routes.map((r) => ({ path: r.name.replace(/\{([^}]*)\}/g, (all, name) => example[name] ?? all), tried: true }))
		.filter(({ path }) => !path.includes("{"));
	for (const { path, tried } of open) {
		const where = path.split(/[?#]/)[0];
		const route = routes.find((r) => r.is.test(where));
		if (!route || (seen.has(route.name) && tried !== undefined) || seen.has(`${route.name} done`)) continue;
		for (const lang of ["es", "en"]) {
			const answer = await fetch(base + (lang === "en" ? `/en${path === "/" ? "" : path}` : path), { headers: { cookie }, redirect: "manual" });
			if (answer.status >= 300) {
				await answer.arrayBuffer();
				if (answer.status < 400) {
					route.reached = true;
					seen.add(`${route.name} done`);
				} else if (!tried || answer.status >= 500) result(false, `${role}: ${path} answers`, [`status ${answer.status}`]);
				break;
			}
			route.reached = true;
			seen.add(`${route.name} done`);
			if (!answer.headers.get("content-type").startsWith("text/html")) { await answer.arrayBuffer(); break; }
			const html = await answer.text();
			const wrong = await faults(html, lang, where.startsWith("/formulario/") && !where.endsWith("/informe"));
			result(wrong.length === 0, `${role}: ${lang} ${where}`, wrong);
			pages++;
			if (lang === "es") for (const [, to] of html.matchAll(/<a [^>]*href="(\/[^"]*)"/g))
				if (!/^\/en(\/|$)/.test(to)) open.push({ path: to.replace(/&amp;/g, "&") });
		}
	}
}

const planted = await faults('<!doctype html><html lang="es"><head><title>a · SSME</title></head><body><h1>a</h1><p id="b"><ul id="b"><p>x</ul></body></html>', "es", false);
result(planted.length > 0, "a planted fault is found", ["nothing was found"]);
await Promise.all(roles.map(walk));
for (const r of routes.filter((r) => !r.reached && !unreached.has(r.name))) result(false, `${r.name} is come to by some role`, []);
result(pages > 0, `${pages} pages were looked at`, []);
console.log(`1..${n}`);
process.exit(bad ? 1 : 0);
