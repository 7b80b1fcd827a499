// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of a form, as the server evaluates them (docs/formulas.md), over what was typed so far.
// Pure: no page, no network, no clock.  The server's word counts; this one comes sooner.
//
//   const rules = expr_rules(program);            the JSON of …/forms/FORM/program
//   const look = rules.look({ cells, items, round });
//     cells   Map of "G01" or "P01_nombre.3" to the cell, as in a file ("1234.5", "2024-12-31", "a b", "ND")
//     items   { P01: [1, 3] }                     the items of each repeat, in their order
//     round   { year, from, to }                  dates as days since 1970-01-01, or absent
//   look.entries   Map of the same keys to { name, item, relevance: "asked" | "skipped" | "open", required,
//                  answered, owed, aside, value, calculated, faults: [{ rule, message }], warnings: [{ rule, message }] }
//   look.totals    [{ group, item, total, sum, left, complete }]; total and left are null while it is not known
//   look.allowed(key)   options that the other answers let stand, a Set of names; null: all of them
//   look.value(node, repeat, item)   any other expression, over these answers

// ---- values: numbers, truths, texts, days (numbers), sets (arrays of names), or why there is none ----

class ExprMissing {
	constructor(code) {
		this.code = code;
	}
}
export const EXPR_NR = new ExprMissing("NR"), EXPR_ND = new ExprMissing("ND"), EXPR_NA = new ExprMissing("NA");
const expr_missing_of = { NR: EXPR_NR, ND: EXPR_ND, NA: EXPR_NA };
const expr_gone = (v) => v instanceof ExprMissing;

const EXPR_TEXT_MAX = 32767;
const expr_utf8 = new TextEncoder();
const expr_bytes = (s) => (3 * s.length <= EXPR_TEXT_MAX ? 0 : expr_utf8.encode(s).length);
const expr_settle = (v) => {
	if (typeof v === "number")
		return Number.isFinite(v) ? v : EXPR_NR;
	return typeof v === "string" && expr_bytes(v) > EXPR_TEXT_MAX ? EXPR_NR : v;
};

// ---- numbers as texts ----

export function expr_number(s) {
	if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(s))
		return null;
	const v = Number(s);
	return Number.isFinite(v) ? v : null;
}

// { minus, digits, point }: 0.DIGITS × 10^point, the shortest that reads back the same.
function expr_digits(v) {
	const [mantissa, exponent] = Math.abs(v).toExponential().split("e");
	const digits = mantissa.replace(".", "").replace(/0+$/, "");
	return { minus: v < 0, digits, point: digits ? +exponent + 1 : 0 };
}

function expr_plain({ minus, digits, point }, decimals) {
	const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
	let text = whole;
	if (decimals > 0) {
		const behind = point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
		text += `.${behind.slice(0, decimals).padEnd(decimals, "0")}`;
	}
	return minus && digits ? `-${text}` : text;
}

export function expr_text_of_number(v) {
	const x = expr_digits(v);
	if ((Number.isInteger(v) && Math.abs(v) < 2 ** 53) || (x.point > -5 && x.point <= 17))
		return expr_plain(x, Math.max(0, x.digits.length - x.point));
	const more = x.digits.length > 1 ? `.${x.digits.slice(1)}` : "";
	return `${x.minus ? "-" : ""}${x.digits[0]}${more}e${x.point < 1 ? "-" : "+"}${String(Math.abs(x.point - 1)).padStart(2, "0")}`;
}

// Half away from zero on the shortest decimal form.
function expr_fixed(v, places) {
	const x = expr_digits(v), keep = x.point + places;
	if (keep >= x.digits.length)
		return v;
	const up = keep >= 0 && x.digits[keep] >= "5";
	const kept = keep > 0 ? x.digits.slice(0, keep) : "";
	const whole = BigInt(kept || "0") + (up ? 1n : 0n);
	return Number(`${x.minus ? "-" : ""}${whole}e${-places}`);
}

