/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A body, read once from its beginning to its end while its C is written.  An element is read by
 * one call that reads what is inside it, and so is a branch: what a branch opens can only be closed
 * in it, and every place has one context, whatever the values are. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tplc_body.h"

struct place place_of(const struct body *b)
{
	return (struct place){ b->d->at.file, b->line };
}

/* ---- writing ---- */

void put_literal(struct body *b, const char *p, size_t n)
{
	text_add(&b->literal, p, n);
}

void put_pending(struct body *b)
{
	struct text *code = &b->d->code;
	if (!b->literal.n)
		return;
	text_puts(code, "\tput_markup(out, STR(");
	for (size_t from = 0, n; from < b->literal.n; from += n) {
		n = b->literal.n - from < 72 ? b->literal.n - from : 72;
		while (from + n < b->literal.n && (b->literal.p[from + n] & 0xc0) == 0x80)
			n++;
		text_puts(code, from ? "\n\t\t" : "");
		put_c_string(code, b->literal.p + from, n);
	}
	text_puts(code, "));\n");
	b->literal.n = 0;
}

void put_code(struct body *b, struct place at, const char *fmt, ...)
{
	char *line = NULL;
	va_list ap;
	put_pending(b);
	va_start(ap, fmt);
	int n = vasprintf(&line, fmt, ap);
	va_end(ap);
	text_fmt(&b->d->code, "#line %d \"%s\"\n\t%s\n", at.line, at.file,
		 (char *)must(n < 0 ? NULL : line));
}

/* ---- directives ---- */

bool at_directive(const struct body *b)
{
	return b->end - b->p > 1 && b->p[0] == '{' && b->p[1] == '{';
}

struct tokens read_directive(struct body *b, struct place *ret_at)
{
	const char *from = b->p + 2, *to = from;
	bool quoted = false, comment = from < b->end && *from == '#';
	*ret_at = place_of(b);
	while (to < b->end && (quoted || to[0] != '}' || to + 1 == b->end || to[1] != '}')) {
		if (*to == '\\' && quoted && to + 1 < b->end)
			to++;
		else if (*to == '"' && !comment)
			quoted = !quoted;
		b->line += *to == '\n';
		to++;
	}
	if (to == b->end)
		die(*ret_at, "{{ without its }}");
	b->p = to + 2;
	if (comment)
		return (struct tokens){ 0 };
	struct tokens t = tokenize(from, to, *ret_at);
	if (t.token[0].kind == TOKEN_END)
		die(*ret_at, "{{ }} says nothing");
	return t;
}

bool hold_directive(struct body *b, const struct tokens *t, struct place at)
{
	if (!token_is(t->token, "else") && !token_is(t->token, "end"))
		return false;
	if (token_is(t->token, "end") && t->n != 2)
		die(at, "{{end}} has nothing behind it");
	b->held = *t;
	b->held_at = at;
	return true;
}

/* One branch, from `begin` to the directive that ends it, which is taken. */
static struct tokens read_branch(struct body *b, struct place opened, const char *what,
				 const struct branching *how)
{
	if (how->begin)
		how->begin(b, how->user);
	b->branches++;
	how->part(b, how->user);
	b->branches--;
	if (!b->held.n && b->p < b->end)
		die(place_of(b), "the {{%s}} of line %d is not ended before what is around it ends",
		    what, opened.line);
	if (!b->held.n)
		die(opened, "{{%s}} without its {{end}}", what);
	if (how->end)
		how->end(b, how->user);
	struct tokens t = b->held;
	b->held = (struct tokens){ 0 };
	return t;
}

/* What no branch writes counts as a branch too. */
static void empty_branch(struct body *b, const struct branching *how)
{
	if (how->begin)
		how->begin(b, how->user);
	if (how->end)
		how->end(b, how->user);
}

