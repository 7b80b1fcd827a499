/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One tag: its attributes, the addresses among them, and what the element needs. */
#include <ctype.h>
#include <string.h>

#include "tplc_body.h"

struct attribute {
	char *name;
	char *value; /* as the template has it; NULL: none */
	bool dynamic, conditional;
	bool asleep; /* of another branch than the one that is read */
};
struct tag {
	const struct element *element;
	struct place at;
	struct attribute *attribute;
	size_t n;
	int branches;
	bool closed; /* by /> */
};

/* How far an address is known when its next letter or value comes. */
enum url_part {
	URL_NONE,    /* the attribute is no address */
	URL_START,
	URL_LETTERS, /* of a scheme, a host or a relative path */
	URL_PATH,
	URL_QUERY,   /* behind ? or # */
	URL_MAIL,
	URL_WHOLE,   /* a value was the whole of it */
	URL_MIXED,   /* branches ended in different parts */
};
struct value {
	struct tag *tag;
	const char *name;
	enum url_part part;
	struct text letters; /* URL_LETTERS */
	bool words; /* for people, who speak two languages */
};

/* ---- addresses ---- */

static bool is_host_with_slash(const char *s)
{
	size_t scheme = strncmp(s, "https://", 8) == 0 ? 8 : strncmp(s, "http://", 7) == 0 ? 7 : 0;
	size_t host = scheme ? strcspn(s + scheme, "/") : 0;
	return host && s[scheme + host] == '/';
}

static void letter_before_path(struct value *v, char c, struct place at)
{
	static const char *const scheme[] = { "http:", "https:", "mailto:", "tel:", NULL };
	bool had_scheme = v->letters.n && strchr(v->letters.p, ':');
	text_add(&v->letters, &c, 1);
	if (c == ':' && !had_scheme) {
		const char *const *s = scheme;
		while (*s && strcmp(*s, v->letters.p) != 0)
			s++;
		if (!*s)
			die(at, "no address begins with \"%s\"", v->letters.p);
	}
	if (strcmp(v->letters.p, "mailto:") == 0)
		v->part = URL_MAIL;
	else if (is_host_with_slash(v->letters.p) || (c == '/' && !had_scheme))
		v->part = URL_PATH;
}

/* A letter of an address; the base of our own comes before its first slash. */
static void url_letter(struct body *b, struct value *v, char c)
{
	struct place at = place_of(b);
	if (c == ' ' || c == '\n' || c == '\t' || c == '\\')
		die(at, "an address holds no white space and no \\");
	switch (v->part) {
	case URL_NONE:
	case URL_MAIL:
	case URL_QUERY:
		break;
	case URL_START:
		if (c == '/' && b->p[1] == '/')
			die(at, "an address elsewhere begins with https://");
		if (c == '/')
			put_code(b, at, "escape_attribute(out, f->base);");
		v->part = c == '/' ? URL_PATH : c == '?' || c == '#' ? URL_QUERY : URL_LETTERS;
		if (v->part == URL_LETTERS)
			letter_before_path(v, c, at);
		break;
	case URL_LETTERS:
		if (c == '?' || c == '#')
			v->part = URL_QUERY;
		else
			letter_before_path(v, c, at);
		break;
	case URL_PATH:
		v->part = c == '?' || c == '#' ? URL_QUERY : URL_PATH;
		break;
	case URL_WHOLE:
		die(at, "an address that begins with a value is that value alone");
	case URL_MIXED:
		die(at, "branches end in different parts of the address, so nothing may follow");
	}
}

static enum context url_value(struct value *v, struct place at)
{
	const char *element = v->tag->element->name;
	bool anywhere = strcmp(v->name, "cite") == 0 ||
		(strcmp(v->name, "href") == 0 &&
		 (strcmp(element, "a") == 0 || strcmp(element, "area") == 0));
	switch (v->part) {
	case URL_NONE:
		return IN_ATTRIBUTE;
	case URL_START:
		v->part = URL_WHOLE;
		return anywhere ? IN_URL : IN_URL_OWN;
	case URL_PATH:
		return IN_URL_PATH;
	case URL_QUERY:
		return IN_URL_QUERY;
	case URL_MAIL:
		return IN_URL_MAIL;
	case URL_WHOLE:
		die(at, "an address that begins with a value is that value alone");
	case URL_MIXED:
		die(at, "branches end in different parts of the address, so no value may follow");
	case URL_LETTERS:
		break;
	}
	die(at, "before a value in an address stands /, ?, #, mailto: or https://host/");
}

/* ---- a quoted value ---- */

struct value_branches {
	struct value *v;
	enum url_part before, joined;
	size_t n_letters;
	bool any;
};

