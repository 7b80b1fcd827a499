// SPDX-License-Identifier: GPL-3.0-or-later
// Answers a form in a real browser while everything goes wrong that goes wrong on a telephone.  Between
// the browser and the server stands a line of our own, which can be cut, or lose what comes back.
// What is kept is asked of the API each time. Prints TAP.
//
// node form.mjs BASE TOKEN PASSWORD END_SESSIONS PROFILE [PICTURES]
import { chromium } from "playwright-core";
import { execFileSync } from "node:child_process";
import http from "node:http";

const [base, token, password, end_sessions, profile, pictures] = process.argv.slice(2);
const CLUSTER = "C001", ROUND = "2024";
let n = 0, bad = 0;

function result(good, name, why) {
	n++;
	if (!good) bad++;
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
	if (!good) for (const line of [].concat(why ?? [])) console.log(`# ${line}`);
}

// ---- the line ----

const server = new URL(base);
const line = { up: true, lose: null, lost: 0, seen: [] };
const sockets = new Set();
const proxy = http.createServer((request, answer) => {
	if (!line.up) {
		request.socket.destroy();
		return;
	}
	line.seen.push(`${request.method} ${request.url}`);
	const losing = line.lose && request.method === "POST" && line.lose.test(request.url);
	const out = http.request({ host: server.hostname, port: server.port, path: request.url, method: request.method, headers: request.headers }, (back) => {
		if (losing) { // the server has done it; nobody hears
			line.lost++;
			line.lose = null;
			back.resume();
			back.on("end", () => request.socket.destroy());
			return;
		}
		answer.writeHead(back.statusCode, back.rawHeaders);
		back.pipe(answer);
	});
	out.on("error", () => request.socket.destroy());
	request.pipe(out);
});
proxy.on("connection", (s) => {
	sockets.add(s);
	s.on("close", () => sockets.delete(s));
	if (!line.up) s.destroy();
});
await new Promise((done) => proxy.listen(0, "127.0.0.1", done));
const site = `http://127.0.0.1:${proxy.address().port}`;
function cut() {
	line.up = false;
	line.was_cut = true;
	for (const s of sockets) s.destroy();
}
const mend = () => { line.up = true; };

// ---- what the store has ----

async function sheet() {
	const answer = await fetch(`${base}/api/rounds/${ROUND}/questionnaires/${CLUSTER}`, { headers: { Authorization: `Bearer ${token}` } });
	return answer.json();
}
const value = async (key) => (await sheet()).answers[key]?.value;

async function until(what, ms = 15000) {
	const end = Date.now() + ms;
	for (;;) {
		if (await what()) return true;
		if (Date.now() > end) return false;
		await new Promise((done) => setTimeout(done, 100));
	}
}
const stored = (key, wanted) => until(async () => (await value(key)) === wanted);

// ---- the browser ----

const quiet = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--no-first-run",
	"--disable-features=OptimizationGuideOnDeviceModel,OptimizationHints,Translate,PasswordLeakDetection"];
const launch = { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet };
const complaints = [];

// What Chromium says of the worker's program when it looks for a newer one and the line is cut.
const of_the_cut = (words) => line.was_cut && /error occurred when fetching the script/.test(words);

function listen(context) {
	context.setDefaultTimeout(15000);
	context.on("page", (page) => {
		page.on("pageerror", (e) => complaints.push(String(e)));
		page.on("console", (m) => { if (m.type() === "error" && !/Failed to load resource|net::ERR/.test(m.text()) && !of_the_cut(m.text())) complaints.push(m.text()); });
		page.on("dialog", (d) => d.accept());
	});
	return context;
}

async function sign_in(context, email = "ana@example.org") {
	const page = await context.newPage();
	await page.goto(`${site}/entrar`);
	await page.fill("#email", email);
	await page.fill("#password", password);
	await page.click("main form button");
	await page.waitForURL((u) => u.pathname !== "/entrar");
	return page;
}

const address = (section) => `${site}/formulario/${CLUSTER}/area/${section}?round=${ROUND}`;
async function open(page, section) {
	await page.goto(address(section));
	await page.waitForSelector("#area");
}
const field = (key) => `#i-${key.replace(".", "-")}`;
const radio = (key, v) => `#q-${key.replace(".", "-")} input[type=radio][value="${v}"]`;
const saving = (page) => page.locator("#saving").innerText();
const says = (page, words, ms = 15000) => until(async () => words.test(await saving(page).catch(() => "")), ms);
const picture = async (page, name) => { if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true }); };

