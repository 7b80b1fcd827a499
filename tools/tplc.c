/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns the templates of web/template into C, at build time.
 *
 *   tplc OUT.h OUT.c EN.po FILE.html...
 *
 * docs/adding-a-page.md is the guide to the language.  For each @page comes a struct of its fields
 * and a function that writes it; parts and layouts become static functions.  The escaper of a value
 * follows from where it stands in the HTML, which is read here as a parser of HTML would; a place
 * that cannot be made safe, and whatever a parser would mend, is an error that names its line.
 *
 *   tplc.c        definitions, and the checks that need all of them
 *   tplc_word.c   files, texts, tokens        tplc_po.c     translations
 *   tplc_html.c   elements and attributes     tplc_tag.c    one tag, with its addresses
 *   tplc_body.c   text, branches, elements    tplc_value.c  values, conditions, sentences
 *   tplc_write.c  the two files */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tplc.h"

struct definition *definition_find(const struct compiler *c, const char *name)
{
	for (size_t i = 0; i < c->n_definitions; i++) {
		if (strcmp(c->definition[i]->name, name) == 0)
			return c->definition[i];
	}
	return NULL;
}

/* ---- lines that begin with @ ---- */

static void check_name(const char *name, struct place at)
{
	static const char *const taken[] = {
		"frame",    "lang",   "csrf",    "idempotency", "content",  "if",      "each",
		"else",     "end",    "include", "not",         "as",       "in",      "no_field",
		"int",      "long",   "short",   "char",        "float",    "double",  "signed",
		"unsigned", "const",  "static",  "struct",      "union",    "enum",    "void",
		"for",      "while",  "do",      "switch",      "case",     "default", "break",
		"continue", "goto",   "return",  "register",    "volatile", "extern",  "auto",
		"inline",   "sizeof", "typedef", "bool",        "true",     "false"
	};
	bool sound = islower((unsigned char)*name);
	for (const char *p = name; *p; p++)
		sound = sound &&
			(islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_');
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		sound = sound && strcmp(name, taken[i]) != 0;
	if (!sound)
		die(at,
		    "\"%s\" is no name: lower case letters, digits and _, and no word of C or of "
		    "templates",
		    name);
}

/* NAME:TYPE */
static void field_add(struct definition *d, const char *words, struct place at)
{
	const char *colon = strchr(words, ':');
	if (!colon || !colon[1])
		die(at, "\"%s\" is no field: NAME:TYPE", words);
	struct field f = { .name = copy(words, (size_t)(colon - words)),
			   .type_name = format("%s", colon + 1),
			   .at = at };
	check_name(f.name, at);
	for (size_t i = 0; i < d->n_fields; i++) {
		if (strcmp(d->field[i].name, f.name) == 0)
			die(at, "field \"%s\" twice", f.name);
	}
	d->field = grow(d->field, &d->n_fields, sizeof(f));
	d->field[d->n_fields - 1] = f;
}

static void fields_add(struct definition *d, const struct token *t, struct place at)
{
	for (; t->kind != TOKEN_END; t++) {
		if (t->kind != TOKEN_WORD)
			die(at, "fields are written NAME:TYPE");
		field_add(d, t->text, at);
	}
}

static bool sort_find(const char *word, enum sort *ret_sort)
{
	static const char *const name[] = { "record", "page", "part", "layout", "frame" };
	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		if (strcmp(name[i], word) == 0) {
			*ret_sort = (enum sort)i;
			return true;
		}
	}
	return false;
}

static struct definition *definition_add(struct compiler *c, enum sort sort, const struct token *t,
					 struct place at)
{
	size_t none = 0;
	struct definition *d = grow(NULL, &none, sizeof(*d));
	*d = (struct definition){ .sort = sort, .name = t->text, .at = at };
	if (sort == SORT_FRAME) {
		d->name = format("frame");
		if (c->frame)
			die(at, "a second @frame: the first is %s:%d", c->frame->at.file,
			    c->frame->at.line);
		c->frame = d;
	} else {
		check_name(t->text, at);
		const struct definition *other = definition_find(c, t->text);
		if (other)
			die(at, "a second \"%s\": the first is %s:%d", t->text, other->at.file,
			    other->at.line);
		t++;
	}
	fields_add(d, t, at);
	c->definition = grow(c->definition, &c->n_definitions, sizeof(*c->definition));
	c->definition[c->n_definitions - 1] = d;
	return d;
}