static void value_branch_begin(struct body *b, void *user)
{
	struct value_branches *w = user;
	(void)b;
	w->v->part = w->before;
	w->v->letters.n = w->n_letters;
	if (w->v->letters.p)
		w->v->letters.p[w->n_letters] = '\0';
}

static void value_branch_end(struct body *b, void *user)
{
	struct value_branches *w = user;
	bool alike = !w->any || (w->joined == w->v->part && w->v->part != URL_LETTERS);
	(void)b;
	w->joined = alike ? w->v->part : URL_MIXED;
	w->any = true;
}

static void value_directive(struct body *b, struct value *v);

static void value_letter(struct body *b, struct value *v)
{
	struct place at = place_of(b);
	size_t n = 1;
	if (*b->p == '<')
		die(at, "< in an attribute is written &lt;");
	if (*b->p == '&')
		n = reference_length(b->p, b->end, at);
	else if (v->words && is_letter(*b->p))
		die(at, "words for people stand in {{_ \"...\"}}: %s", v->name);
	if (v->part != URL_NONE)
		url_letter(b, v, *b->p);
	put_literal(b, b->p, n);
	b->line += *b->p == '\n';
	b->p += n;
}

static void value_part(struct body *b, void *user)
{
	while (b->p < b->end && *b->p != '"' && !b->held.n) {
		if (at_directive(b))
			value_directive(b, user);
		else
			value_letter(b, user);
	}
}

static void branch_of_value(struct body *b, void *user)
{
	struct value_branches *w = user;
	value_part(b, w->v);
}

static void value_directive(struct body *b, struct value *v)
{
	struct place at;
	struct tokens t = read_directive(b, &at);
	struct value_branches w = { .v = v, .before = v->part, .n_letters = v->letters.n };
	const struct branching how = { value_branch_begin, branch_of_value, value_branch_end, &w };
	if (!t.n || hold_directive(b, &t, at))
		return;
	if (read_branches(b, &t, at, &how)) {
		v->part = w.joined;
		return;
	}
	if (attribute_is_literal(v->name))
		die(at, "%s= is written out: a value may not decide it", v->name);
	put_value(b, &t, at, url_value(v, at));
}

/* Behind the first quote; moves past the second. */
static void read_value(struct body *b, struct tag *tag, struct attribute *a, bool untranslated)
{
	struct place at = place_of(b);
	const char *from = b->p;
	struct value v = { .tag = tag, .name = a->name,
			   .part = attribute_is_url(a->name) ? URL_START : URL_NONE,
			   .words = attribute_is_words(a->name) && !untranslated };
	value_part(b, &v);
	if (b->held.n)
		die(b->held_at, "a branch ends inside the value of %s", a->name);
	if (b->p == b->end)
		die(at, "the value of %s has no closing quote", a->name);
	a->value = copy(from, (size_t)(b->p - from));
	a->dynamic = strstr(a->value, "{{") != NULL;
	b->p++;
}

/* ---- attributes ---- */

static struct attribute *attribute_find(const struct tag *tag, const char *name)
{
	for (size_t i = 0; i < tag->n; i++) {
		if (strcmp(tag->attribute[i].name, name) == 0 && !tag->attribute[i].asleep)
			return &tag->attribute[i];
	}
	return NULL;
}

/* An attribute that is always there. */
static const char *attribute_value(const struct tag *tag, const char *name)
{
	const struct attribute *a = attribute_find(tag, name);
	return a && !a->conditional ? a->value ? a->value : "" : NULL;
}

static bool untranslated(const struct body *b)
{
	return b->n_open && b->open[b->n_open - 1].untranslated;
}

static void read_attribute(struct body *b, struct tag *tag)
{
	struct place at = place_of(b);
	size_t n = 0;
	while (b->p + n < b->end && (isalnum((unsigned char)b->p[n]) || b->p[n] == '-'))
		n++;
	if (b->p + n < b->end && b->p[n] == '{')
		die(at, "a value in the name of an attribute");
	if (!n)
		die(at, "\"%c\" begins no attribute", *b->p);
	char *name = copy(b->p, n);
	attribute_allowed(name, tag->element->traits & ELEMENT_SVG, at);
	if (attribute_find(tag, name))
		die(at, "%s= twice in one tag", name);
	tag->attribute = grow(tag->attribute, &tag->n, sizeof(*tag->attribute));
	struct attribute *a = &tag->attribute[tag->n - 1];
	*a = (struct attribute){ .name = name, .conditional = b->branches > tag->branches };
	b->p += n;
	put_literal(b, " ", 1);
	put_literal(b, name, n);
	if (b->p == b->end || *b->p != '=')
		return;
	if (b->end - b->p < 2 || b->p[1] != '"')
		die(at, "the value of %s stands in double quotes", name);
	b->p += 2;
	put_literal(b, "=\"", 2);
	read_value(b, tag, a, untranslated(b));
	put_literal(b, "\"", 1);
}

