/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frame/expr_lex.h"

#include "base/num.h"

/* Signs that spreadsheets and word processors put in place of the typed ones. */
static const struct {
	const char *bytes;
	char plain; /* read as this; ' ' is white space */
} alias[] = {
	{ "\xC2\xA0", ' ' },     { "\xE2\x80\xAF", ' ' },  { "\xEF\xBB\xBF", ' ' },
	{ "\xE2\x88\x92", '-' }, { "\xE2\x80\x98", '\'' }, { "\xE2\x80\x99", '\'' },
	{ "\xE2\x80\x9C", '"' }, { "\xE2\x80\x9D", '"' },
};

/* Signs of other languages, and what to write here. */
static const struct {
	const char *bytes, *instead;
} foreign[] = {
	{ "&&", "and" },          { "||", "or" },           { "==", "=" },
	{ "<>", "!=" },           { "=>", ">=" },           { "=<", "<=" },
	{ "!", "not(…)" },        { "&", "concat(…, …)" },  { "/", "div" },
	{ "%", "mod" },           { "^", "pow(…, …)" },     { ";", "," },
	{ "\xE2\x89\xA0", "!=" }, { "\xE2\x89\xA4", "<=" }, { "\xE2\x89\xA5", ">=" },
	{ "\xC3\x97", "*" },      { "\xC3\xB7", "div" },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of other alphabets count as letters, so that an unknown word is named whole. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		(unsigned char)c >= 0x80;
}

/* The plain sign at this place and its length in bytes: aliases are resolved. */
static char sign_at(struct str s, size_t at, size_t *ret_n)
{
	*ret_n = 1;
	if (at >= s.n)
		return '\0';
	if ((unsigned char)s.p[at] < 0x80)
		return s.p[at];
	for (size_t i = 0; i < sizeof alias / sizeof *alias; i++) {
		if (str_starts(str_sub(s, at, s.n), alias[i].bytes)) {
			*ret_n = str_of(alias[i].bytes).n;
			return alias[i].plain;
		}
	}
	return s.p[at];
}

static size_t skip_space(struct str s, size_t at)
{
	for (size_t n; at < s.n; at += n) {
		char c = sign_at(s, at, &n);
		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			break;
	}
	return at;
}

static bool lex_number(struct str s, struct expr_token *t, const struct expr_fault_sink *sink)
{
	size_t i = t->at;
	while (i < s.n && is_digit(s.p[i]))
		i++;
	if (i < s.n && s.p[i] == '.') {
		i++;
		while (i < s.n && is_digit(s.p[i]))
			i++;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		size_t j = i + 1;
		if (j < s.n && (s.p[j] == '-' || s.p[j] == '+'))
			j++;
		if (j < s.n && is_digit(s.p[j])) {
			i = j;
			while (i < s.n && is_digit(s.p[i]))
				i++;
		}
	}
	t->kind = EXPR_TOKEN_NUMBER;
	t->n = i - t->at;
	t->text = str_sub(s, t->at, t->n);
	if (num_real(t->text, &t->number))
		return true;
	return expr_fault(sink, t->at, t->n, "syntax", STR("este número no se puede leer"),
			  STR("this number cannot be read"), (struct str){ 0 });
}

static bool lex_text(struct str s, char quote, size_t n_quote, struct expr_token *t,
		     const struct expr_fault_sink *sink)
{
	size_t n = 1;
	for (size_t i = t->at + n_quote; i < s.n; i += n) {
		if (sign_at(s, i, &n) != quote)
			continue;
		t->kind = EXPR_TOKEN_TEXT;
		t->text = str_sub(s, t->at + n_quote, i - t->at - n_quote);
		t->n = i + n - t->at;
		return true;
	}
	return expr_fault(sink, t->at, s.n - t->at, "syntax",
			  STR("falta la comilla que cierra el texto"),
			  STR("the quote that ends the text is missing"), (struct str){ 0 });
}

static bool lex_name(struct str s, struct expr_token *t, const struct expr_fault_sink *sink)
{
	size_t end;
	struct str rest = str_sub(s, t->at, s.n);
	if (!str_starts(rest, "${"))
		return expr_fault(sink, t->at, 1, "syntax",
				  STR("después de $ va el nombre entre llaves"),
				  STR("a name in braces follows $"), STR("${…}"));
	if (!str_find(rest, STR("}"), &end))
		return expr_fault(
			sink, t->at, rest.n, "syntax", STR("falta la llave } que cierra el nombre"),
			STR("the brace } that ends the name is missing"), (struct str){ 0 });
	t->kind = EXPR_TOKEN_NAME;
	t->n = end + 1;
	t->text = str_trim(str_sub(rest, 2, end - 2));
	if (t->text.n)
		return true;
	return expr_fault(sink, t->at, t->n, "syntax", STR("las llaves están vacías"),
			  STR("the braces are empty"), (struct str){ 0 });
}