/* What the @ lines of a file have said so far. */
struct reader {
	struct compiler *c;
	struct definition *d; /* NULL: none yet */
	struct place at;
	bool in_body;
};

/* A line without its @. */
static void read_at_line(struct reader *r, const char *line, const char *end)
{
	struct tokens t = tokenize(line, end, r->at);
	enum sort sort;
	if (*line == ' ' && r->d && !r->in_body && !r->d->in.n) {
		fields_add(r->d, t.token, r->at);
	} else if (token_is(t.token, "in") && r->d && !r->in_body && r->d->sort == SORT_PAGE) {
		if (r->d->in.n)
			die(r->at, "a second @in");
		r->d->in = t;
		r->d->in_at = r->at;
	} else if (*line != ' ' && sort_find(t.token->text, &sort)) {
		r->d = definition_add(r->c, sort, t.token + 1, r->at);
		r->in_body = false;
	} else {
		die(r->at, "this @ line is unknown or stands in the wrong place");
	}
}

static void read_body_line(struct reader *r, const char *line, const char *next)
{
	bool blank = line[strspn(line, " \t\r")] == '\n' || !line[strspn(line, " \t\r")];
	struct definition *d = r->d;
	if (blank && !r->in_body)
		return;
	if (!d || d->sort == SORT_RECORD || d->sort == SORT_FRAME)
		die(r->at, "markup stands below @page, @part or @layout");
	if (!r->in_body) {
		d->body = line;
		d->body_line = r->at.line;
		r->in_body = true;
	}
	d->body_bytes = (size_t)(next - d->body);
}

static void read_template(struct compiler *c, const char *file)
{
	struct reader r = { .c = c, .at = { file, 0 } };
	for (char *line = read_file(file), *next; *line; line = next) {
		char *end = strchr(line, '\n');
		next = end ? end + 1 : line + strlen(line);
		r.at.line++;
		if (line[0] == '@' && line[1] == '#')
			memset(line, ' ', (size_t)(next - line) - (end != NULL));
		if (line[0] == '@')
			read_at_line(&r, line + 1, next);
		else
			read_body_line(&r, line, next);
	}
}

/* ---- types ---- */

static void resolve_type(const struct compiler *c, struct field *f)
{
	static const char *const name[] = { "str", "int", "real", "flag", "date", "html", "svg" };
	const char *words = f->type_name;
	f->type.list = strncmp(words, "list:", 5) == 0;
	words += f->type.list ? 5 : 0;
	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		if (strcmp(name[i], words) == 0) {
			f->type.kind = (enum kind)i;
			return;
		}
	}
	struct definition *record = definition_find(c, words);
	if (!record || record->sort != SORT_RECORD)
		die(f->at, "\"%s\" is no type and no record", words);
	record->used = true;
	f->type.kind = KIND_RECORD;
	f->type.record = record;
}

static void resolve(struct compiler *c, struct definition *d)
{
	for (size_t i = 0; i < d->n_fields; i++)
		resolve_type(c, &d->field[i]);
	if (d->sort == SORT_RECORD && !d->n_fields)
		die(d->at, "a record without fields");
	if (!d->in.n)
		return;
	d->layout = definition_find(c, d->in.token[1].text);
	if (!d->layout || d->layout->sort != SORT_LAYOUT)
		die(d->in_at, "there is no layout \"%s\"", d->in.token[1].text);
	d->layout->used = true;
}

/* ---- checks that need all bodies ---- */

enum { ON_THE_WAY = 1, LEFT };

/* A part that includes itself would never end, nor a record that holds itself. */
static void check_circle(struct definition *d)
{
	if (d->mark == LEFT)
		return;
	if (d->mark == ON_THE_WAY)
		die(d->at, "%s contains itself", d->name);
	d->mark = ON_THE_WAY;
	for (size_t i = 0; i < d->n_uses; i++)
		check_circle(d->use[i].part);
	for (size_t i = 0; i < d->n_fields; i++) {
		if (d->sort == SORT_RECORD && d->field[i].type.record && !d->field[i].type.list)
			check_circle(d->field[i].type.record);
	}
	d->mark = LEFT;
}