function expr_round(v, places) {
	places = Math.trunc(places);
	if (places > 12)
		return v;
	if (places < -300)
		return 0;
	const sign = v < 0 || Object.is(v, -0) ? -1 : 1;
	const scale = Number(`1e${Math.abs(places)}`);
	if (places < 0)
		return sign * Math.floor(Math.abs(v) / scale + 0.5) * scale;
	const t = Math.abs(v) * scale;
	if (t >= 2 ** 52 || !Number.isFinite(t))
		return v;
	const whole = Math.floor(t), part = t - whole;
	if (places > 0 && Math.abs(part - 0.5) < 1e-6 + t * 2 ** -50)
		return expr_fixed(v, places);
	return sign * ((part >= 0.5 ? whole + 1 : whole) / scale);
}

// The compensated sum of the server: the same bits.
function expr_sum(x) {
	let sum = 0, rest = 0;
	for (const v of x) {
		const t = sum + v;
		rest += Math.abs(sum) >= Math.abs(v) ? (sum - t) + v : (v - t) + sum;
		sum = t;
	}
	return sum + rest;
}

// ---- dates ----

const EXPR_DAY_MS = 86400000;
function expr_day(year, month, day) {
	const d = new Date(0);
	d.setUTCFullYear(year, month - 1, day);
	const good = year >= 1 && d.getUTCFullYear() === year && d.getUTCMonth() === month - 1 && d.getUTCDate() === day;
	return good ? d.getTime() / EXPR_DAY_MS : null;
}
const EXPR_FIRST_DAY = expr_day(1, 1, 1), EXPR_LAST_DAY = expr_day(9999, 12, 31);
const expr_date = (day) => new Date(day * EXPR_DAY_MS);
const expr_real_day = (v) => {
	const day = Math.floor(v);
	return day >= EXPR_FIRST_DAY && day <= EXPR_LAST_DAY ? day : EXPR_NR;
};

export function expr_day_of_text(s) {
	const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(s);
	return m ? expr_day(+m[1], +m[2], +m[3]) : null;
}