// The service worker has the page and its areas.
const kept = (page, section) => until(() => page.evaluate(async (u) => {
	for (const name of await caches.keys())
		if (name.startsWith("ssme-pages") && (await (await caches.open(name)).match(u))) return true;
	return false;
}, address(section)), 30000);

const browser = await chromium.launch(launch);
const one = listen(await browser.newContext());
const page = await sign_in(one);

const only = process.env.ONLY;
async function test(name, does) {
	if (only && !name.includes(only)) return;
	try {
		await does();
	} catch (e) {
		result(false, `${name}: runs to its end`, String(e.stack || e).split("\n").slice(0, 6));
	}
	line.up = true;
	line.lose = null;
}

await test("saved at once", async () => {
	await open(page, "financiacion");
	await page.focus(field("N01"));
	await page.keyboard.type("1200000");
	result((await page.inputValue(field("N01"))) === "1.200.000", "thousands are grouped while typing", await page.inputValue(field("N01")));
	result(/un millón doscientos mil pesos/.test(await page.locator("#words-N01").innerText()), "the amount is said in words", await page.locator("#words-N01").innerText());
	result(await stored("N01", "1200000"), "an answer is in the store without sending the form", await value("N01"));
	result(await says(page, /^Guardado \d\d:\d\d$/), "the page says when it was saved", await saving(page));
	await page.keyboard.press("Home");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.type("5");
	result((await page.inputValue(field("N01"))) === "15.200.000" && (await page.evaluate(() => document.activeElement.selectionStart)) === 2, "the caret stays behind what was typed", await page.inputValue(field("N01")));
	result(await stored("N01", "15200000"), "a correction is saved too", await value("N01"));
	await page.fill(field("N02_gestora"), "60");
	await page.fill(field("N02_empresas"), "28");
	result(/faltan 12 para 100/.test(await page.locator("#total-N02").innerText()), "a composition says what is missing", await page.locator("#total-N02").innerText());
	await page.keyboard.press("Enter");
	result(page.url().startsWith(address("financiacion")) && (await stored("N02_empresas", "28")), "Enter in a field sends nothing and leaves nothing", page.url());
	await picture(page, "saved");
});

await test("two devices", async () => {
	const two = listen(await browser.newContext());
	const other = await sign_in(two, "luz@example.org");
	await open(page, "gobernanza");
	await open(other, "gobernanza");
	await page.check(radio("G01", "a"));
	await page.check(radio("G02", "a"));
	await stored("G02", "a");
	await other.check(radio("G01", "b"));
	await other.check(radio("G03", "b"));
	result(await stored("G03", "b") && (await value("G02")) === "a", "answers of two people merge one by one", JSON.stringify((await sheet()).answers));
	result(await until(() => other.isChecked(radio("G02", "a"))), "what the other answered meanwhile comes into the page", "");
	result(await until(() => other.locator("#clash-G01").isVisible()), "both sides are shown beside the question", await saving(other));
	result((await value("G01")) === "a", "what stood first still stands", await value("G01"));
	await picture(other, "conflict");
	await other.click("#clash-G01 button:nth-of-type(2)");
	result(await stored("G01", "b"), "who chooses theirs has it saved", await value("G01"));
	result(await says(other, /^Guardado/), "and it is said", await saving(other));
	await page.check(radio("G01", "c"));
	await until(() => page.locator("#clash-G01").isVisible());
	await page.click("#clash-G01 button:nth-of-type(1)");
	result(await page.isChecked(radio("G01", "b")) && (await value("G01")) === "b", "who chooses the saved one sees it in the field", await value("G01"));
	await two.close();
});

await test("an answer of the server is lost", async () => {
	await open(page, "gobernanza");
	const before = (await sheet()).version;
	line.lose = /\/answers/;
	await page.fill(field("G04"), "5");
	await page.locator(field("G04")).blur();
	await until(() => line.lost > 0);
	await page.fill(field("G04"), "6");
	await page.locator(field("G04")).blur();
	result(await stored("G04", "6"), "what was typed after it is saved", await value("G04"));
	await says(page, /^Guardado/);
	result((await sheet()).version === before + 2 && !(await page.locator(".conflict").count()), "what the server had done is done once, and clashes with nothing", [`${before} → ${(await sheet()).version}`, await saving(page)]);
});