static bool is_bare(const struct definition *d)
{
	bool bare = d->bare;
	for (size_t i = 0; i < d->n_uses; i++)
		bare = bare || (d->use[i].bare && is_bare(d->use[i].part));
	return bare;
}

static bool has_form(const struct definition *d)
{
	bool form = d->has_form;
	for (size_t i = 0; i < d->n_uses; i++)
		form = form || has_form(d->use[i].part);
	return form;
}

static bool has_block(const struct definition *d)
{
	bool block = d->has_block;
	for (size_t i = 0; i < d->n_uses; i++)
		block = block || has_block(d->use[i].part);
	return block;
}

static bool has_id(const struct definition *d)
{
	bool id = d->n_ids > 0;
	for (size_t i = 0; i < d->n_uses; i++)
		id = id || has_id(d->use[i].part);
	return id;
}

static void check_uses(const struct definition *d)
{
	for (size_t i = 0; i < d->n_uses; i++) {
		const struct use *u = &d->use[i];
		if (u->no_text && is_bare(u->part))
			die(u->at,
			    "part %s has text outside of its elements, which a parser would move "
			    "away from here",
			    u->part->name);
		if (u->in_form && has_form(u->part))
			die(u->at, "part %s has a form, inside a form", u->part->name);
		if (u->in_p && has_block(u->part))
			die(u->at, "part %s has a block, which <p> cannot hold", u->part->name);
		if (u->repeated && has_id(u->part))
			die(u->at, "part %s has an id, which {{each}} would repeat", u->part->name);
	}
}

struct ids {
	struct id *id;
	size_t n;
};

static void gather_ids(struct ids *all, const struct definition *d)
{
	for (size_t i = 0; i < d->n_ids; i++) {
		for (size_t other = 0; other < all->n; other++) {
			if (strcmp(all->id[other].name, d->id[i].name) == 0)
				die(d->id[i].at, "id \"%s\" twice in one page: the other is %s:%d",
				    d->id[i].name, all->id[other].at.file, all->id[other].at.line);
		}
		all->id = grow(all->id, &all->n, sizeof(*all->id));
		all->id[all->n - 1] = d->id[i];
	}
	for (size_t i = 0; i < d->n_uses; i++)
		gather_ids(all, d->use[i].part);
}

static void check_used(const struct definition *d)
{
	static const char *const nobody[] = { [SORT_RECORD] = "no field is of record",
					      [SORT_PART] = "nobody includes part",
					      [SORT_LAYOUT] = "no page is in layout" };
	if (d->sort != SORT_PAGE && d->sort != SORT_FRAME && !d->used)
		die(d->at, "%s %s", nobody[d->sort], d->name);
	for (size_t i = 0; i < d->n_fields; i++) {
		if (!d->field[i].used)
			die(d->field[i].at, "nobody reads field \"%s\" of %s", d->field[i].name,
			    d->name);
	}
}

static void check_all(const struct compiler *c)
{
	for (size_t i = 0; i < c->n_definitions; i++)
		check_circle(c->definition[i]);
	for (size_t i = 0; i < c->n_definitions; i++) {
		struct ids ids = { 0 };
		struct definition *d = c->definition[i];
		check_uses(d);
		if (d->layout)
			gather_ids(&ids, d->layout);
		gather_ids(&ids, d);
	}
	for (size_t i = 0; i < c->n_definitions; i++)
		check_used(c->definition[i]);
	messages_all_used(&c->messages);
}

int main(int argc, char **argv)
{
	struct compiler c = { 0 };
	if (argc < 5) {
		fprintf(stderr, "usage: tplc OUT.h OUT.c EN.po FILE.html...\n");
		return 2;
	}
	messages_read(&c.messages, argv[3]);
	for (int i = 4; i < argc; i++)
		read_template(&c, argv[i]);
	for (size_t i = 0; i < c.n_definitions; i++)
		resolve(&c, c.definition[i]);
	for (size_t i = 0; i < c.n_definitions; i++) {
		struct definition *d = c.definition[i];
		if (d->sort != SORT_RECORD && d->sort != SORT_FRAME)
			compile_body(&c, d);
		if (d->layout)
			compile_layout_fields(&c, d);
	}
	check_all(&c);
	write_header(&c, argv[1]);
	write_code(&c, argv[2], argv[1]);
	return 0;
}