export function expr_text_of_day(day) {
	const d = expr_date(day), two = (n) => String(n).padStart(2, "0");
	return `${String(d.getUTCFullYear()).padStart(4, "0")}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
}

const expr_names_of_days = {
	es: [["dom", "lun", "mar", "mié", "jue", "vie", "sáb"], ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]],
	en: [["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]],
};

function expr_format_date(day, format, lang) {
	const d = expr_date(day), year = d.getUTCFullYear(), month = d.getUTCMonth() + 1, date = d.getUTCDate();
	const pad = (n, width) => String(n).padStart(width, "0");
	const part = {
		Y: pad(year, 4), y: pad(year % 100, 2), m: pad(month, 2), n: String(month), b: expr_names_of_days[lang][1][month - 1],
		d: pad(date, 2), e: String(date), a: expr_names_of_days[lang][0][d.getUTCDay()], H: "00", M: "00", S: "00", h: "0", 3: "000",
	};
	return format.replace(/%([\0-\x7f])/g, (whole, code) => part[code] ?? whole);
}

// ---- texts ----

const expr_trim = (s) => s.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
const expr_words = (s) => s.split(/[ \t]+/).filter((w) => w);

// Negative places count from the end; kept inside 0..n.
const expr_place = (v, n) => Math.min(Math.max(Math.trunc(v) < 0 ? Math.trunc(v) + n : Math.trunc(v), 0), n);

function expr_translate(s, from, to) {
	const a = [...from], b = [...to];
	return [...s].map((c) => (a.includes(c) ? b[a.indexOf(c)] ?? "" : c)).join("");
}

// Latin letters, as the server knows them.
function expr_lower_code(c) {
	if ((c >= 65 && c <= 90) || (c >= 0xc0 && c <= 0xde && c !== 0xd7))
		return c + 32;
	const even = (c >= 0x100 && c <= 0x137 && c !== 0x130) || (c >= 0x14a && c <= 0x177);
	const odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
	return (even && c % 2 === 0) || (odd && c % 2 === 1) ? c + 1 : c;
}
function expr_upper_code(c) {
	if ((c >= 97 && c <= 122) || (c >= 0xe0 && c <= 0xfe && c !== 0xf7))
		return c - 32;
	return c > 0x100 && c <= 0x17e && expr_lower_code(c - 1) === c ? c - 1 : c;
}
const expr_each_code = (s, of) => [...s].map((c) => String.fromCodePoint(of(c.codePointAt(0)))).join("");

// A pattern of ours as one of JavaScript: ASCII classes, a dot that stops at a line's end only, whole text.
const expr_classes = { d: "0-9", w: "0-9A-Z_a-z", s: "\\t-\\r " };
const expr_controls = { t: "\t", n: "\n", r: "\r" };
const expr_literal = (c) => `\\u{${c.codePointAt(0).toString(16)}}`;

function expr_escape(c, inside) {
	const of = expr_classes[c.toLowerCase()];
	if (!of)
		return expr_literal(expr_controls[c] ?? c);
	if (c === c.toLowerCase())
		return inside ? of : `[${of}]`;
	if (!inside)
		return `[^${of}]`;
	return c === "S" ? "\\0-\\x08\\x0e-\\x1f!-\\u{10ffff}" : `\\${c}`;
}

function expr_bracket(p, at) {
	let text = "[", i = at + 1;
	if (p[i] === "^")
		text += p[i++];
	for (const first = i; p[i] !== "]" || i === first; i++) {
		const last = p[i - 1] === "-" && text.endsWith("-");
		if (p[i] === "\\")
			text += expr_escape(p[++i], true);
		else if (p[i] === "-" && i !== first && p[i + 1] !== "]" && !last)
			text += "-";
		else
			text += expr_literal(p[i]);
	}
	return [`${text}]`, i];
}

function expr_pattern(source) {
	const p = [...source];
	let text = "";
	for (let i = 0; i < p.length; i++) {
		if (p[i] === "\\")
			text += expr_escape(p[++i], false);
		else if (p[i] === "[") {
			const [set, end] = expr_bracket(p, i);
			text += set;
			i = end;
		} else if (p[i] === ".")
			text += "[^\\n]";
		else if (p[i] === "^" || p[i] === "$")
			text += `(?:${p[i]})`;
		else if (p[i] === "(") {
			text += "(?:";
			i += p[i + 1] === "?" ? 2 : 0;
		} else if (p[i] === ")" || p[i] === "|")
			text += p[i];
		else if ("*+?{".includes(p[i])) {
			let end = i;
			if (p[i] === "{")
				end = p.indexOf("}", i);
			text += p.slice(i, end + 1).join("");
			i = p[end + 1] === "?" || p[end + 1] === "+" ? end + 1 : end;
		} else
			text += expr_literal(p[i]);
	}
	return new RegExp(`^(?:${text})$`, "u");
}

const expr_patterns = new Map();
function expr_matches(s, source) {
	if (!expr_patterns.has(source))
		expr_patterns.set(source, expr_pattern(source));
	return expr_patterns.get(source).test(s);
}

// A NIT with its check digit behind a hyphen.
export function expr_nit_valid(s) {
	const m = /^([\d. ]*)-(\d)$/.exec(expr_trim(s));
	const digits = m ? m[1].replace(/[. ]/g, "") : "";
	if (!digits || digits.length > 15)
		return false;
	const weight = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];
	const rest = [...digits].reverse().reduce((sum, d, i) => sum + d * weight[i], 0) % 11;
	return (rest < 2 ? rest : 11 - rest) === +m[2];
}

// ---- operators: all arguments are there ----

const expr_or_missing = (v) => (v === null || v === undefined ? EXPR_NR : v);
const expr_own = {
	"not": (a) => !a,
	"=": (a, b) => a === b,
	"!=": (a, b) => a !== b,
	"<": (a, b) => a < b,
	"<=": (a, b) => a <= b,
	">": (a, b) => a > b,
	">=": (a, b) => a >= b,
	"negate": (a) => 0 - a,
	"+": (a, b) => a + b,
	"-": (a, b) => a - b,
	"+day": (a, b) => expr_real_day(a + b),
	"-day": (a, b) => expr_real_day(a - b),
	"*": (a, b) => a * b,
	"div": (a, b) => (b === 0 ? EXPR_NR : a / b),
	"mod": (a, b) => (b === 0 ? EXPR_NR : a % b),
	"round": (a, places = 0) => expr_round(a, places),
	"int": Math.trunc,
	"floor": Math.floor,
	"ceiling": Math.ceil,
	"abs": Math.abs,
	"min": (...x) => Math.min(...x),
	"max": (...x) => Math.max(...x),
	"sum": (...x) => x.reduce((a, b) => a + b, 0),
	"count": (...x) => x.filter((v) => v).length,
	"pow": Math.pow,
	"sqrt": Math.sqrt,
	"exp": Math.exp,
	"log": Math.log,
	"log10": Math.log10,
	"exp10": (a) => Math.pow(10, a),
	"sin": Math.sin,
	"cos": Math.cos,
	"tan": Math.tan,
	"asin": Math.asin,
	"acos": Math.acos,
	"atan": Math.atan,
	"atan2": Math.atan2,
	"selected": (a, b) => (Array.isArray(a) ? a.includes(b) : expr_words(a).includes(expr_trim(b))),
	"count-selected": (a) => (Array.isArray(a) ? a : expr_words(a)).length || EXPR_NR,
	"selected-at": (a, at) => expr_or_missing((Array.isArray(a) ? a : expr_words(a))[Array.isArray(a) && at < 0 ? -1 : Math.trunc(at)]),
	"string-length": (a) => [...a].length,
	"contains": (a, b) => a.includes(b),
	"starts-with": (a, b) => a.startsWith(b),
	"ends-with": (a, b) => a.endsWith(b),
	"substr": (a, from, to) => {
		const s = [...a];
		return s.slice(expr_place(from, s.length), to === undefined ? s.length : expr_place(to, s.length)).join("");
	},
	"substring-before": (a, b) => a.slice(0, Math.max(a.indexOf(b), 0)),
	"substring-after": (a, b) => (a.includes(b) ? a.slice(a.indexOf(b) + b.length) : ""),
	"concat": (...x) => x.join(""),
	"join": (glue, ...x) => x.join(glue),
	"normalize-space": (a) => expr_trim(a).replace(/[ \t\r\n]+/g, " "),
	"translate": expr_translate,
	"lower-case": (a) => expr_each_code(a, expr_lower_code),
	"upper-case": (a) => expr_each_code(a, expr_upper_code),
	"regex": expr_matches,
	"nit-valid": expr_nit_valid,
	"year": (a) => expr_date(a).getUTCFullYear(),
	"month": (a) => expr_date(a).getUTCMonth() + 1,
	"day-of": (a) => expr_date(a).getUTCDate(),
	"boolean-from-string": (a) => a === "true" || a === "1",
	"number-of-text": (a) => expr_or_missing(expr_number(expr_trim(a))),
	"number-of-truth": Number,
	"number-of-number": (a) => a,
	"number-of-day": (a) => a,
	"text-of-number": expr_text_of_number,
	"text-of-truth": String,
	"text-of-day": expr_text_of_day,
	"text-of-set": (a) => a.join(" "),
	"truth-of-number": (a) => a !== 0,
	"truth-of-text": (a) => a.length > 0,
	"day-of-text": (a) => expr_or_missing(expr_day_of_text(expr_trim(a))),
	"day-of-number": expr_real_day,
};

// False (or true, for `or`) decides; else the first missing.
function expr_chain(nodes, place, decides) {
	let first = null;
	for (const node of nodes) {
		const v = expr_value(node, place);
		if (v === decides)
			return decides;
		if (expr_gone(v))
			first ??= v;
	}
	return first ?? !decides;
}

function expr_aggregate(kind, argument, places) {
	if (!argument)
		return places.length;
	const x = places.map((p) => expr_value(argument, p)).filter((v) => !expr_gone(v)).map((v) => (typeof v === "boolean" ? Number(v) : v));
	if (kind === "count")
		return x.filter((v) => v > 0).length;
	if (!x.length)
		return EXPR_NR;
	const sorted = kind === "sum" || kind === "mean" || kind === "distinct" ? x : [...x].sort((a, b) => a - b);
	switch (kind) {
	case "sum": return expr_sum(x);
	case "mean": return expr_sum(x) / x.length;
	case "min": return sorted[0];
	case "max": return sorted[x.length - 1];
	case "median": return (sorted[(x.length - 1) >> 1] + sorted[x.length >> 1]) / 2;
	default: return new Set(x).size;
	}
}

function expr_coalesce(nodes, place) {
	let first = null;
	for (const node of nodes) {
		const v = expr_value(node, place);
		if (!expr_gone(v))
			return v;
		first ??= v;
	}
	return first;
}

// place: { name(NAME) a value, rows(REPEAT) the places of its items, position }
export function expr_value(node, place) {
	if (typeof node === "string") {
		const v = place.name(node);
		return Array.isArray(v) && !v.length ? EXPR_NR : v;
	}
	if (!Array.isArray(node))
		return node;
	const [op, ...arg] = node;
	switch (op) {
	case "text":
	case "day": return arg[0];
	case "missing": return expr_missing_of[arg[0]];
	case "position": return place.position;
	case "rows": return expr_settle(expr_aggregate(arg[1], arg[2], place.rows(arg[0])));
	case "and": return expr_chain(arg, place, false);
	case "or": return expr_chain(arg, place, true);
	case "if": {
		const holds = expr_value(arg[0], place);
		return expr_gone(holds) ? holds : expr_value(arg[holds ? 1 : 2], place);
	}
	case "coalesce": return expr_coalesce(arg, place);
	case "answered": return !expr_gone(expr_value(arg[0], place));
	case "choice-name": {
		const v = expr_value(arg[0], place);
		return expr_gone(v) ? v : expr_or_missing(Object.hasOwn(arg[1], v) ? arg[1][v] : null);
	}
	case "format-date": {
		const day = expr_value(arg[0], place), format = expr_value(arg[1], place);
		return expr_gone(day) ? day : expr_gone(format) ? format : expr_settle(expr_format_date(day, format, arg[2]));
	}
	}
	const value = [];
	for (const a of arg)
		value.push(expr_value(a, place));
	return value.find(expr_gone) ?? expr_settle(expr_own[op](...value));
}

// ---- cells ----

function expr_trim_cell(s) {
	return s.replace(/^[ \t\r\n\xa0]+|[ \t\r\n\xa0]+$/g, "");
}

const expr_bad = (...rules) => ({ value: EXPR_NR, bad: rules });

function expr_in_range(q, v) {
	if (!q.range)
		return true;
	const low = Math.min(q.range[0], q.range[1]), high = Math.max(q.range[0], q.range[1]);
	const steps = q.range[2] > 0 ? (v - low) / q.range[2] : 0;
	return v >= low - 1e-9 && v <= high + 1e-9 && Math.abs(steps - Math.round(steps)) < 1e-6;
}

function expr_read_number(q, raw) {
	const v = expr_number(raw);
	if (v === null)
		return expr_bad("number");
	if (q.column === "integer") {
		const digits = /^[+-]?\d+$/.test(raw);
		const fits = digits ? BigInt.asIntN(64, BigInt(raw.replace("+", ""))) === BigInt(raw.replace("+", "")) : Math.abs(v) <= 2 ** 53;
		if (!Number.isInteger(v) || !fits)
			return expr_bad("integer");
	}
	return expr_in_range(q, v) ? { value: v } : expr_bad("range");
}

function expr_read_day(raw) {
	const text = raw.length > 10 && "T ".includes(raw[10]) ? raw.slice(0, 10) : raw;
	let day = expr_day_of_text(text);
	const serial = raw.length >= 5 ? expr_number(raw) : null;
	if (day === null && serial !== null && serial >= 20000 && serial <= 80000)
		day = Math.floor(serial) - 25569; // a day of Excel
	return day === null ? expr_bad("date") : { value: day };
}

function expr_read_set(q, raw, list) {
	const names = expr_words(raw), known = names.filter((name) => list.place.has(name)), rules = [];
	if (known.length < names.length)
		rules.push("choice");
	if (new Set(known).size < known.length)
		rules.push("duplicate_choice");
	if (q.max && new Set(known).size > q.max)
		rules.push("rank_max");
	if (rules.length)
		return expr_bad(...rules);
	if (q.column === "rank")
		return { value: names };
	return { value: names.sort((a, b) => list.place.get(a) - list.place.get(b)) };
}

const expr_yes = ["true", "1", "ok", "yes", "si"], expr_no = ["false", "0", "no"];
function expr_read_truth(raw) {
	const word = raw.slice(0, 20).toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
	return expr_yes.includes(word) ? { value: true } : expr_no.includes(word) ? { value: false } : expr_bad("boolean");
}

function expr_read_cell(q, raw, lists) {
	if (!raw)
		return { value: EXPR_NR };
	if (raw === "ND" || raw === "NA")
		return { value: expr_missing_of[raw] };
	switch (q.column) {
	case "integer":
	case "real": return expr_read_number(q, raw);
	case "date": return expr_read_day(raw);
	case "choice": return lists[q.list].place.has(raw) ? { value: raw } : expr_bad("choice");
	case "multiple":
	case "rank": return expr_read_set(q, raw, lists[q.list]);
	case "boolean": return expr_read_truth(raw);
	default: return { value: raw };
	}
}

// The result of a calculation as a value of its column.
function expr_as_column(q, v) {
	if (expr_gone(v))
		return v;
	const number = typeof v === "boolean" ? Number(v) : v;
	switch (q.column) {
	case "integer": return typeof number === "number" && Number.isInteger(number) && Math.abs(number) < 9e18 ? number : EXPR_NR;
	case "real": return typeof number === "number" ? number : EXPR_NR;
	case "text": return typeof v === "string" ? v : EXPR_NR;
	case "date": return q.gives === "day" ? v : EXPR_NR;
	case "boolean": return q.gives === "truth" ? v : EXPR_NR;
	default: return EXPR_NR;
	}
}

function expr_cell_of(q, v) {
	if (expr_gone(v))
		return "";
	if (q.column === "date")
		return expr_text_of_day(v);
	return typeof v === "number" ? expr_text_of_number(v) : Array.isArray(v) ? v.join(" ") : String(v);
}

// ---- the form ----

const expr_key = (q, item) => (item ? `${q.name}.${item}` : q.name);
const expr_relevance_of = (v) => (v === true ? "asked" : v === false || v === EXPR_NA ? "skipped" : "open");

// One reading of a sheet: values and relevance by key.
class ExprReading {
	constructor(rules, sheet, left_out) {
		this.rules = rules;
		this.sheet = sheet;
		this.left_out = left_out;
		this.value = new Map();
		this.bad = new Map();
		this.relevance = new Map();
	}
	items(repeat) {
		return this.left_out.has(repeat) ? [] : this.sheet.items?.[repeat] ?? [];
	}
	items_of(q) {
		return q.repeat ? this.items(q.repeat) : [0];
	}
	raw(q, item) {
		return expr_trim_cell(this.sheet.cells.get(expr_key(q, item)) ?? "");
	}
	name(name, item) {
		const q = this.rules.question.get(name);
		if (q)
			return this.value.get(expr_key(q, q.repeat ? item : 0)) ?? EXPR_NR;
		const round = this.sheet.round ?? {};
		return expr_or_missing({ round_year: round.year, round_from: round.from, round_to: round.to }[name]);
	}
	place(repeat, item) {
		return {
			name: (name) => this.name(name, item),
			rows: (of) => this.items(of).map((i) => this.place(of, i)),
			position: repeat ? this.items(repeat).indexOf(item) + 1 : 1,
		};
	}
	holds(node, q, item) {
		return node === undefined || node === true ? true : expr_value(node, this.place(q.repeat, item));
	}
	weigh(q, item) {
		const around = q.repeat ? this.rules.repeat.get(q.repeat).relevant : undefined;
		const both = [this.holds(q.relevant, q, item), this.holds(around, {}, 0)].map(expr_relevance_of);
		return both.includes("skipped") ? "skipped" : both.includes("open") ? "open" : "asked";
	}
	read(q, item) {
		const key = expr_key(q, item), relevance = this.weigh(q, item);
		this.relevance.set(key, relevance);
		if (q.type === "note")
			return;
		let got = { value: EXPR_NA };
		if (relevance !== "skipped")
			got = q.calculation === undefined ? expr_read_cell(q, this.raw(q, item), this.rules.lists)
				: { value: expr_as_column(q, this.holds(q.calculation, q, item)) };
		this.value.set(key, got.value);
		if (got.bad)
			this.bad.set(key, got.bad);
	}
	read_all() {
		for (const q of this.rules.order)
			for (const item of this.items_of(q))
				this.read(q, item);
		for (const q of this.rules.notes)
			for (const item of this.items_of(q))
				this.read(q, item);
		return this;
	}
	// Repeats whose own condition does not hold: their items do not count.
	refused() {
		return [...this.rules.repeat.values()].filter((r) => r.relevant !== undefined && this.items(r.name).length &&
			expr_relevance_of(this.holds(r.relevant, {}, 0)) === "skipped").map((r) => r.name);
	}
	// Names of the options that a filter lets stand.
	allowed(q, item) {
		const list = this.rules.lists[q.list], at = this.place(q.repeat, item), names = new Set();
		for (let line = 0; line < (list.row?.length ?? 0); line++) {
			const name = (n) => (n.startsWith("option.") ? expr_or_missing(list.columns[n.slice(7)]?.[line]) : at.name(n));
			if (expr_value(q.filter, { ...at, name }) === true)
				names.add(list.options[list.row[line]]);
		}
		return names;
	}
	faults(q, item) {
		const key = expr_key(q, item), v = this.value.get(key), faults = [];
		for (const rule of this.bad.get(key) ?? [])
			faults.push({ rule, message: "" });
		if (expr_gone(v))
			return faults;
		if (q.filter !== undefined && q.list) {
			const allowed = this.allowed(q, item);
			if ([v].flat().some((name) => !allowed.has(name)))
				faults.push({ rule: "choice_filter", message: "" });
		}
		for (const rule of [q.constraint, q.own])
			if (this.holds(rule, q, item) === false)
				faults.push({ rule: "constraint", message: q.message ?? "" });
		return faults;
	}
	entry(q, item) {
		const key = expr_key(q, item), out = this.left_out.has(q.repeat);
		const relevance = out ? "skipped" : this.relevance.get(key);
		const raw = q.calculation === undefined ? this.raw(q, item) : "";
		const v = out ? EXPR_NA : this.value.get(key) ?? EXPR_NR;
		const e = { name: q.name, item, relevance, calculated: q.calculation !== undefined, faults: [], warnings: [] };
		e.answered = this.bad.has(key) || v !== EXPR_NR;
		e.aside = relevance === "skipped" && raw !== "" && raw !== "ND" && raw !== "NA";
		e.value = e.calculated ? expr_cell_of(q, v) : raw;
		e.required = q.required !== undefined && !out && this.holds(q.required, q, item) === true;
		e.owed = e.required && relevance === "asked" && !e.answered && !e.calculated;
		if (q.type === "note" || out)
			return e;
		e.faults = this.faults(q, item);
		if (!expr_gone(v) && this.holds(q.warning, q, item) === false)
			e.warnings.push({ rule: "warning", message: q.warning_message ?? "" });
		return e;
	}
	// What the numbers of a group add up to, and what is left of its total.
	total(group, item) {
		const place = this.place(group.repeat, item), wanted = expr_value(group.total, place);
		const parts = group.parts.map((name) => this.name(name, item));
		const sum = expr_sum(parts.filter((v) => !expr_gone(v)));
		const total = expr_gone(wanted) ? null : wanted;
		return { group: group.name, item, total, sum, left: total === null ? null : total - sum, complete: !parts.includes(EXPR_NR) };
	}
}

// Throws when the program is not of the format that this evaluator knows.
export function expr_rules(program) {
	if (program.format !== 1)
		throw new Error(`form program of format ${program.format}`);
	const rules = {
		question: new Map(program.questions.map((q) => [q.name, q])),
		repeat: new Map(program.repeats.map((r) => [r.name, r])),
		order: program.order.map((i) => program.questions[i]),
		notes: program.questions.filter((q) => q.type === "note"),
		lists: {},
	};
	for (const [name, list] of Object.entries(program.lists))
		rules.lists[name] = { ...list, place: new Map(list.options.map((option, i) => [option, i])) };
	rules.look = (sheet) => {
		let reading = new ExprReading(rules, sheet, new Set()).read_all();
		const refused = reading.refused();
		if (refused.length)
			reading = new ExprReading(rules, sheet, new Set(refused)).read_all();
		const entries = new Map(), all = (repeat) => (repeat ? sheet.items?.[repeat] ?? [] : [0]);
		for (const q of program.questions)
			for (const item of all(q.repeat))
				entries.set(expr_key(q, item), reading.entry(q, item));
		const totals = program.groups.flatMap((g) => (g.repeat ? reading.items(g.repeat) : [0]).map((item) => reading.total(g, item)));
		const allowed = (key) => {
			const e = entries.get(key), q = rules.question.get(e?.name);
			return q?.filter === undefined ? null : reading.allowed(q, e.item);
		};
		const value = (node, repeat, item) => expr_value(node, reading.place(repeat, item ?? 0));
		return { entries, totals, allowed, value };
	};
	return rules;
}