static void lex_word(struct str s, struct expr_token *t)
{
	size_t i = t->at, n;
	while (i < s.n) {
		char c = sign_at(s, i, &n);
		bool inside = is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == ':';
		/* An alias such as the long minus or a typographic quote ends the word. */
		if (!inside || ((unsigned char)s.p[i] >= 0x80 && n > 1))
			break;
		i++;
	}
	while (i > t->at + 1 && (s.p[i - 1] == '-' || s.p[i - 1] == ':'))
		i--;
	t->kind = EXPR_TOKEN_WORD;
	t->n = i - t->at;
	t->text = str_sub(s, t->at, t->n);
}

static bool lex_foreign(struct str s, const struct expr_token *t,
			const struct expr_fault_sink *sink)
{
	struct str rest = str_sub(s, t->at, s.n);
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		if (!str_starts(rest, foreign[i].bytes))
			continue;
		struct str sign = str_of(foreign[i].bytes);
		return expr_fault(
			sink, t->at, sign.n, "syntax",
			str_fmt(sink->a, "«%.*s» no existe en las fórmulas", STR_ARG(sign)),
			str_fmt(sink->a, "there is no \"%.*s\" in formulas", STR_ARG(sign)),
			str_of(foreign[i].instead));
	}
	size_t next = 0;
	(void)utf8_next(rest, &next);
	return expr_fault(
		sink, t->at, next, "syntax",
		str_fmt(sink->a, "el signo «%.*s» no se entiende aquí", (int)next, rest.p),
		str_fmt(sink->a, "the sign \"%.*s\" makes no sense here", (int)next, rest.p),
		(struct str){ 0 });
}

static bool lex_sign(struct str s, char c, size_t n, struct expr_token *t,
		     const struct expr_fault_sink *sink)
{
	struct str two = str_sub(s, t->at, 2);
	static const char *const wrong[] = { "==", "<>", "=>", "=<" };
	static const char *const pair[] = { "!=", "<=", ">=" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (str_is(two, wrong[i]))
			return lex_foreign(s, t, sink);
	t->kind = EXPR_TOKEN_SIGN;
	for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
		if (str_is(two, pair[i])) {
			t->n = 2;
			t->text = two;
			return true;
		}
	}
	switch (c) {
	case '(': t->text = STR("("); break;
	case ')': t->text = STR(")"); break;
	case ',': t->text = STR(","); break;
	case '+': t->text = STR("+"); break;
	case '-': t->text = STR("-"); break;
	case '*': t->text = STR("*"); break;
	case '=': t->text = STR("="); break;
	case '<': t->text = STR("<"); break;
	case '>': t->text = STR(">"); break;
	default: return lex_foreign(s, t, sink);
	}
	t->n = n;
	return true;
}

static bool starts_foreign_letter(struct str s, size_t at)
{
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if ((unsigned char)foreign[i].bytes[0] >= 0x80 &&
		    str_starts(str_sub(s, at, s.n), foreign[i].bytes))
			return true;
	return false;
}

bool expr_lex(struct str source, size_t *at, struct expr_token *out,
	      const struct expr_fault_sink *sink)
{
	size_t n;
	struct expr_token t = { .at = skip_space(source, *at), .kind = EXPR_TOKEN_END };
	char c = sign_at(source, t.at, &n);
	bool digit_next = t.at + 1 < source.n && is_digit(source.p[t.at + 1]);
	bool ok = true;
	if (t.at >= source.n) {
		t.at = source.n;
	} else if (is_digit(c) || (c == '.' && digit_next)) {
		ok = lex_number(source, &t, sink);
	} else if (c == '\'' || c == '"') {
		ok = lex_text(source, c, n, &t, sink);
	} else if (c == '$') {
		ok = lex_name(source, &t, sink);
	} else if (c == '.') {
		bool two = str_starts(str_sub(source, t.at, 2), "..");
		t.kind = two ? EXPR_TOKEN_DOTDOT : EXPR_TOKEN_DOT;
		t.n = two ? 2 : 1;
		t.text = str_sub(source, t.at, t.n);
	} else if (is_letter(c) && !starts_foreign_letter(source, t.at)) {
		lex_word(source, &t);
	} else {
		ok = lex_sign(source, c, n, &t, sink);
	}
	if (!ok)
		return false;
	*at = t.at + t.n;
	*out = t;
	return true;
}
