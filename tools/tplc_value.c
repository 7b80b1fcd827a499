/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values: what a path names, and the C that writes it in its place. */
#include <stdlib.h>
#include <string.h>

#include "tplc_body.h"

static const char *const kind_name[] = { "str", "int", "real", "flag", "date", "html", "svg",
					 "a record" };

static struct field *field_find(const struct definition *d, const char *name)
{
	for (size_t i = 0; i < d->n_fields; i++) {
		if (strcmp(d->field[i].name, name) == 0)
			return &d->field[i];
	}
	return NULL;
}

static struct operand of_field(const struct definition *d, const char *before, const char *name,
			       struct place at)
{
	struct field *f = field_find(d, name);
	if (!f)
		die(at, "%s has no field \"%s\"", d->name, name);
	f->used = true;
	return (struct operand){ .type = f->type, .c = format("%s%s", before, name),
				 .count = format("%sn_%s", before, name) };
}

/* The first word of a path; *rest moves past it and its point. */
static struct operand root_find(struct body *b, char **rest, struct place at)
{
	char *name = strsep(rest, ".");
	for (size_t i = b->n_loops; i-- > 0;) {
		if (strcmp(b->loop[i].name, name) == 0)
			return (struct operand){ .type = b->loop[i].type,
						 .c = format("each_%s", name) };
	}
	if (strcmp(name, "frame") == 0 && b->c->frame && *rest)
		return of_field(b->c->frame, "f->", strsep(rest, "."), at);
	return of_field(b->d, "t->", name, at);
}

struct operand operand_find(struct body *b, const char *path, struct place at)
{
	char *words = copy(path, strcspn(path, ":")), *rest = words;
	struct operand o = root_find(b, &rest, at);
	bool pointer = strncmp(o.c, "each_", 5) == 0;
	while (rest) {
		if (o.type.kind != KIND_RECORD || o.type.list)
			die(at, "\"%s\" goes into something that is no record", path);
		o = of_field(o.type.record, format("%s%s", o.c, pointer ? "->" : "."),
			     strsep(&rest, "."), at);
		pointer = false;
	}
	o.format = strchr(path, ':') ? format("%s", strchr(path, ':') + 1) : format("%s", "");
	return o;
}

/* ---- a value in its place ---- */

static const char *escaper(enum context context)
{
	switch (context) {
	case IN_TEXT:
	case IN_RAW:
		return "escape_text";
	case IN_ATTRIBUTE:
		return "escape_attribute";
	case IN_URL_PATH:
		return "escape_url_path";
	case IN_URL_QUERY:
		return "escape_url_query";
	case IN_URL_MAIL:
		return "escape_mail";
	case IN_URL:
	case IN_URL_OWN:
		break;
	}
	return NULL;
}

static void put_str(struct body *b, const char *c, struct place at, enum context context)
{
	if (context == IN_URL || context == IN_URL_OWN)
		put_code(b, at, "escape_url%s(out, f->base, %s);", context == IN_URL ? "" : "_own",
			 c);
	else
		put_code(b, at, "%s(out, %s);", escaper(context), c);
}

static void put_int(struct body *b, const struct operand *o, struct place at, enum context context)
{
	bool group = strcmp(o->format, "group") == 0;
	if (context == IN_URL || context == IN_URL_OWN || context == IN_URL_MAIL)
		die(at, "a number is no address");
	if (group && (context == IN_URL_PATH || context == IN_URL_QUERY))
		die(at, "a number in an address is not grouped");
	if (group)
		put_code(b, at, "num_put_local_int(out, f->lang, %s);", o->c);
	else
		put_code(b, at, "num_put_int(out, %s);", o->c);
}

static void put_real(struct body *b, const struct operand *o, struct place at, enum context context)
{
	bool decimals = o->format[0] >= '0' && o->format[0] <= '6' && !o->format[1];
	if (context != IN_TEXT && context != IN_RAW && context != IN_ATTRIBUTE)
		die(at, "a real number does not stand in an address");
	if (decimals)
		put_code(b, at, "num_put_local(out, f->lang, %s, %s);", o->c, o->format);
	else if (strcmp(o->format, "plain") == 0)
		put_code(b, at, "num_put_real(out, %s);", o->c);
	else
		die(at, "a real number says its decimals: {{x:0}} to {{x:6}}, or {{x:plain}}");
}