await test("no line", async () => {
	await open(page, "gobernanza");
	result(await kept(page, "colaboracion"), "the areas are kept on the device", "");
	cut();
	await page.fill(field("G08_mesas"), "7");
	await page.locator(field("G08_mesas")).blur();
	result(await says(page, /Sin conexión: 1 respuesta queda en este equipo/), "it is said that the answer stays on the device", await saving(page));
	await page.click('button[name="go"][value="next"]');
	await page.waitForURL(/\/area\/proyectos/, { timeout: 20000 });
	await page.goto(address("colaboracion"));
	await page.fill(field("C03"), "11");
	await page.locator(field("C03")).blur();
	await page.waitForTimeout(300);
	await page.reload();
	result(await until(async () => (await page.inputValue(field("C03"))) === "11"), "loaded again without a line, the page has what was typed", await page.inputValue(field("C03")));
	result((await value("C03")) === undefined && (await value("G08_mesas")) === undefined, "the server has neither", "");
	await picture(page, "offline");
	mend();
	await page.evaluate(() => window.dispatchEvent(new Event("online")));
	result(await stored("C03", "11") && (await stored("G08_mesas", "7")), "both are saved when the line is back, of whichever page", await saving(page));
	result(await says(page, /^Guardado/), "and it is said", await saving(page));
});

await test("the session ends", async () => {
	await open(page, "colaboracion");
	execFileSync(end_sessions, ["ana@example.org"]);
	await page.fill(field("C02"), "9");
	await page.locator(field("C02")).blur();
	result(await says(page, /Su sesión terminó\. 1 respuesta espera en este equipo/), "it is said that the session ended and the answer waits", await saving(page));
	await picture(page, "session-ended");
	await page.click("#saving a");
	await page.waitForURL(/\/entrar/);
	await page.fill("#email", "ana@example.org");
	await page.fill("#password", password);
	await page.click("main form button");
	await page.waitForURL(/\/area\/colaboracion/);
	result(true, "signing in comes back to the page");
	result(await stored("C02", "9"), "the answer is sent after it", await saving(page));
});

await test("items of a repeat", async () => {
	await open(page, "proyectos");
	await page.click('button[value="new"]');
	await page.waitForSelector("#item-P01-1 .question");
	await page.fill(field("P01_nombre.1"), "Sello de origen");
	result(await stored("P01_nombre.1", "Sello de origen"), "an item is added without loading the page again", JSON.stringify((await sheet()).items));
	await page.click('button[name^="mark."][value="new"]');
	await page.waitForSelector("#item-P01-2 .question");
	await page.fill(field("P01_nombre.2"), "Misión a Panamá");
	result(await stored("P01_nombre.2", "Misión a Panamá") && (await page.inputValue(field("P01_nombre.1"))) === "Sello de origen", "a second one is made beside it, empty", "");
	await page.click('#item-P01-1 button[value="removed"]');
	result(await until(async () => JSON.stringify((await sheet()).items.P01) === "[2]"), "an item is taken away", JSON.stringify((await sheet()).items));
	await page.click(".repeat .notice button");
	result(await until(async () => (await sheet()).items.P01.length === 2) && (await value("P01_nombre.1")) === "Sello de origen", "and comes back whole", JSON.stringify((await sheet()).items));
});

