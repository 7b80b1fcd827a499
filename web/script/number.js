// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and dates between what people type and a cell, as the server does it
// (src/response/look_cell.c), groups while typing, and amounts of pesos in words (src/base/spell.c).
// Pure: nothing here knows a page.

const GROUPED_FROM = 5; // digits: a year stays a year

// "1234567.5" as people of the language write it; what is no plain number stays.
export function number_shown(cell, lang) {
	const m = /^(-?)(\d+)(?:\.(\d+))?$/.exec(cell);
	if (!m)
		return cell;
	const group = lang === "en" ? "," : ".";
	const whole = m[2].length >= GROUPED_FROM ? m[2].replace(/\B(?=(\d{3})+$)/g, group) : m[2];
	return m[1] + whole + (m[3] ? (lang === "en" ? "." : ",") + m[3] : "");
}

// What was typed, as a cell with a decimal point; what is no number stays as it is.
export function number_cell(typed, unit, lang) {
	let s = typed.trim();
	if (unit === "cop")
		s = s.replace(/^\$\s*/, "");
	if (unit === "percent")
		s = s.replace(/\s*%$/, "");
	s = s.replace(/^\u2212/, "-").replace(/(\d)[ \u00a0\u202f'\u2019](?=\d{3}(?!\d))/g, "$1");
	const group = lang === "en" ? "," : ".", point = lang === "en" ? "." : ",";
	const parts = s.split(point);
	const grouped = new RegExp(`^-?\\d{1,3}(\\${group}\\d{3})+$`);
	let whole = parts[0];
	if (grouped.test(whole))
		whole = whole.split(group).join("");
	const cell = parts.length === 1 ? whole : `${whole}.${parts[1]}`;
	if (parts.length <= 2 && /^-?\d+(\.\d+)?$/.test(cell))
		return cell;
	return /^-?\d+(\.\d+)?$/.test(s) ? s : typed.trim();
}

const two = (n) => String(n).padStart(2, "0");

function is_day(year, month, day) {
	const d = new Date(Date.UTC(year, month - 1, day));
	return d.getUTCFullYear() === year && d.getUTCMonth() === month - 1 && d.getUTCDate() === day;
}

// "31/12/2024", "7/2024", "2024-07" as an ISO 8601 day; what is none stays as it is.
export function date_cell(typed) {
	const s = typed.trim();
	let m = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/.exec(s);
	if (!m) {
		const p = /^(?:(\d{1,2})\/)?(\d{1,2})\/(\d{4})$/.exec(s);
		m = p && [s, p[3], p[2], p[1]];
	}
	if (!m || !is_day(+m[1], +m[2], +(m[3] || 1)))
		return s;
	return `${m[1]}-${two(+m[2])}-${two(+(m[3] || 1))}`;
}

// The text of a field with groups, and where the caret stands in it: behind as many digits as before.
export function group_typed(text, caret, lang) {
	const group = lang === "en" ? "," : ".", point = lang === "en" ? "." : ",";
	const m = new RegExp(`^(-?)([\\d\\${group}]*)(\\${point}\\d*)?$`).exec(text);
	if (!m || !m[2])
		return null;
	const significant = (s) => s.split(group).join("").length;
	const before = significant(text.slice(0, caret));
	const digits = m[2].split(group).join("");
	const whole = digits.length >= GROUPED_FROM ? digits.replace(/\B(?=(\d{3})+$)/g, group) : digits;
	const out = m[1] + whole + (m[3] || "");
	let at = 0;
	for (let n = 0; at < out.length && n < before; at++)
		n += out[at] !== group;
	return { text: out, caret: at };
}

const ES_SMALL = ["", "un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce",
	"trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiún",
	"veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve"];
const ES_TEN = ["", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];
const ES_HUNDRED = ["", "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos",
	"setecientos", "ochocientos", "novecientos"];
const EN_SMALL = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
const EN_TEN = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

function es_hundreds(n) {
	if (n === 100)
		return ["cien"];
	const words = n > 99 ? [ES_HUNDRED[Math.floor(n / 100)]] : [];
	n %= 100;
	if (n && n < 30)
		words.push(ES_SMALL[n]);
	else if (n)
		words.push(ES_TEN[Math.floor(n / 10)], ...(n % 10 ? ["y", ES_SMALL[n % 10]] : []));
	return words;
}

function es_words(n) {
	const words = [];
	const one = ["", "millón", "billón", "trillón"], many = ["", "millones", "billones", "trillones"];
	for (let i = 3; i >= 0; i--) {
		const group = Number((n / 10n ** BigInt(6 * i)) % 1000000n);
		if (group >= 2000)
			words.push(...es_hundreds(Math.floor(group / 1000)));
		if (group >= 1000)
			words.push("mil");
		words.push(...es_hundreds(group % 1000));
		if (group && i)
			words.push(group === 1 ? one[i] : many[i]);
	}
	if (n === 0n)
		words.push("cero");
	if (n && n % 1000000n === 0n)
		words.push("de");
	words.push(n === 1n ? "peso" : "pesos");
	return words;
}

function en_hundreds(n) {
	const words = n > 99 ? [EN_SMALL[Math.floor(n / 100)], "hundred"] : [];
	n %= 100;
	if (n >= 20)
		words.push(EN_TEN[Math.floor(n / 10)] + (n % 10 ? `-${EN_SMALL[n % 10]}` : ""));
	else if (n)
		words.push(EN_SMALL[n]);
	return words;
}

function en_words(n) {
	const words = [];
	const name = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"];
	for (let i = 6; i >= 0; i--) {
		const group = Number((n / 1000n ** BigInt(i)) % 1000n);
		words.push(...en_hundreds(group));
		if (group && i)
			words.push(name[i]);
	}
	if (n === 0n)
		words.push("zero");
	words.push(n === 1n ? "peso" : "pesos");
	return words;
}

// A cell of whole pesos in words; what is none, or too long to say, gives "".
export function pesos_in_words(cell, lang) {
	if (!/^-?\d{1,18}$/.test(cell))
		return "";
	const n = BigInt(cell), plain = n < 0n ? -n : n;
	const words = lang === "en" ? en_words(plain) : es_words(plain);
	if (n < 0n)
		words.unshift(lang === "en" ? "minus" : "menos");
	return words.join(" ");
}
