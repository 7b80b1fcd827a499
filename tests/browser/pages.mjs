// SPDX-License-Identifier: GPL-3.0-or-later
// Opens every page of a running server in a real browser: in Spanish and light, in English and dark.
// Each must come whole and small, without an error or a refusal of the Content-Security-Policy,
// without scrolling sideways on a telephone (360 px), and without a finding of axe (WCAG 2.2 AA).
// What there is to do by forms is done on the way. Prints TAP.
//
// node pages.mjs BASE EMAIL PASSWORD [FOLDER]   FOLDER: pictures are put there, of every page at 360,
// 768 and 1280 px, light and dark, in both languages
import { chromium } from "playwright-core";
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [base, email, password, folder] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const PAGE_BYTES_MAX = 100 * 1024;
// With pictures every shape, without the two that differ most, and the width that is hardest.
const sizes = folder ? [768, 1280, 360] : [360];
const shapes = folder ? [["es", "light"], ["es", "dark"], ["en", "light"], ["en", "dark"]] : [["es", "light"], ["en", "dark"]];
let n = 0, bad = 0;

function result(good, name, why) {
	n++;
	if (!good) bad++;
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
	if (!good) for (const line of [].concat(why)) console.log(`# ${line}`);
}

// RFC 6238, for the second factor.
function totp(typed) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	let bits = "";
	for (const c of typed.replace(/[^A-Z2-7]/g, "")) bits += letters.indexOf(c).toString(2).padStart(5, "0");
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
	const h = createHmac("sha1", key).update(step).digest();
	const at = h[19] & 15;
	return String((h.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

// Without what a browser does by itself in the background: it has no network but the server here.
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--no-first-run",
	"--disable-features=OptimizationGuideOnDeviceModel,OptimizationHints,Translate,PasswordLeakDetection"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });
// axe is put into the page by the test, which the policy would refuse; a second context keeps the
// policy and is asked for what it refused.
const strict = await browser.newContext();
const loose = await browser.newContext({ bypassCSP: true });

async function faults(page) {
	await page.evaluate(axe);
	const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
	return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((k) => k.target.join(" ")).join(" | ")}`);
}

async function policy(page, address) {
	const words = [];
	page.on("console", (m) => { if (m.type() === "error") words.push(m.text()); });
	page.on("requestfailed", (r) => words.push(`${r.url()} ${r.failure()?.errorText}`));
	const answer = await page.goto(address, { waitUntil: "load" });
	return { answer, words };
}

// One page in all its shapes. expected: its status.
async function look(name, path, { expected = 200, whole = PAGE_BYTES_MAX } = {}) {
	const page = await strict.newPage();
	const { answer, words } = await policy(page, base + path);
	const body = await answer.body();
	const known = words.filter((w) => !/status of [45]\d\d/.test(w));
	result(answer.status() === expected && !known.length, `${name}: answers ${expected} and nothing is refused`, [`status ${answer.status()}`, ...known]);
	result(body.length <= whole, `${name}: weighs ${body.length} bytes, at most ${whole}`, []);
	await page.close();
	const axed = await loose.newPage();
	for (const [lang, scheme] of shapes) {
		const address = base + (lang === "en" ? `/en${path === "/" ? "" : path}` : path);
		await axed.emulateMedia({ colorScheme: scheme });
		for (const width of sizes) {
			await axed.setViewportSize({ width, height: 900 });
			await axed.goto(address, { waitUntil: "load" });
			const sideways = await axed.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
			if (width === 360 || sideways > 0) result(sideways <= 0, `${name} ${lang} ${width}: nothing scrolls sideways`, [`${sideways} px too wide`]);
			if (folder) await axed.screenshot({ path: `${folder}/${name}-${lang}-${scheme}-${width}.png`, fullPage: true });
		}
		const found = await faults(axed);
		result(!found.length, `${name} ${lang} ${scheme}: axe finds nothing`, found);
	}
	await axed.close();
}

async function sign_in(context, words) {
	const page = await context.newPage();
	await page.goto(`${base}/entrar`);
	await page.fill("#email", email);
	await page.fill("#password", words);
	await page.click("main button");
	return page;
}

if (folder) mkdirSync(folder, { recursive: true });

// ---- the public ----
await look("home", "/");
await look("sign-in", "/entrar");
await look("nothing", "/no-hay", { expected: 404 });
await look("no-invitation", "/invitacion/nada", { expected: 404 });
await look("no-link", "/enlace/nada", { expected: 404 });
const bulletin = await strict.newPage();
await bulletin.goto(base);
const newest = await bulletin.getAttribute("ul.chips a", "href").catch(() => null);
await bulletin.close();
// A document, not a page: read for long, packed to a fraction on its way.
if (newest) await look("bulletin", newest, { whole: 1024 * 1024 });
else { n++; console.log(`ok ${n} - bulletin # SKIP no round is published`); }

// ---- wrong words beside the field ----
const wrong = await sign_in(strict, "no es esta, no es esta");
result((await wrong.inputValue("#email")) === email && (await wrong.locator("[role=alert]").count()) > 0, "a wrong password is said, and the address stays", [await wrong.locator("main").innerText()]);
if (folder) await wrong.screenshot({ path: `${folder}/sign-in-wrong.png`, fullPage: true });
await wrong.close();