static void put_date(struct body *b, const struct operand *o, struct place at, enum context context)
{
	bool shown = context == IN_TEXT || context == IN_RAW || context == IN_ATTRIBUTE;
	if (strcmp(o->format, "iso") == 0)
		put_str(b, o->c, at, context);
	else if (!shown)
		die(at, "a date in an address is written {{d:iso}}");
	else
		put_code(b, at, "%s(out, f->lang, %s);", *o->format ? "show_moment" : "show_date",
			 o->c);
}

static void put_markup(struct body *b, const struct operand *o, struct place at,
		       enum context context)
{
	const struct element *inside = b->n_open ? b->open[b->n_open - 1].element : NULL;
	if (context != IN_TEXT)
		die(at, "%s stands between tags, not in an attribute or a text",
		    kind_name[o->type.kind]);
	if (inside && inside->traits & ELEMENT_NO_TEXT)
		die(at, "%s does not stand directly inside <%s>", kind_name[o->type.kind],
		    inside->name);
	b->d->has_block = b->d->has_block || o->type.kind == KIND_HTML;
	for (size_t i = 0; i < b->n_open; i++) {
		if (o->type.kind == KIND_HTML && strcmp(b->open[i].element->name, "p") == 0)
			die(at, "html may hold blocks, which <p> cannot");
	}
	put_code(b, at, "put_markup(out, %s.markup);", o->c);
}

/* Formats that a kind knows besides none. */
static void check_format(const struct operand *o, struct place at)
{
	static const char *const known[] = { [KIND_STR] = "", [KIND_INT] = "group",
					     [KIND_REAL] = NULL, [KIND_FLAG] = "",
					     [KIND_DATE] = "time iso", [KIND_HTML] = "",
					     [KIND_SVG] = "", [KIND_RECORD] = "" };
	const char *all = known[o->type.kind];
	if (!all || !*o->format)
		return;
	const char *found = strstr(all, o->format);
	size_t n = strlen(o->format);
	if (!found || (found != all && found[-1] != ' ') || (found[n] && found[n] != ' '))
		die(at, "%s knows no format \"%s\"", kind_name[o->type.kind], o->format);
}

static void put_operand(struct body *b, const struct operand *o, struct place at,
			enum context context)
{
	if (o->type.list)
		die(at, "a list is written by {{each}}");
	check_format(o, at);
	switch (o->type.kind) {
	case KIND_STR:
		put_str(b, o->c, at, context);
		break;
	case KIND_INT:
		put_int(b, o, at, context);
		break;
	case KIND_REAL:
		put_real(b, o, at, context);
		break;
	case KIND_DATE:
		put_date(b, o, at, context);
		break;
	case KIND_HTML:
	case KIND_SVG:
		put_markup(b, o, at, context);
		break;
	case KIND_FLAG:
		die(at, "a flag is only asked for: {{if x}}");
	case KIND_RECORD:
		die(at, "which field of the record?");
	}
}

/* ---- sentences ---- */

void put_c_string(struct text *out, const char *s, size_t n)
{
	text_puts(out, "\"");
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\n')
			text_puts(out, "\\n");
		else if (s[i] == '\t')
			text_puts(out, "\\t");
		else if (s[i] == '"' || s[i] == '\\' || s[i] == '?')
			text_fmt(out, "\\%c", s[i]);
		else
			text_add(out, &s[i], 1);
	}
	text_puts(out, "\"");
}

/* STR("...") of a sentence without values, escaped for markup when it goes there at once. */
static char *sentence_c(const char *s, bool escaped)
{
	struct text plain = { 0 }, c = { 0 };
	size_t next = 0, value, n;
	const char *letters;
	text_add(&plain, "", 0);
	while (message_piece(&s, &next, &value, &letters, &n), n)
		escaped ? put_escaped(&plain, letters, n) : text_add(&plain, letters, n);
	text_puts(&c, "STR(");
	put_c_string(&c, plain.p, plain.n);
	text_puts(&c, ")");
	return c.p;
}

