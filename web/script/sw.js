// SPDX-License-Identifier: GPL-3.0-or-later
// Answers for the pages of the form while there is no line: the network first, what was kept only when it
// does not answer.  Pages are kept for whoever is signed in, and forgotten when they sign out.
const FILES = "ssme-files-@VERSION@";  // styles, scripts, letters, the form's rules: the same for all
const PAGES = "ssme-pages-@VERSION@";  // of one person
const PATIENCE_MS = 8000;
const PAGE = /^(\/en)?\/formulario(\/[^/]+(\/area\/[^/]+|\/enviar)?)?$/;
const FILE = /^(\/en)?\/static\/|^\/api\/instruments\/[^/]+\/forms\/[^/]+\/program$|^\/favicon\.ico$/;

// One entry a page, whatever stands behind its address but the round.
function key_of(url) {
	const u = new URL(url);
	const round = u.searchParams.get("round");
	return u.origin + u.pathname + (round ? `?round=${encodeURIComponent(round)}` : "");
}

const is_ours = (url) => new URL(url).origin === self.location.origin;
const is_page = (url) => is_ours(url) && PAGE.test(new URL(url).pathname);
const is_file = (url) => is_ours(url) && FILE.test(new URL(url).pathname);

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
	event.waitUntil((async () => {
		for (const name of await caches.keys()) {
			if (name.startsWith("ssme-") && name !== FILES && name !== PAGES)
				await caches.delete(name);
		}
		await self.clients.claim();
	})());
});

async function fetch_soon(request) {
	const stop = new AbortController();
	const clock = setTimeout(() => stop.abort(), PATIENCE_MS);
	return fetch(request, { signal: stop.signal }).finally(() => clearTimeout(clock));
}

async function keep_page(url, answer) {
	if (answer.ok && !answer.redirected && (answer.headers.get("Content-Type") || "").startsWith("text/html"))
		await (await caches.open(PAGES)).put(key_of(url), answer.clone());
}

function nothing_kept(url) {
	const english = new URL(url).pathname.startsWith("/en");
	const [lang, title, words, again] = english
		? ["en", "No connection", "This page was not opened on this device before. What you typed is safe here and goes out when the line is back.", "Try again"]
		: ["es", "Sin conexión", "Esta página no se había abierto antes en este equipo. Lo que escribió está a salvo aquí y se enviará cuando vuelva la línea.", "Intentar de nuevo"];
	const body = `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
		`<meta name="color-scheme" content="light dark"><title>${title} · SSME</title></head><body><main><h1>${title}</h1><p>${words}</p><p><a href="">${again}</a></p></main></body></html>`;
	return new Response(body, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'" } });
}

async function answer_page(event) {
	const url = event.request.url;
	try {
		const answer = await fetch_soon(event.request);
		event.waitUntil(keep_page(url, answer).catch(() => {}));
		return answer;
	} catch {
		const pages = await caches.open(PAGES);
		return (await pages.match(key_of(url))) || (await pages.match(key_of(url), { ignoreSearch: true })) || nothing_kept(url);
	}
}

// Their addresses change with them.
async function answer_file(event) {
	const files = await caches.open(FILES);
	const kept = await files.match(event.request);
	if (kept)
		return kept;
	const answer = await fetch(event.request);
	if (answer.ok)
		event.waitUntil(files.put(event.request, answer.clone()));
	return answer;
}

const forget = () => caches.delete(PAGES);

self.addEventListener("fetch", (event) => {
	const { request } = event;
	if (request.method === "POST" && is_ours(request.url) && /^(\/en)?\/salir$/.test(new URL(request.url).pathname))
		event.waitUntil(forget());
	if (request.method !== "GET")
		return;
	if (request.mode === "navigate" && is_page(request.url))
		event.respondWith(answer_page(event));
	else if (is_file(request.url))
		event.respondWith(answer_file(event));
});

const KEPT_MAX = 40; // pages at one time

// The areas that the page of a form leads to; other pages lead nowhere from here.
async function areas_of(url, pages) {
	if (!/\/formulario\/[^/]+$/.test(new URL(url).pathname))
		return [];
	const text = await (await pages.match(key_of(url)))?.text();
	return [...(text || "").matchAll(/href="([^"]*\/formulario\/[^"/]+\/area\/[^"]*)"/g)]
		.map((m) => new URL(m[1].replaceAll("&amp;", "&"), url).href);
}

async function keep(addresses) {
	const files = await caches.open(FILES), pages = await caches.open(PAGES);
	const wanted = new Set(addresses);
	for (const url of wanted) { // grows on the way
		const cache = is_page(url) ? pages : is_file(url) ? files : null;
		const key = cache === pages ? key_of(url) : url;
		if (!cache)
			continue;
		if (!(await cache.match(key))) {
			const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
			if (answer?.ok && !answer.redirected)
				await cache.put(key, answer);
		}
		if (cache === pages && wanted.size < KEPT_MAX)
			(await areas_of(url, pages)).forEach((u) => wanted.add(u));
	}
}

self.addEventListener("message", (event) => {
	if (event.data?.type === "keep")
		event.waitUntil(keep(event.data.addresses));
	else if (event.data?.type === "forget")
		event.waitUntil(forget());
});
