// SPDX-License-Identifier: GPL-3.0-or-later
// The page's side of the service worker (sw.js): it is told which pages of the form to keep.
const IDLE_MS = 3000;

const worker = () => navigator.serviceWorker?.controller;

// Pages of this form that the page links to, and what it is made of.
function addresses() {
	const out = new Set([location.href.split("#")[0]]);
	for (const a of document.querySelectorAll('main a[href*="/formulario/"]')) {
		if (/\/formulario\/[^/?#]+(\/area\/[^/?#]+|\/enviar)?([?#]|$)/.test(a.getAttribute("href")))
			out.add(a.href.split("#")[0]);
	}
	for (const node of document.querySelectorAll('link[rel="stylesheet"], script[src]'))
		out.add(node.href || node.src);
	return out;
}

// more: other addresses of the form: its program, its areas.
export async function keep_pages(more) {
	if (!navigator.serviceWorker)
		return;
	await navigator.serviceWorker.register("/sw.js").catch(() => null);
	const ready = await navigator.serviceWorker.ready;
	if (navigator.connection?.saveData)
		more = [];
	setTimeout(() => {
		const all = addresses();
		for (const address of more)
			all.add(new URL(address, location.href).href);
		ready.active?.postMessage({ type: "keep", addresses: [...all] });
	}, IDLE_MS);
}

// Somebody else uses this browser now.
export function forget_pages() {
	worker()?.postMessage({ type: "forget" });
}