static char *chosen_c(const struct message *m, bool escaped)
{
	const char *es = sentence_c(m->es, escaped), *en = sentence_c(m->en, escaped);
	if (strcmp(es, en) == 0)
		return format("%s", es);
	return format("f->lang == LANG_EN ? %s : %s", en, es);
}

static void put_sentence(struct body *b, const char *sentence, const struct operand *value,
			 struct place at, enum context context)
{
	size_t next = 0, which, n;
	const char *letters;
	for (;;) {
		bool is_value = message_piece(&sentence, &next, &which, &letters, &n);
		if (!n)
			break;
		if (is_value)
			put_operand(b, &value[which], at, context);
		else
			put_escaped(&b->literal, letters, n);
	}
	put_pending(b);
}

/* _ "..." x y, from the token behind the _. */
static void put_message(struct body *b, const struct token *t, struct place at,
			enum context context)
{
	struct operand *value = NULL;
	size_t n = 0;
	const char *es = t->text;
	if (t->kind != TOKEN_STRING)
		die(at, "behind _ stands a sentence in double quotes");
	if (context != IN_TEXT && context != IN_RAW && context != IN_ATTRIBUTE)
		die(at, "an address holds no sentence");
	for (t++; t->kind == TOKEN_WORD; t++) {
		struct operand o = operand_find(b, t->text, at);
		value = grow(value, &n, sizeof(*value));
		value[n - 1] = o;
	}
	if (t->kind != TOKEN_END)
		die(at, "behind a sentence stand only the values it takes");
	const struct message *m = message_find(&b->c->messages, es, n, at);
	if (!n) {
		put_code(b, at, "put_markup(out, %s);", chosen_c(m, true));
		return;
	}
	put_code(b, at, "if (f->lang == LANG_EN) {");
	put_sentence(b, m->en, value, at, context);
	put_code(b, at, "} else {");
	put_sentence(b, m->es, value, at, context);
	put_code(b, at, "}");
}

void put_value(struct body *b, const struct tokens *t, struct place at, enum context context)
{
	const struct token *first = t->token;
	if (token_is(first, "_")) {
		put_message(b, first + 1, at, context);
		return;
	}
	if (first->kind != TOKEN_WORD)
		die(at, "a field, or a word that templates know, is wanted here");
	if (t->n != 2)
		die(at, "\"%s\" cannot have something behind it here", first->text);
	if (token_is(first, "lang")) {
		put_code(b, at, "buf_puts(out, lang_code(f->lang));");
		return;
	}
	struct operand o = operand_find(b, first->text, at);
	put_operand(b, &o, at, context);
}

/* ---- conditions and arguments ---- */

static char *comparison(const struct operand *o, const struct token *t, struct place at)
{
	bool same = token_is(t, "==");
	const struct token *with = t + 1;
	if (!same && !token_is(t, "!="))
		die(at, "== or != is wanted before \"%s\"", with->text);
	if (with->kind == TOKEN_END || with[1].kind != TOKEN_END)
		die(at, "a value is compared with one text or number");
	if (with->kind == TOKEN_STRING && o->type.kind == KIND_STR && !o->type.list) {
		struct text c = { 0 };
		text_fmt(&c, "%sstr_eq(%s, STR(", same ? "" : "!", o->c);
		put_c_string(&c, with->text, strlen(with->text));
		text_puts(&c, "))");
		return c.p;
	}
	size_t digits = strspn(with->text, "0123456789");
	if (with->kind == TOKEN_WORD && o->type.kind == KIND_INT && !o->type.list && digits &&
	    digits < 18 && !with->text[digits])
		return format("%s %s %s", o->c, t->text, with->text);
	die(at, "a str is compared with a text in quotes, an int with digits");
}