struct tag_branches {
	struct tag *tag;
	size_t from;
};

static void tag_branch_begin(struct body *b, void *user)
{
	struct tag_branches *w = user;
	(void)b;
	for (size_t i = w->from; i < w->tag->n; i++)
		w->tag->attribute[i].asleep = true;
}

static void read_attributes(struct body *b, struct tag *tag);

static void branch_of_tag(struct body *b, void *user)
{
	struct tag_branches *w = user;
	read_attributes(b, w->tag);
}

static void tag_directive(struct body *b, struct tag *tag)
{
	struct place at;
	struct tokens t = read_directive(b, &at);
	struct tag_branches w = { tag, tag->n };
	const struct branching how = { tag_branch_begin, branch_of_tag, NULL, &w };
	if (!t.n || hold_directive(b, &t, at))
		return;
	if (token_is(t.token, "each"))
		die(at, "{{each}} inside a tag would write an attribute twice");
	if (!read_branches(b, &t, at, &how))
		die(at, "in a tag a value stands only in quotes, behind NAME=");
	for (size_t i = w.from; i < tag->n; i++)
		tag->attribute[i].asleep = false;
}

/* Up to the > (or /> in a drawing), or to a held directive. */
static void read_attributes(struct body *b, struct tag *tag)
{
	while (b->p < b->end && *b->p != '>' && !b->held.n) {
		bool space = isspace((unsigned char)*b->p);
		if (space) {
			b->line += *b->p++ == '\n';
			continue;
		}
		if (at_directive(b)) {
			tag_directive(b, tag);
			continue;
		}
		if (*b->p == '/' && tag->element->traits & ELEMENT_SVG && b->p + 1 < b->end &&
		    b->p[1] == '>') {
			tag->closed = true;
			b->p++;
			continue;
		}
		if (*b->p == '/')
			die(place_of(b), "/> means nothing in HTML");
		read_attribute(b, tag);
	}
}

/* ---- what an element needs ---- */

static void need(const struct tag *tag, const char *name, const char *why)
{
	if (!attribute_value(tag, name))
		die(tag->at, "<%s> without %s: %s", tag->element->name, name, why);
}

static bool attribute_equals(const struct tag *tag, const char *name, const char *value)
{
	const char *is = attribute_value(tag, name);
	return is && strcmp(is, value) == 0;
}

static void check_id(struct body *b, const struct tag *tag)
{
	for (size_t i = 0; i < tag->n; i++) {
		const struct attribute *a = &tag->attribute[i];
		if (strcmp(a->name, "id") != 0 || a->dynamic)
			continue;
		if (b->n_loops)
			die(tag->at, "id \"%s\" in {{each}} would be there more than once",
			    a->value);
		b->d->id = grow(b->d->id, &b->d->n_ids, sizeof(*b->d->id));
		b->d->id[b->d->n_ids - 1] = (struct id){ a->value, tag->at };
	}
}

static bool inside_label(const struct body *b)
{
	for (size_t i = 0; i < b->n_open; i++) {
		if (strcmp(b->open[i].element->name, "label") == 0)
			return true;
	}
	return false;
}

/* A control that its tag and its ancestors leave without a label waits for a <label for>. */
static void check_control(struct body *b, const struct tag *tag)
{
	static const char *const named_by_value[] = { "hidden", "submit", "reset", "button", NULL };
	const char *name = tag->element->name;
	if (strcmp(name, "input") != 0 && strcmp(name, "select") != 0 &&
	    strcmp(name, "textarea") != 0)
		return;
	if (attribute_equals(tag, "type", "image"))
		die(tag->at, "<input type=\"image\">: write a <button> with an <img> in it");
	for (const char *const *type = named_by_value; *type; type++) {
		if (attribute_equals(tag, "type", *type))
			return;
	}
	if (attribute_value(tag, "aria-label") || attribute_value(tag, "aria-labelledby") ||
	    inside_label(b))
		return;
	b->control = grow(b->control, &b->n_controls, sizeof(*b->control));
	b->control[b->n_controls - 1] =
		(struct control){ tag->at, name, attribute_value(tag, "id") };
}

void check_labels(const struct body *b)
{
	for (size_t i = 0; i < b->n_controls; i++) {
		const struct control *c = &b->control[i];
		size_t at = 0;
		while (c->id && at < b->n_labels && strcmp(b->label_for[at], c->id) != 0)
			at++;
		if (!c->id || at == b->n_labels)
			die(c->at, "<%s> without a label", c->name);
	}
}

