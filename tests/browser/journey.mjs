// SPDX-License-Identifier: GPL-3.0-or-later
// A round from the manager's last answer to the bulletin, each role in a real browser on the sample: the
// manager answers, signs, sends and sees the result; the reviewer returns one form and accepts another; the
// team freezes and publishes; a visitor reads the new bulletin.  Every page on the way is looked at by
// axe-core, in the scheme and width of the role.  Prints TAP.
//
// node journey.mjs BASE PASSWORD [PICTURES]
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [base, password, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let n = 0, bad = 0, shot = 0;

function result(good, name, why) {
	n++;
	if (!good) bad++;
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
	if (!good) for (const line of [].concat(why ?? [])) console.log(`# ${line}`);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });

// A person at a screen; errors of the page's programs are faults.
async function person(role, width, colorScheme) {
	const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true, locale: "es-CO" });
	const page = await context.newPage();
	page.on("pageerror", (e) => result(false, `${role}: no error in the page's program`, String(e)));
	if (role !== "visitor") {
		await page.goto(`${base}/entrar`);
		await page.fill("#email", `${role}@example.org`);
		await page.fill("#password", password);
		await page.click("main form button");
		await page.waitForURL((u) => !u.pathname.endsWith("/entrar"));
	}
	return { role, page, link: new Map() };
}

// Every kind of address that the pages lead to, one of each, answers.
async function follow(who) {
	const dead = [];
	for (const path of who.link.values()) {
		const answer = await who.page.request.get(base + path);
		if (answer.status() >= 400) dead.push(`${answer.status()} ${path}`);
	}
	result(who.link.size > 0 && dead.length === 0, `${who.role}: ${who.link.size} kinds of link lead somewhere`, dead);
}

async function look(who, path, says) {
	const answer = path ? await who.page.goto(base + path) : null;
	const where = new URL(who.page.url()).pathname;
	const text = await who.page.locator("main").innerText();
	result((!answer || answer.status() === 200) && text.toLowerCase().includes(says.toLowerCase()), `${who.role}: ${where} says «${says}»`,
		[`${answer ? answer.status() : ""}`, text.slice(0, 300)]);
	if (pictures) await who.page.screenshot({ path: `${pictures}/${String(++shot).padStart(2, "0")}-${who.role}.png`, fullPage: true });
	await who.page.evaluate(axe);
	const found = await who.page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
	result(found.violations.length === 0, `${who.role}: ${where}: axe finds nothing`,
		found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((x) => x.target.join(" ")).join("; ")}`));
	for (const href of await who.page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href))) {
		const to = new URL(href);
		const kind = to.pathname.replace(/C\d{3}/, "C").replace(/^\/(en\/)?static.*/, "static");
		if (to.origin === new URL(base).origin && !who.link.has(kind)) who.link.set(kind, to.pathname + to.search);
	}
	const wider = await who.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	result(wider <= 0, `${who.role}: ${where}: nothing scrolls sideways`, `${wider} px`);
}

const press = (who, name) => Promise.all([who.page.waitForNavigation(), who.page.getByRole("button", { name }).first().click()]);

try {
	const manager = await person("manager", 360, "light");
	await look(manager, "/", "Seguir");
	await look(manager, "/formulario/C019", "Las áreas");
	await look(manager, "/formulario/C019/area/financiacion", "Estrategia de financiación");
	// The page said «Guardado» of earlier answers already: what counts is that the server took this one.
	await Promise.all([
		manager.page.waitForResponse((r) => /\/answers$/.test(new URL(r.url()).pathname) && r.ok()),
		manager.page.locator("#q-N03 input[type=radio]").first().check(),
	]);
	await manager.page.waitForFunction(() => /Guardado/.test(document.querySelector("#saving").textContent));
	await manager.page.reload();
	result(await manager.page.locator("#q-N03 input[type=radio]").first().isChecked(), "manager: the answer is there after a reload");
	await look(manager, "/formulario/C020/enviar", "revise y firme");
	await manager.page.check("input[type=checkbox]");
	await manager.page.getByLabel("nombre completo").fill("Ana Gómez");
	await press(manager, "Enviar el formulario");
	await look(manager, "/formulario/C020/resultado", "Puntos por área");
	await look(manager, "/formulario/C020/informe", "provisional");

	await follow(manager);

	const contributor = await person("contributor", 768, "dark");
	await look(contributor, "/formulario/C019/area/impacto", "Impacto empresarial");
	await follow(contributor);

	const reviewer = await person("reviewer", 1280, "dark");
	await look(reviewer, "/", "formularios esperan revisión");
	await look(reviewer, "/revision/2024", "riesgo");
	await look(reviewer, "/revision/2024/C020", "Aceptar");
	await press(reviewer, "Aceptar");
	await look(reviewer, "/revision/2024/C126", "Devolver");
	await reviewer.page.getByLabel("Qué hay que corregir").fill("Confirme las ventas.");
	await press(reviewer, "Devolver");
	await follow(reviewer);

	const chamber = await person("chamber", 768, "light");
	await look(chamber, "/", "clústeres enviaron");
	await look(chamber, "/rondas/2024/avance", "Avance");
	await follow(chamber);

	const team = await person("team", 1280, "light");
	await look(team, "/", "Ronda 2024: 4");
	await look(team, "/rondas", "2024");
	await look(team, "/rondas/2024", "Qué sigue");
	await look(team, "/rondas/2024/avance?search=papa+de+boyaca", "Papa de Boyacá");
	await look(team, "/registro/C020", "Sus datos");
	await look(team, "/rondas/2024/congelar", "congel");
	await follow(team);
	await press(team, /Congelar/);
	await look(team, "/rondas/2024", "congelada");
	await look(team, "/rondas/2024/publicar", "public");
	const publisher = await person("publisher", 768, "dark");
	await look(publisher, "/", "La ronda 2024 espera su publicación");
	const analyst = await person("analyst", 768, "light");
	await look(analyst, "/", "4 rondas publicadas para analizar");
	await press(team, /Publicar/);
	await look(team, "/rondas/2024", "publicada");

	const visitor = await person("visitor", 360, "dark");
	await look(visitor, "/", "2024");
	const bulletin = await visitor.page.goto(`${base}/boletin/2024`);
	result(bulletin.status() === 200 && (await visitor.page.locator("body").innerText()).includes("27"),
		"visitor: the bulletin of the round counts what was accepted");
	await follow(visitor);
	const form = await manager.page.goto(`${base}/formulario/C019/area/financiacion`);
	result(form.status() === 200 && await manager.page.locator("form#area button").count() === 0,
		"manager: nobody changes an answer of the published round");
} catch (e) {
	result(false, "the way is walked to its end", String(e.stack ?? e).split("\n").slice(0, 6));
}
await browser.close();
console.log(`1..${n}`);
process.exit(bad ? 1 : 0);
