// SPDX-License-Identifier: GPL-3.0-or-later
// What this browser keeps until the server has it (IndexedDB): answers that wait, the request that is
// under way, and who typed last.  Where there is no such place (a private window of some browsers) it
// is kept in memory, and disk_lasts() says no.
//
//   answer  id "ROUND|CLUSTER|KEY"   what was typed and is not acknowledged
//   batch   id "ROUND|CLUSTER"       a request whose answer nobody heard, to be sent again as it was
//   meta    id "caller" …            { id, value }

const here_only = { answer: new Map(), batch: new Map(), meta: new Map() };
let opened = null, lasts = false;

function open() {
	if (opened)
		return opened;
	opened = new Promise((done) => {
		let request;
		try {
			request = indexedDB.open("ssme", 1);
		} catch {
			done(null);
			return;
		}
		request.onupgradeneeded = () => {
			for (const name of ["answer", "batch", "meta"])
				request.result.createObjectStore(name, { keyPath: "id" });
		};
		request.onsuccess = () => {
			lasts = true;
			request.result.onversionchange = () => request.result.close();
			done(request.result);
		};
		request.onerror = request.onblocked = () => done(null);
	});
	return opened;
}

// Runs does(store) and resolves with its request's result once it is on the disk.
async function within(name, mode, does) {
	const base = await open();
	if (!base)
		return undefined;
	return new Promise((done, fail) => {
		const t = base.transaction(name, mode, { durability: "strict" });
		const request = does(t.objectStore(name));
		t.oncomplete = () => done(request.result);
		t.onabort = t.onerror = () => fail(t.error);
	});
}

export const disk_lasts = () => lasts;

export async function disk_put(name, record) {
	here_only[name].set(record.id, record);
	await within(name, "readwrite", (s) => s.put(record)).catch(() => { lasts = false; });
}

export async function disk_drop(name, id) {
	here_only[name].delete(id);
	await within(name, "readwrite", (s) => s.delete(id)).catch(() => {});
}

export async function disk_get(name, id) {
	const found = await within(name, "readonly", (s) => s.get(id)).catch(() => undefined);
	return found ?? (lasts ? undefined : here_only[name].get(id));
}

export async function disk_all(name) {
	const found = await within(name, "readonly", (s) => s.getAll()).catch(() => undefined);
	return found ?? [...here_only[name].values()];
}