static void check_form(struct body *b, const struct tag *tag)
{
	const char *method = attribute_value(tag, "method");
	bool post = method && strcmp(method, "post") == 0;
	if (!method || (!post && strcmp(method, "get") != 0))
		die(tag->at, "a form says method=\"get\" or method=\"post\"");
	b->form = (struct form){ tag->at, true, post, false, false, b->branches };
	b->d->has_form = true;
}

static void check_tag(struct body *b, const struct tag *tag)
{
	const char *name = tag->element->name;
	check_id(b, tag);
	check_control(b, tag);
	if (strcmp(name, "img") == 0)
		need(tag, "alt", "what is it to who cannot see it? (alt=\"\": nothing)");
	else if (strcmp(name, "html") == 0)
		need(tag, "lang", "which language does the page speak?");
	else if (strcmp(name, "form") == 0)
		check_form(b, tag);
	else if (strcmp(name, "svg") == 0 && !attribute_value(tag, "aria-label") &&
		 !attribute_equals(tag, "aria-hidden", "true"))
		die(tag->at, "<svg> without aria-label or aria-hidden=\"true\"");
	const char *label_for = strcmp(name, "label") == 0 ? attribute_value(tag, "for") : NULL;
	if (label_for) {
		b->label_for = grow(b->label_for, &b->n_labels, sizeof(*b->label_for));
		b->label_for[b->n_labels - 1] = format("%s", label_for);
	}
}

static void check_place(const struct body *b, const struct tag *tag)
{
	const struct element *e = tag->element;
	for (size_t i = 0; i < b->n_open; i++) {
		const struct element *around = b->open[i].element;
		if (e->traits & ELEMENT_ENDS_P && strcmp(around->name, "p") == 0)
			die(tag->at, "<%s> ends the <p> of line %d", e->name, b->open[i].at.line);
		if (e->traits & ELEMENT_ALONE && around == e)
			die(tag->at, "<%s> inside the <%s> of line %d", e->name, e->name,
			    b->open[i].at.line);
	}
	b->d->has_block = b->d->has_block || e->traits & ELEMENT_ENDS_P;
	bool in_svg = b->n_open && b->open[b->n_open - 1].element->traits & ELEMENT_SVG;
	if (in_svg != (e->traits & ELEMENT_SVG && strcmp(e->name, "svg") != 0))
		die(tag->at, "<%s> does not stand %s a drawing", e->name,
		    in_svg ? "in" : "outside of");
}

/* {{x}}, but no branch: that would be one of attributes. */
static bool value_follows(const char *p, const char *end)
{
	static const char *const branch[] = { "if", "else", "end", "#", NULL };
	if (end - p < 3 || p[0] != '{' || p[1] != '{')
		return false;
	for (const char *const *word = branch; *word; word++) {
		size_t n = strlen(*word);
		if ((size_t)(end - p) > n + 2 && strncmp(p + 2, *word, n) == 0 &&
		    !isalnum((unsigned char)p[n + 2]))
			return false;
	}
	return true;
}

const struct element *begin_tag(struct body *b)
{
	struct place at = place_of(b);
	size_t n = 0;
	b->p++;
	while (b->p + n < b->end && isalnum((unsigned char)b->p[n]))
		n++;
	if (value_follows(b->p + n, b->end))
		die(at, "a value in the name of a tag");
	if (!n)
		die(at, "a < that opens no tag is written &lt;");
	for (size_t i = 0; i < n; i++) {
		if (isupper((unsigned char)b->p[i]))
			die(at, "names of tags are lower case");
	}
	b->p += n;
	return element_find(copy(b->p - n, n), at);
}

void read_tag(struct body *b, const struct element *e, bool *ret_open)
{
	struct tag tag = { .element = e, .at = place_of(b), .branches = b->branches };
	bool silent = untranslated(b);
	check_place(b, &tag);
	if (b->n_open == OPEN_MAX)
		die(tag.at, "more than %d elements inside each other", OPEN_MAX);
	put_literal(b, "<", 1);
	put_literal(b, tag.element->name, strlen(tag.element->name));
	read_attributes(b, &tag);
	if (b->held.n)
		die(b->held_at, "a branch ends inside the tag <%s> of line %d", tag.element->name,
		    tag.at.line);
	if (b->p == b->end)
		die(tag.at, "the tag <%s> has no >", tag.element->name);
	b->p++;
	put_literal(b, tag.closed ? "/>" : ">", tag.closed ? 2 : 1);
	check_tag(b, &tag);
	silent = silent || tag.element->traits & ELEMENT_CODE ||
		attribute_equals(&tag, "translate", "no");
	*ret_open = !(tag.element->traits & ELEMENT_VOID) && !tag.closed;
	if (*ret_open)
		b->open[b->n_open++] = (struct open){ tag.element, tag.at, silent };
}