// ---- signed in ----
for (const context of [strict, loose]) {
	const page = await sign_in(context, password);
	result(new URL(page.url()).pathname === "/", "who signs in comes to the first page", [page.url()]);
	await page.close();
}
await look("home-signed-in", "/");
await look("account", "/cuenta");
await look("second-factor", "/cuenta/segundo-factor");
await look("status", "/administracion");
await look("accounts", "/administracion/cuentas");
await look("accounts-none", "/administracion/cuentas?find=zzzz");
await look("new-account", "/administracion/cuentas/nueva");
await look("links", "/enlaces");
await look("audit", "/administracion/auditoria");
await look("rounds", "/rondas");
await look("no-account", "/administracion/cuentas/999999", { expected: 404 });

const page = await loose.newPage();
async function shot(name) {
	const found = await faults(page);
	result(!found.length, `${name}: axe finds nothing`, found);
	if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

// A fault stands beside its field, and what was typed stays.
await page.goto(`${base}/administracion/cuentas/nueva`);
await page.fill("#email", email);
await page.fill("#name", "Otra Ana");
await page.click("main form button");
result((await page.inputValue("#name")) === "Otra Ana" && (await page.locator(".fault").count()) === 1, "an address that is taken is said beside the field", [await page.locator("main").innerText()]);
await shot("new-account-taken");

// An invitation is shown once and sets a password.
const other = `luz.${Date.now()}@example.org`;
await page.fill("#email", other);
await page.fill("#name", "Luz Marina Pérez");
await page.selectOption("#role", "analyst");
await page.fill("#object", "");
await page.click("main form button");
const invitation = (await page.locator(".once code").innerText()).trim();
result(/\/invitacion\/[\w-]{16,}$/.test(invitation), "an invitation is shown", [invitation]);
await shot("invitation-shown");
const guest = await browser.newContext({ bypassCSP: true });
const guest_page = await guest.newPage();
await guest_page.goto(new URL(new URL(invitation, base).pathname, base).href);
if (folder) await guest_page.screenshot({ path: `${folder}/invitation.png`, fullPage: true });
await guest_page.fill("#new-password", "corto");
await guest_page.evaluate(() => document.querySelector("#new-password").removeAttribute("minlength"));
await guest_page.click("main button");
result((await guest_page.locator(".fault, .alert").count()) === 1, "a short password is refused beside its field", [await guest_page.locator("main").innerText()]);
await guest_page.fill("#new-password", "cuatro palabras largas juntas");
await guest_page.click("main button");
result(new URL(guest_page.url()).pathname === "/entrar", "the password is set", [guest_page.url()]);

// The second factor: begun, shown, confirmed, asked for.
await guest_page.fill("#email", other);
await guest_page.fill("#password", "cuatro palabras largas juntas");
await guest_page.click("main button");
await guest_page.goto(`${base}/cuenta/segundo-factor`);
await guest_page.click("main button");
const key = await guest_page.locator(".steps code").innerText();
if (folder) await guest_page.screenshot({ path: `${folder}/second-factor-begun.png`, fullPage: true });
await guest_page.fill("#code", totp(key));
await guest_page.click(".steps button");
const codes = await guest_page.locator(".codes code").allInnerTexts();
result(codes.length === 10, "ten recovery codes are shown", [await guest_page.locator("main").innerText()]);
if (folder) await guest_page.screenshot({ path: `${folder}/recovery.png`, fullPage: true });
await guest_page.goto(`${base}/`);
await guest_page.click(".ways button");
result((await guest_page.locator(".done").count()) === 1, "who signs out is told so", [await guest_page.locator("body").innerText()]);
await guest_page.goto(`${base}/entrar`);
await guest_page.fill("#email", other);
await guest_page.fill("#password", "cuatro palabras largas juntas");
await guest_page.click("main button");
result(new URL(guest_page.url()).pathname === "/entrar/codigo", "the second factor is asked for", [guest_page.url()]);
if (folder) await guest_page.screenshot({ path: `${folder}/code.png`, fullPage: true });
await guest_page.fill("#code", codes[0]);
await guest_page.click("main form button");
result(new URL(guest_page.url()).pathname === "/", "a recovery code lets in", [guest_page.url()]);
const closed = await guest_page.goto(`${base}/administracion`);
result(closed.status() === 403, "an analyst is refused the administrator's page", [`${closed.status()}`]);
if (folder) await guest_page.screenshot({ path: `${folder}/denied.png`, fullPage: true });
await guest.close();

// The account of the other, and a token of one's own.
await page.goto(`${base}/administracion/cuentas?find=${encodeURIComponent(other)}`);
await page.click(`a:has-text("${other}")`);
await shot("account-of-another");
await page.click('button:has-text("Desactivar")');
result((await page.locator(".done").count()) === 1, "an account is disabled and it is said", [await page.locator("main").innerText()]);
await page.goto(`${base}/cuenta`);
await page.fill("#token-name", "hoja de cálculo");
await page.click('button:has-text("Crear la ficha")');
result((await page.locator(".once code").count()) === 1, "a token is shown once", [await page.locator("main").innerText()]);
await shot("token-shown");

await browser.close();
console.log(`1..${n}`);
process.exit(bad ? 1 : 0);