await test("two devices add an item without a line", async () => {
	const two = listen(await browser.newContext());
	const other = await sign_in(two, "luz@example.org");
	await open(page, "proyectos");
	await open(other, "proyectos");
	const before = (await sheet()).items.P01, next = Math.max(...before) + 1;
	cut();
	for (const [p, name] of [[page, "Feria de Cali"], [other, "Rueda de negocios"]]) {
		await p.click('button[value="new"]');
		await p.fill(field(`P01_nombre.${next}`), name);
		await p.locator(field(`P01_nombre.${next}`)).blur();
		await says(p, /Sin conexión/);
	}
	mend();
	for (const p of [page, other])
		await p.evaluate(() => window.dispatchEvent(new Event("online")));
	const both = [[page, "Feria de Cali"], [other, "Rueda de negocios"]];
	const number_of = async (name) => Object.entries((await sheet()).answers).find(([key, x]) => key.startsWith("P01_nombre.") && x.value === name)?.[0].slice(11);
	await until(async () => (await number_of("Feria de Cali")) && (await number_of("Rueda de negocios")));
	const numbers = [await number_of("Feria de Cali"), await number_of("Rueda de negocios")];
	result(numbers.map(Number).sort().join() === `${next},${next + 1}`, "the second to be back gets the next number, and both are there", [numbers.join(), JSON.stringify((await sheet()).items)]);
	const late = both[numbers.indexOf(String(next + 1))] ?? both[1], name = late[1], late_page = late[0];
	result(await until(async () => (await late_page.inputValue(field(`P01_nombre.${next + 1}`))) === name && (await late_page.locator(field(`P01_nombre.${next}`)).count()) === 1),
		"its page shows both under their numbers", await saving(late_page));
	await late_page.fill(field(`P01_nombre.${next + 1}`), `${name} 2024`);
	result(await stored(`P01_nombre.${next + 1}`, `${name} 2024`), "what is typed next goes to the item as it is numbered now", await saving(late_page));
	result(!(await late_page.locator(".conflict").count()), "no conflict is shown", "");
	await page.reload();
	for (const number of [next, next + 1]) {
		await page.click(`#item-P01-${number} summary`).catch(() => {});
		await page.click(`#item-P01-${number} button[value="removed"]`, { force: true }).catch(() => {});
	}
	await until(async () => (await sheet()).items.P01.length === before.length);
	await two.close();
});

await test("by keyboard", async () => {
	// Where nothing does not do, so that no rule stands in the way.
	const TEXT = { E04: "0123 1061", E05: "2010", A01_empresas: "30", A03_micro: "30", I01: "40", I05_local: "100", I06_local: "100", N02_otros: "12" };
	await open(page, "enfoque");
	for (let turn = 0; turn < 9 && /\/area\//.test(page.url()); turn++) {
		const at = page.url();
		const total = await page.locator("#area .question:visible").count();
		await page.evaluate(() => document.activeElement?.blur());
		for (let i = 0; i < total + 12; i++) {
			await page.keyboard.press("Alt+ArrowDown");
			const q = await page.evaluate(() => {
				const node = document.activeElement.closest(".question");
				const c = document.activeElement;
				return node && { id: node.id, key: node.dataset.question, type: node.dataset.type, tag: c.tagName, control: c.type, has: c.value, checked: !!node.querySelector("input:checked"), last: node === [...document.querySelectorAll("#area .question")].filter((x) => !x.closest("[hidden]")).pop() };
			});
			if (!q) break;
			if (q.control === "radio" && !q.checked) await page.keyboard.press(" ");
			else if (q.control === "checkbox" && !q.checked) await page.keyboard.press("1");
			else if (q.tag === "SELECT") await page.keyboard.press("ArrowDown");
			else if (q.control === "date" && !q.has) await page.keyboard.type("01152024");
			else if (q.control === "text" && !q.has) await page.keyboard.type(TEXT[q.key] ?? (q.type === "date" ? "05/2023" : q.type === "text" ? "texto" : "0"));
			if (q.last) break;
		}
		await page.keyboard.press("Control+s");
		await says(page, /^Guardado|distinta/);
		await page.keyboard.press("Control+Enter");
		await page.waitForURL((u) => u.href !== at, { timeout: 15000 }).catch(() => {});
		if (/por-corregir/.test(page.url())) {
			result(false, "no answer typed by keyboard is faulty", await page.locator(".summary").innerText());
			await page.goto(await page.locator("#area").getAttribute("data-next").then((next) => (next ? site + next : `${site}/formulario/${CLUSTER}/enviar?round=${ROUND}`)));
		}
	}
	const s = await sheet();
	const owed = Object.values(s.sections).reduce((sum, x) => sum + x.owed, 0), answered = Object.values(s.sections).reduce((sum, x) => sum + x.answered, 0);
	result(/\/enviar/.test(page.url()), "the whole form is walked through by keyboard, to its end", page.url());
	result(answered > 80 && owed <= 3, "and answered", [`${answered} answered, ${owed} owed`, JSON.stringify(s.sections)]);
});