static void read_if(struct body *b, const struct tokens *t, struct place at,
		    const struct branching *how)
{
	put_code(b, at, "if (%s) {", condition(b, t->token + 1, at));
	bool last = false;
	for (;;) {
		struct tokens next = read_branch(b, at, "if", how);
		if (token_is(next.token, "end"))
			break;
		if (last)
			die(b->held_at, "a branch behind the {{else}} of its {{if}}");
		if (token_is(next.token + 1, "if"))
			put_code(b, b->held_at, "} else if (%s) {",
				 condition(b, next.token + 2, b->held_at));
		else if (next.n == 2)
			put_code(b, b->held_at, "} else {");
		else
			die(b->held_at, "{{else}} or {{else if ...}}?");
		last = next.n == 2;
	}
	if (!last)
		empty_branch(b, how);
	put_code(b, b->held_at, "}");
}

static const char *element_c(const struct type *type)
{
	static const char *const c[] = { "struct str", "int64_t", "double", "bool", "struct str",
					 "struct html", "struct svg", "" };
	return c[type->kind];
}

static void loop_begin(struct body *b, const struct operand *o, const char *name, struct place at)
{
	if (b->n_loops == LOOPS_MAX)
		die(at, "more than %d {{each}} inside each other", LOOPS_MAX);
	for (size_t i = 0; i < b->d->n_fields + b->n_loops; i++) {
		const char *other = i < b->d->n_fields ? b->d->field[i].name :
							 b->loop[i - b->d->n_fields].name;
		if (strcmp(other, name) == 0)
			die(at, "\"%s\" is the name of something else here", name);
	}
	struct type one = o->type;
	one.list = false;
	b->loop[b->n_loops++] = (struct loop){ format("%s", name), one };
	int i = b->n_counters++;
	put_code(b, at, "for (size_t i%d = 0; i%d < %s; i%d++) {", i, i, o->count, i);
	if (one.kind == KIND_RECORD)
		put_code(b, at, "const struct template_%s *each_%s = &%s[i%d];", one.record->name,
			 name, o->c, i);
	else
		put_code(b, at, "const %s each_%s = %s[i%d];", element_c(&one), name, o->c, i);
	put_code(b, at, "(void)each_%s;", name);
}

static void read_each(struct body *b, const struct tokens *t, struct place at,
		      const struct branching *how)
{
	if (t->n != 5 || t->token[1].kind != TOKEN_WORD || !token_is(&t->token[2], "as") ||
	    t->token[3].kind != TOKEN_WORD || strpbrk(t->token[3].text, ".:-"))
		die(at, "{{each LIST as NAME}} is wanted");
	struct operand o = operand_find(b, t->token[1].text, at);
	if (!o.type.list || *o.format)
		die(at, "\"%s\" is no list", t->token[1].text);
	loop_begin(b, &o, t->token[3].text, at);
	struct tokens next = read_branch(b, at, "each", how);
	b->n_loops--;
	put_code(b, b->held_at, "}");
	if (token_is(next.token, "else")) {
		if (next.n != 2)
			die(b->held_at, "the {{else}} of an {{each}} has no condition");
		put_code(b, b->held_at, "if (%s == 0) {", o.count);
		next = read_branch(b, at, "each", how);
		if (!token_is(next.token, "end"))
			die(b->held_at, "a second {{else}} in one {{each}}");
		put_code(b, b->held_at, "}");
	} else {
		empty_branch(b, how);
	}
}

bool read_branches(struct body *b, const struct tokens *t, struct place at,
		   const struct branching *how)
{
	if (token_is(t->token, "if"))
		read_if(b, t, at, how);
	else if (token_is(t->token, "each"))
		read_each(b, t, at, how);
	else
		return false;
	return true;
}

/* ---- text between tags ---- */

static const struct open *innermost(const struct body *b)
{
	return b->n_open ? &b->open[b->n_open - 1] : NULL;
}

static bool inside_trait(const struct body *b, enum element_trait trait)
{
	return b->n_open && innermost(b)->element->traits & trait;
}

static bool keeps_spaces(const struct body *b)
{
	for (size_t i = 0; i < b->n_open; i++) {
		if (b->open[i].element->traits & ELEMENT_SPACES)
			return true;
	}
	return false;
}

