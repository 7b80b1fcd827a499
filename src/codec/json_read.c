/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader keeps a place in the text and the depth, no tree.  Whether a closing bracket fits its
 * opening one is told by who reads: json_in_key() takes only "}", json_in_item() only "]". */
#include <string.h>

#include "base/num.h"
#include "codec/json.h"

static bool fault(struct json_in *j, const char *what)
{
	if (!j->fault)
		j->fault = what;
	return false;
}

static void pass_space(struct json_in *j)
{
	while (j->at < j->end &&
	       (*j->at == ' ' || *j->at == '\n' || *j->at == '\r' || *j->at == '\t'))
		j->at++;
}

void json_in_start(struct json_in *j, struct arena *a, struct str text)
{
	size_t bad_at;
	*j = (struct json_in){ .a = a, .p = text.p, .at = text.p, .end = text.p + text.n };
	if (!utf8_valid(text, &bad_at)) {
		j->at = text.p + bad_at;
		fault(j, "no es UTF-8 (not UTF-8)");
	}
}

enum json_kind json_in_peek(struct json_in *j)
{
	pass_space(j);
	if (j->fault || j->at == j->end)
		return JSON_IS_NONE;
	switch (*j->at) {
	case '{':
		return JSON_IS_OBJECT;
	case '[':
		return JSON_IS_ARRAY;
	case '"':
		return JSON_IS_STRING;
	case 't':
	case 'f':
		return JSON_IS_BOOL;
	case 'n':
		return JSON_IS_NULL;
	default:
		if (*j->at == '-' || (*j->at >= '0' && *j->at <= '9'))
			return JSON_IS_NUMBER;
		fault(j, "aquí falta un valor (a value is missing here)");
		return JSON_IS_NONE;
	}
}

static bool open_with(struct json_in *j, enum json_kind kind, const char *otherwise)
{
	if (json_in_peek(j) != kind)
		return fault(j, otherwise);
	if (j->depth == JSON_DEPTH_MAX)
		return fault(j, "demasiados niveles (too deep)");
	j->at++;
	j->depth++;
	j->first = true;
	return true;
}

bool json_in_object(struct json_in *j)
{
	return open_with(j, JSON_IS_OBJECT, "falta un objeto (an object is missing)");
}

bool json_in_array(struct json_in *j)
{
	return open_with(j, JSON_IS_ARRAY, "falta una lista (an array is missing)");
}

/* True when one more member or element follows; takes the comma, or the bracket that closes. */
static bool one_more(struct json_in *j, char closing)
{
	pass_space(j);
	if (j->fault)
		return false;
	if (j->at == j->end)
		return fault(j, "el texto está cortado (the text is cut short)");
	if (*j->at == closing) {
		j->at++;
		j->depth--;
		j->first = false;
		return false;
	}
	if (j->first) {
		j->first = false;
		return true;
	}
	if (*j->at != ',')
		return fault(j, "falta una coma (a comma is missing)");
	j->at++;
	pass_space(j);
	if (j->at < j->end && *j->at == closing)
		return fault(j, "sobra una coma (a comma too many)");
	return true;
}

bool json_in_item(struct json_in *j)
{
	return one_more(j, ']') &&
		(json_in_peek(j) != JSON_IS_NONE || fault(j, "el texto está cortado (cut short)"));
}

bool json_in_key(struct json_in *j, struct str *ret_key)
{
	if (!one_more(j, '}'))
		return false;
	struct str key = json_in_string(j);
	pass_space(j);
	if (j->fault)
		return false;
	if (j->at == j->end || *j->at != ':')
		return fault(j, "faltan dos puntos (a colon is missing)");
	j->at++;
	*ret_key = key;
	return true;
}

/* ---- strings ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits at p; -1 when they are not there. */
static long hex4(const char *p, const char *end)
{
	long v = 0;
	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int d = hex_digit(p[i]);
		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

/* The escape behind the backslash at j->at; moves past it. */
static bool unescape(struct json_in *j, struct buf *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *p = j->at + 1;
	const char *known = p < j->end && *p ? strchr(from, *p) : NULL;
	if (known) {
		buf_putc(b, to[known - from]);
		j->at = p + 1;
		return true;
	}
	long c = p < j->end && *p == 'u' ? hex4(p + 1, j->end) : -1;
	p += 5;
	if (c >= 0xd800 && c <= 0xdbff && j->end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
		long low = hex4(p + 2, j->end);
		c = low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00)
						   : -1;
		p += 6;
	} else if (c >= 0xd800 && c <= 0xdfff) {
		c = -1;
	}
	if (c <= 0)
		return fault(j, "escape que no existe (no such escape)");
	buf_put_code_point(b, (uint32_t)c);
	j->at = p;
	return true;
}