await test("rules at once", async () => {
	await open(page, "estrategia");
	await until(() => page.evaluate(() => performance.getEntriesByType("resource").some((r) => /\/program/.test(r.name) && r.responseEnd)));
	await page.check(radio("S01", "a"));
	await page.fill(field("S03_empresas"), "4");
	await page.fill(field("S06"), "250");
	await page.locator(field("S06")).blur();
	await stored("S03_empresas", "4");
	await page.check(radio("S04", "a"));
	result(await until(async () => /0 y 100/.test(await page.locator("#fault-S06").innerText())), "a fault stands beside its field when it is left", await page.locator("#q-S06").innerText());
	await page.fill(field("S06"), "25");
	result(await until(async () => !(await page.locator("#fault-S06").innerText()).trim()), "and goes while it is corrected", "");
	await page.check(radio("S01", "c"));
	result(!(await page.isVisible(field("S03_empresas"))), "what no longer applies is hidden at once", "");
	result(/S03_empresas/.test(await page.locator("#aside-S01").innerText()), "what was set aside is named", "");
	await picture(page, "set-aside");
	await page.click("#aside-S01 button");
	result((await page.isVisible(field("S03_empresas"))) && (await page.inputValue(field("S03_empresas"))) === "4" && (await stored("S01", "a")), "and it can be undone", await value("S01"));
	await open(page, "enfoque");
	await page.selectOption(field("E01"), "05");
	result(await until(() => page.locator('#q-E02 [value="05001"]').count()), "options that hang on another answer come without loading the page again", "");
});

await test("palette and list of keys", async () => {
	await open(page, "gobernanza");
	await page.keyboard.press("Control+k");
	await picture(page, "palette");
	await page.keyboard.type("reglamento");
	await page.keyboard.press("Enter");
	result(await page.evaluate(() => document.activeElement.closest(".question")?.id) === "q-G07", "Ctrl+K finds a question by its words", "");
	await page.evaluate(() => document.activeElement.blur());
	await page.keyboard.press("?");
	result(await page.locator("dialog[open] kbd").count() > 5, "? lists the keys", "");
	await page.keyboard.press("Escape");
	result(await until(async () => !(await page.locator("dialog").count())), "Escape closes it", "");
});

await test("signing out with answers that wait", async () => {
	const p = await one.newPage();
	await open(p, "colaboracion");
	await kept(p, "colaboracion");
	cut();
	await p.fill(field("C03"), "17");
	await p.locator(field("C03")).blur();
	await says(p, /Sin conexión/);
	await p.click('form[action$="/salir"] button');
	result(/no ha llegado/.test(await p.locator("dialog").innerText()), "who signs out is told what has not arrived", "");
	await picture(p, "sign-out");
	await p.click('dialog button:has-text("Enviar y salir")');
	result(await until(async () => /Todavía no/.test(await p.locator("dialog [role=status]").innerText())), "and is kept while it cannot go", "");
	mend();
	await p.click('dialog button:has-text("Enviar y salir")');
	result(await until(() => new URL(p.url()).pathname === "/") && (await stored("C03", "17")), "then it goes, and the session ends", p.url());
	await (await sign_in(one)).close();
	await p.close();
});

await test("the browser is closed with answers that wait", async () => {
	const first = listen(await chromium.launchPersistentContext(profile, launch));
	const p = await sign_in(first);
	await open(p, "colaboracion");
	await kept(p, "colaboracion");
	cut();
	await p.fill(field("C03"), "23");
	await p.locator(field("C03")).blur();
	await says(p, /Sin conexión/);
	await first.close();
	mend();
	const second = listen(await chromium.launchPersistentContext(profile, launch));
	const q = await second.newPage();
	await q.goto(address("colaboracion"));
	if (/entrar/.test(q.url())) {
		await q.fill("#email", "ana@example.org");
		await q.fill("#password", password);
		await q.click("main form button");
		await q.waitForURL((u) => u.pathname !== "/entrar");
		await q.goto(address("colaboracion"));
	}
	result(await stored("C03", "23"), "they are sent when it is opened again", await saving(q));
	await q.goto(site);
	await q.click(".ways button");
	await q.waitForLoadState();
	result(await until(() => q.evaluate(async () => !(await caches.keys()).some((k) => k.startsWith("ssme-pages")))), "signing out forgets the pages", "");
	await second.close();
});

result(!complaints.length, "no script failed, and the policy refused none", complaints.slice(0, 5));
await browser.close();
proxy.close();
for (const s of sockets) s.destroy();
console.log(`1..${n}`);
process.exit(bad ? 1 : 0);