/* Writes the white space that was held back where it shows: between two things of one line. */
static void settle_space(struct body *b, bool block_follows)
{
	if (b->space && !block_follows && b->inline_before) {
		put_literal(b, &b->space, 1);
		b->inline_before = false;
	}
	b->space = '\0';
}

/* Text or a value comes next. */
static void begin_inline(struct body *b, struct place at)
{
	if (inside_trait(b, ELEMENT_NO_TEXT))
		die(at, "a parser would move text directly inside <%s> elsewhere",
		    innermost(b)->element->name);
	if (!b->n_open && !b->d->bare) {
		b->d->bare = true;
		b->d->bare_at = at;
	}
	settle_space(b, false);
	b->inline_before = true;
}

static void read_space(struct body *b)
{
	char c = *b->p++;
	b->line += c == '\n';
	if (keeps_spaces(b))
		put_literal(b, &c, 1);
	else if (!inside_trait(b, ELEMENT_NO_TEXT))
		b->space = c == '\n' || b->space == '\n' ? '\n' : ' ';
}

static void read_letter(struct body *b)
{
	struct place at = place_of(b);
	size_t n = *b->p == '&' ? reference_length(b->p, b->end, at) : 1;
	if (n == 1 && is_letter(*b->p) && !(b->n_open && innermost(b)->untranslated))
		die(at, "words for people stand in {{_ \"...\"}}");
	begin_inline(b, at);
	put_literal(b, b->p, n);
	b->p += n;
}

/* ---- directives between tags ---- */

struct content_branches {
	bool before, joined;
};

static void content_branch_begin(struct body *b, void *user)
{
	struct content_branches *w = user;
	b->inline_before = w->before;
}

static void content_branch_end(struct body *b, void *user)
{
	struct content_branches *w = user;
	settle_space(b, false);
	w->joined = w->joined || b->inline_before;
}

static void read_content(struct body *b);

static void branch_of_content(struct body *b, void *user)
{
	(void)user;
	read_content(b);
}

static bool inside_element(const struct body *b, const char *name)
{
	for (size_t i = 0; i < b->n_open; i++) {
		if (strcmp(b->open[i].element->name, name) == 0)
			return true;
	}
	return false;
}

static void put_include(struct body *b, const struct tokens *t, struct place at)
{
	struct definition *part = definition_find(b->c, t->token[1].text);
	if (!part || part->sort != SORT_PART)
		die(at, "there is no part \"%s\"", t->token[1].text);
	part->used = true;
	b->d->use = grow(b->d->use, &b->d->n_uses, sizeof(*b->d->use));
	b->d->use[b->d->n_uses - 1] = (struct use){ .part = part,
						    .at = at,
						    .no_text = inside_trait(b, ELEMENT_NO_TEXT),
						    .repeated = b->n_loops > 0,
						    .bare = b->n_open == 0,
						    .in_form = b->form.inside,
						    .in_p = inside_element(b, "p") };
	if (inside_trait(b, ELEMENT_RAW) || inside_trait(b, ELEMENT_SVG))
		die(at, "<%s> holds no part", innermost(b)->element->name);
	settle_space(b, false);
	put_code(b, at, "part_%s(out, f, &(const struct part_%s){ %s });", part->name, part->name,
		 arguments(b, t->token + 2, part, at));
	b->inline_before = true;
}

static void put_form_field(struct body *b, const char *name, struct place at)
{
	bool csrf = strcmp(name, "csrf") == 0;
	bool *there = csrf ? &b->form.csrf : &b->form.idempotency;
	if (!b->form.inside || !b->form.post)
		die(at, "{{%s}} stands only in a form with method=\"post\"", name);
	if (*there)
		die(at, "{{%s}} twice in one form", name);
	if (b->branches != b->form.branches)
		die(at, "{{%s}} stands in no branch: the form always needs it", name);
	if (inside_trait(b, ELEMENT_NO_TEXT) || inside_trait(b, ELEMENT_RAW))
		die(at, "{{%s}} does not stand directly inside <%s>", name,
		    innermost(b)->element->name);
	*there = true;
	put_code(b, at, "form_%s(out, f);", name);
}