static char *truth(const struct operand *o, struct place at)
{
	if (o->type.list)
		return format("%s > 0", o->count);
	switch (o->type.kind) {
	case KIND_STR:
	case KIND_DATE:
		return format("%s.n > 0", o->c);
	case KIND_INT:
		return format("%s != 0", o->c);
	case KIND_FLAG:
		return o->c;
	case KIND_HTML:
	case KIND_SVG:
		return format("%s.markup.n > 0", o->c);
	case KIND_REAL:
	case KIND_RECORD:
		break;
	}
	die(at, "%s is neither true nor false", kind_name[o->type.kind]);
}

char *condition(struct body *b, const struct token *t, struct place at)
{
	bool negated = token_is(t, "not");
	if (negated)
		t++;
	if (t->kind != TOKEN_WORD)
		die(at, "what is asked for?");
	struct operand o = operand_find(b, t->text, at);
	if (*o.format)
		die(at, "a condition has no format");
	t++;
	char *c = t->kind == TOKEN_END ? truth(&o, at) : comparison(&o, t, at);
	return negated ? format("!(%s)", c) : c;
}

static char *argument_literal(struct body *b, const struct field *field, const struct token *t,
			      struct place at)
{
	enum kind kind = field->type.kind;
	size_t digits = strspn(t->text, "0123456789");
	if (field->type.list)
		return NULL;
	if (kind == KIND_STR && t->kind == TOKEN_STRING) {
		struct text c = { 0 };
		text_fmt(&c, ".%s = STR(", field->name);
		put_c_string(&c, t->text, strlen(t->text));
		text_puts(&c, ")");
		return c.p;
	}
	if (kind == KIND_STR && token_is(t, "_"))
		return format(".%s = %s", field->name,
			      chosen_c(message_find(&b->c->messages, t[1].text, 0, at), false));
	if (kind == KIND_FLAG && (token_is(t, "yes") || token_is(t, "no")))
		return format(".%s = %s", field->name, token_is(t, "yes") ? "true" : "false");
	if (kind == KIND_INT && t->kind == TOKEN_WORD && digits && digits < 18 && !t->text[digits])
		return format(".%s = %s", field->name, t->text);
	return NULL;
}

static char *argument(struct body *b, const struct field *field, const struct token *t,
		      struct place at)
{
	char *literal = argument_literal(b, field, t, at);
	if (literal)
		return literal;
	if (t->kind != TOKEN_WORD)
		die(at, "field \"%s\" is of another type", field->name);
	struct operand o = operand_find(b, t->text, at);
	if (o.type.kind != field->type.kind || o.type.list != field->type.list ||
	    o.type.record != field->type.record || *o.format)
		die(at, "field \"%s\" is of another type than \"%s\"", field->name, t->text);
	if (o.type.list)
		return format(".%s = %s, .n_%s = %s", field->name, o.c, field->name, o.count);
	bool pointer = o.type.kind == KIND_RECORD && strncmp(o.c, "each_", 5) == 0 &&
		!strpbrk(o.c, "->.");
	return format(".%s = %s%s", field->name, pointer ? "*" : "", o.c);
}

char *arguments(struct body *b, const struct token *t, struct definition *d, struct place at)
{
	struct text c = { 0 };
	bool *given = must(calloc(d->n_fields + 1, sizeof(*given)));
	text_add(&c, "", 0);
	while (t->kind == TOKEN_WORD && token_is(t + 1, "=")) {
		struct field *field = field_find(d, t->text);
		if (!field)
			die(at, "%s has no field \"%s\"", d->name, t->text);
		if (given[field - d->field])
			die(at, "field \"%s\" is given twice", t->text);
		given[field - d->field] = true;
		text_fmt(&c, "%s%s", c.n ? ", " : "", argument(b, field, t + 2, at));
		t += token_is(t + 2, "_") && t[3].kind == TOKEN_STRING ? 4 : 3;
		if (t[-1].kind == TOKEN_END)
			die(at, "a value is wanted behind =");
	}
	if (t->kind != TOKEN_END)
		die(at, "fields are given as NAME=VALUE");
	for (size_t i = 0; i < d->n_fields; i++) {
		if (!given[i])
			die(at, "field \"%s\" of %s is not given", d->field[i].name, d->name);
	}
	if (!d->n_fields)
		text_puts(&c, "0");
	return c.p;
}