/* Moves over characters that stand for themselves. */
static void pass_plain(struct json_in *j)
{
	while (j->at < j->end && *j->at != '"' && *j->at != '\\' && (unsigned char)*j->at >= 0x20)
		j->at++;
}

struct str json_in_string(struct json_in *j)
{
	if (json_in_peek(j) != JSON_IS_STRING) {
		fault(j, "falta un texto (a string is missing)");
		return STR("");
	}
	const char *from = ++j->at;
	pass_plain(j);
	if (j->at < j->end && *j->at == '"')
		return (struct str){ from, (size_t)(j->at++ - from) };
	struct buf b;
	buf_init(&b, j->a, (size_t)(j->end - from));
	while (j->at < j->end && (*j->at == '\\' || *j->at == '"') && !j->fault) {
		buf_put(&b, (struct str){ from, (size_t)(j->at - from) });
		if (*j->at == '"') {
			j->at++;
			return buf_str(&b);
		}
		if (!unescape(j, &b))
			return STR("");
		from = j->at;
		pass_plain(j);
	}
	fault(j,
	      j->at == j->end
		      ? "texto sin cerrar (an open string)"
		      : "carácter de control en un texto (a control character in a string)");
	return STR("");
}

/* ---- other values ---- */

static const char *pass_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

struct json_number json_in_number(struct json_in *j)
{
	struct json_number out = { .whole = false };
	if (json_in_peek(j) != JSON_IS_NUMBER) {
		fault(j, "falta un número (a number is missing)");
		return out;
	}
	const char *from = j->at, *digits = from + (*from == '-'), *p = pass_digits(digits, j->end);
	bool good = p > digits && (p == digits + 1 || *digits != '0'), plain = true;
	if (good && p < j->end && *p == '.') {
		const char *after = pass_digits(p + 1, j->end);
		good = after > p + 1;
		plain = false;
		p = after;
	}
	if (good && p < j->end && (*p == 'e' || *p == 'E')) {
		const char *e = p + 1 + (p + 1 < j->end && (p[1] == '+' || p[1] == '-'));
		const char *after = pass_digits(e, j->end);
		good = after > e;
		plain = false;
		p = after;
	}
	struct str text = { from, (size_t)(p - from) };
	out.whole = good && plain && num_int(text, &out.integer);
	if (out.whole)
		out.real = (double)out.integer;
	else if (!good || !num_real(text, &out.real))
		fault(j, "número mal escrito o demasiado grande (a broken number, or too large)");
	j->at = p;
	return out;
}

static bool take_word(struct json_in *j, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(j->end - j->at) < n || memcmp(j->at, word, n) != 0)
		return false;
	j->at += n;
	return true;
}

bool json_in_bool(struct json_in *j)
{
	if (json_in_peek(j) == JSON_IS_BOOL && take_word(j, "true"))
		return true;
	if (j->fault || j->at == j->end || !take_word(j, "false"))
		fault(j, "falta true o false (true or false is missing)");
	return false;
}

void json_in_null(struct json_in *j)
{
	if (json_in_peek(j) != JSON_IS_NULL || !take_word(j, "null"))
		fault(j, "falta null (null is missing)");
}

/* Depth is bounded by JSON_DEPTH_MAX, so the recursion is too. */
void json_in_skip(struct json_in *j)
{
	struct str key;
	switch (json_in_peek(j)) {
	case JSON_IS_OBJECT:
		if (json_in_object(j))
			while (json_in_key(j, &key))
				json_in_skip(j);
		break;
	case JSON_IS_ARRAY:
		if (json_in_array(j))
			while (json_in_item(j))
				json_in_skip(j);
		break;
	case JSON_IS_STRING:
		(void)json_in_string(j);
		break;
	case JSON_IS_NUMBER:
		(void)json_in_number(j);
		break;
	case JSON_IS_BOOL:
		(void)json_in_bool(j);
		break;
	case JSON_IS_NULL:
		json_in_null(j);
		break;
	case JSON_IS_NONE:
		fault(j, "el texto está cortado (the text is cut short)");
		break;
	}
}

bool json_in_end(struct json_in *j, struct err *e)
{
	pass_space(j);
	if (!j->fault && j->depth)
		fault(j, "el texto está cortado (the text is cut short)");
	if (!j->fault && j->at != j->end)
		fault(j, "sobra texto (text behind the value)");
	if (!j->fault)
		return true;
	return err_set(e, ERR_INPUT, "JSON, byte %zu: %s", (size_t)(j->at - j->p) + 1, j->fault);
}