static void put_content(struct body *b, struct place at)
{
	if (b->d->sort != SORT_LAYOUT)
		die(at, "{{content}} stands only in a layout");
	if (b->d->content || b->branches || b->n_loops)
		die(at, "{{content}} stands once, and in no branch");
	if (inside_trait(b, ELEMENT_NO_TEXT) || inside_trait(b, ELEMENT_RAW) || !b->n_open)
		die(at, "{{content}} stands in an element that may hold anything");
	b->d->content = true;
	settle_space(b, true);
	put_code(b, at, "content(out, f, page);");
	b->inline_before = false;
}

static void content_directive(struct body *b)
{
	struct place at;
	struct tokens t = read_directive(b, &at);
	struct content_branches w = { 0 };
	const struct branching how = { content_branch_begin, branch_of_content, content_branch_end,
				       &w };
	if (!t.n)
		return;
	if (token_is(t.token, "if") || token_is(t.token, "each"))
		settle_space(b, false);
	/* What stands before a turn of {{each}} may be the turn before it. */
	w.before = b->inline_before || token_is(t.token, "each");
	if (hold_directive(b, &t, at))
		return;
	if (read_branches(b, &t, at, &how)) {
		b->inline_before = w.joined;
	} else if (token_is(t.token, "include")) {
		put_include(b, &t, at);
	} else if (t.n == 2 && (token_is(t.token, "csrf") || token_is(t.token, "idempotency"))) {
		put_form_field(b, t.token->text, at);
	} else if (t.n == 2 && token_is(t.token, "content")) {
		put_content(b, at);
	} else {
		begin_inline(b, at);
		put_value(b, &t, at, inside_trait(b, ELEMENT_RAW) ? IN_RAW : IN_TEXT);
	}
}

/* ---- elements ---- */

static void close_form(struct body *b)
{
	if (b->form.post && !b->form.csrf)
		die(b->form.at, "a form with method=\"post\" needs {{csrf}}");
	if (b->form.post && !b->form.idempotency)
		die(b->form.at, "a form with method=\"post\" needs {{idempotency}}");
	b->form = (struct form){ 0 };
}

/* The end tag at b->p, of the innermost element. */
static void close_element(struct body *b)
{
	const struct open *o = innermost(b);
	const char *name = o->element->name;
	struct place at = place_of(b);
	size_t n = 0;
	if (b->held.n)
		die(b->held_at, "<%s> of line %d is not closed before the branch ends", name,
		    o->at.line);
	if (b->p == b->end)
		die(o->at, "<%s> is not closed", name);
	b->p += 2;
	while (b->p + n < b->end && isalnum((unsigned char)b->p[n]))
		n++;
	if (n != strlen(name) || strncmp(b->p, name, n) != 0)
		die(at, "</%.*s> where the <%s> of line %d should be closed", (int)n, b->p, name,
		    o->at.line);
	b->p += n;
	while (b->p < b->end && isspace((unsigned char)*b->p))
		b->line += *b->p++ == '\n';
	if (b->p == b->end || *b->p != '>')
		die(at, "an end tag holds nothing but its name");
	b->p++;
	if (strcmp(name, "form") == 0)
		close_form(b);
}

/* The only program that a page may hold is a file of ours whose address C code made, in these very
 * letters: <script src="{{frame.NAME}}" defer></script>.  False: something else begins here. */
static bool read_script(struct body *b)
{
	static const char before[] = "<script src=\"{{frame.", after[] = "}}\" defer></script>";
	const size_t n_before = sizeof(before) - 1, n_after = sizeof(after) - 1;
	const struct place at = place_of(b);
	if ((size_t)(b->end - b->p) < n_before || strncmp(b->p, before, n_before) != 0 ||
	    inside_trait(b, ELEMENT_RAW) || inside_trait(b, ELEMENT_SVG))
		return false;
	const char *name = b->p + n_before;
	size_t n = 0;
	while (name + n < b->end && (isalnum((unsigned char)name[n]) || name[n] == '_'))
		n++;
	if ((size_t)(b->end - name) < n + n_after || strncmp(name + n, after, n_after) != 0)
		return false;
	const struct operand o = operand_find(b, format("frame.%.*s", (int)n, name), at);
	if (o.type.kind != KIND_STR || o.type.list)
		die(at, "the address of a script is a str of the frame");
	settle_space(b, true);
	put_literal(b, before, strcspn(before, "{"));
	put_code(b, at, "escape_url_own(out, f->base, %s);", o.c);
	put_literal(b, after + 2, n_after - 2);
	b->p = name + n + n_after;
	return true;
}

static void read_element(struct body *b)
{
	bool open;
	if (inside_trait(b, ELEMENT_RAW))
		die(place_of(b), "<%s> holds only text: a < is written &lt;",
		    innermost(b)->element->name);
	const struct element *e = begin_tag(b);
	bool block = e->traits & ELEMENT_BLOCK;
	settle_space(b, block);
	read_tag(b, e, &open);
	b->inline_before = !block && (b->inline_before || !open);
	if (!open)
		return;
	if (e->traits & ELEMENT_SPACES) { /* a parser drops the first line end */
		put_literal(b, "\n", 1);
		if (b->p < b->end && *b->p == '\n')
			b->line += *b->p++ == '\n';
	}
	read_content(b);
	settle_space(b, block);
	close_element(b);
	put_literal(b, "</", 2);
	put_literal(b, e->name, strlen(e->name));
	put_literal(b, ">", 1);
	b->n_open--;
	b->inline_before = !block;
}

/* <!doctype html>; a comment is refused. */
static void read_declaration(struct body *b)
{
	static const char doctype[] = "<!doctype html>";
	size_t n = sizeof(doctype) - 1;
	if ((size_t)(b->end - b->p) < n || strncasecmp(b->p, doctype, n) != 0)
		die(place_of(b), "a comment is written {{# ... }}, so that nobody is sent it");
	if (b->n_open || b->d->sort == SORT_PART || b->literal.n || b->d->code.n)
		die(place_of(b), "<!doctype html> stands at the beginning of a page");
	put_literal(b, doctype, n);
	b->p += n;
}

/* Up to an end tag, a held directive or the end of the body. */
static void read_content(struct body *b)
{
	while (b->p < b->end && !b->held.n) {
		if (at_directive(b))
			content_directive(b);
		else if (*b->p == '<' && b->end - b->p > 1 && b->p[1] == '/')
			return;
		else if (*b->p == '<' && b->end - b->p > 1 && b->p[1] == '!')
			read_declaration(b);
		else if (*b->p == '<' && read_script(b))
			continue;
		else if (*b->p == '<')
			read_element(b);
		else if (isspace((unsigned char)*b->p))
			read_space(b);
		else
			read_letter(b);
	}
}

void compile_body(struct compiler *c, struct definition *d)
{
	struct body b = { .c = c, .d = d, .p = d->body, .end = d->body + d->body_bytes,
			  .line = d->body_line };
	text_add(&d->code, "", 0);
	read_content(&b);
	if (b.held.n)
		die(b.held_at, "{{%s}} without its {{if}} or {{each}}", b.held.token->text);
	if (b.p < b.end)
		die(place_of(&b), "an end tag that closes nothing");
	put_pending(&b);
	check_labels(&b);
	if (d->sort == SORT_LAYOUT && !d->content)
		die(d->at, "layout %s has no {{content}}", d->name);
}

void compile_layout_fields(struct compiler *c, struct definition *d)
{
	struct body b = { .c = c, .d = d };
	text_puts(&d->in_code, arguments(&b, d->in.token + 2, d->layout, d->in_at));
}
