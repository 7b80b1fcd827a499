/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions that stand together on a page of the form: a group with what its numbers add up to, a
 * repeat with its items. */
#include <string.h>

#include "base/num.h"
#include "page/form_inside.h"

enum { TITLE_CHARACTERS_MAX = 60 };

/* Building the blocks of one section. */
struct building {
	const struct form_view *v;
	const struct form *form;
	const struct form_section *section;
	struct template_form_block *block;
	size_t n;
	size_t heading; /* group whose label was said last; NO_GROUP: none */
};

static bool in_section(const struct building *b, const struct look_entry *entry)
{
	return entry->index >= b->section->first &&
	       entry->index < b->section->first + b->section->n;
}

/* Nothing that a device fills in, and no file. */
static bool is_shown(const struct look_entry *entry)
{
	const struct question *q = entry->question;
	return q->type == QUESTION_NOTE || q->calculation || q->type == QUESTION_CALCULATE ||
	       form_is_asked(q);
}

/* ---- totals ---- */

static void add_cell(struct column_builder *b, struct str cell)
{
	double v;
	if (num_real(cell, &v))
		column_add_real(b, v);
	else
		column_add_missing(b, MISSING_NR);
}

/* What the group should add up to, over what is answered now. */
static bool target_of(const struct building *b, const struct expr *total, double *out)
{
	struct arena *a = b->v->c->a;
	const struct expr_env env = { 0 };
	size_t n;
	const struct str *name = expr_names(total, &n);
	const struct column **column = NEW(a, n + 1, const struct column *);
	for (size_t i = 0; i < n; i++) {
		const struct look_entry *entry = look_find(b->v->sheet->look, name[i], 0);
		struct column_builder *one = column_build(a, name[i], COLUMN_REAL, NULL);
		add_cell(one, entry ? entry->value : (struct str){ 0 });
		column[i] = column_done(one);
	}
	const struct column *result = expr_rows(a, total, frame_of(a, column, n, 1), &env);
	const struct cell cell = column_cell(result, 0);
	*out = cell.real;
	return cell.missing == MISSING_NO;
}

static struct str number_words(const struct building *b, double v)
{
	struct buf text;
	buf_init(&text, b->v->c->a, 64);
	num_put_local(&text, b->v->c->lang, v, v == (double)(int64_t)v ? 0 : 2);
	return buf_str(&text);
}

/* «Suma 80; faltan 20 para 100» */
static struct str total_words(const struct building *b, double sum, double target)
{
	struct call *c = b->v->c;
	const struct str is = number_words(b, sum), wanted = number_words(b, target);
	const double left = target - sum;
	const struct str rest = number_words(b, left < 0 ? -left : left);
	if (left > -1e-9 && left < 1e-9)
		return str_fmt(c->a, c->lang == LANG_ES ? "Suma %.*s: está completo."
							: "Adds up to %.*s: complete.",
			       STR_ARG(is));
	if (left > 0)
		return str_fmt(c->a,
			       c->lang == LANG_ES ? "Suma %.*s; faltan %.*s para %.*s."
						  : "Adds up to %.*s; %.*s are missing to %.*s.",
			       STR_ARG(is), STR_ARG(rest), STR_ARG(wanted));
	return str_fmt(c->a,
		       c->lang == LANG_ES ? "Suma %.*s; sobran %.*s de %.*s."
					  : "Adds up to %.*s; %.*s too many for %.*s.",
		       STR_ARG(is), STR_ARG(rest), STR_ARG(wanted));
}

static void put_total(const struct building *b, const struct expr *total,
		      struct template_form_block *out)
{
	struct buf parts;
	double sum = 0, v, target;
	buf_init(&parts, b->v->c->a, 8 << 10);
	for (size_t i = 0; i < out->n_fields; i++) {
		const struct look_entry *entry =
			look_find(b->v->sheet->look, out->fields[i].question, 0);
		buf_fmt(&parts, "%s%.*s", i ? " " : "", STR_ARG(out->fields[i].question));
		if (entry && num_real(entry->value, &v))
			sum += v;
	}
	out->has_total = true;
	out->parts = buf_str(&parts);
	if (target_of(b, total, &target)) {
		struct buf text;
		buf_init(&text, b->v->c->a, 64);
		num_put_real(&text, target);
		out->target = buf_str(&text);
		out->total = total_words(b, sum, target);
	} else {
		out->total = str_fmt(b->v->c->a,
				     b->v->c->lang == LANG_ES ? "Suma %.*s." : "Adds up to %.*s.",
				     STR_ARG(number_words(b, sum)));
	}
}

/* ---- groups ---- */

static size_t group_together(const struct form *f, const struct question *q)
{
	return q->repeat < 0 && q->group != NO_GROUP && f->group[q->group].together ? q->group
										      : NO_GROUP;
}

/* Entries from at on that stand in the same block. */
static size_t run_of_group(const struct building *b, size_t at, size_t group)
{
	const struct look *l = b->v->sheet->look;
	size_t n = 0;
	while (at + n < l->n && in_section(b, &l->entry[at + n]) &&
	       group_together(b->form, l->entry[at + n].question) == group)
		n++;
	return n;
}

static void add_group(struct building *b, size_t at, size_t n, size_t group)
{
	const struct group *g = &b->form->group[group];
	const enum lang lang = b->v->c->lang;
	struct template_form_block *out = &b->block[b->n++];
	struct template_form_field *field = NEW(b->v->c->a, n, struct template_form_field);
	bool hidden = true;
	size_t shown = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_shown(&b->v->sheet->look->entry[at + i]))
			continue;
		form_field_fill(b->v, at + i, &field[shown]);
		/* the page of evidence has all of them */
		field[shown].evidence_off = true;
		hidden = hidden && field[shown].hidden;
		shown++;
	}
	*out = (struct template_form_block){
		.kind = STR("group"),
		.name = g->name,
		.label = str_fmt(b->v->c->a, "%.*s %.*s", STR_ARG(g->name),
				 STR_ARG(label_in(&g->label, lang))),
		.hint = label_in(&g->hint, lang),
		.hidden = hidden,
		.fields = field,
		.n_fields = shown,
	};
	if (g->total)
		put_total(b, g->total, out);
}

static void add_one(struct building *b, size_t at)
{
	const struct look_entry *entry = &b->v->sheet->look->entry[at];
	const size_t group = entry->question->group;
	const size_t own = form_group(b->form, b->section->name)
				   ? (size_t)(form_group(b->form, b->section->name) -
					      b->form->group)
				   : NO_GROUP;
	struct template_form_block *out = &b->block[b->n];
	struct template_form_field *field = NEW(b->v->c->a, 1, struct template_form_field);
	if (!is_shown(entry))
		return;
	form_field_fill(b->v, at, field);
	if (group != b->heading && group != NO_GROUP && group != own)
		field->heading = label_in(&b->form->group[group].label, b->v->c->lang);
	b->heading = group;
	*out = (struct template_form_block){ .kind = STR("one"), .fields = field, .n_fields = 1 };
	b->n++;
}

/* ---- repeats ---- */

/* Its first characters. */
static struct str text_short(struct str text)
{
	size_t at = 0, n = 0;
	while (at < text.n && n++ < TITLE_CHARACTERS_MAX)
		(void)utf8_next(text, &at);
	return str_sub(text, 0, at);
}

static struct str item_title(const struct building *b, const struct template_form_field *f,
			     size_t n, int64_t place)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(f[i].type, "text") && f[i].shown.n)
			return str_fmt(b->v->c->a, "%lld. %.*s", (long long)place,
				       STR_ARG(text_short(f[i].shown)));
	return str_fmt(b->v->c->a, "%lld. %.*s", (long long)place,
		       STR_ARG(call_say(b->v->c, "Ficha nueva", "New record")));
}

static struct str item_state(const struct building *b, const struct template_form_field *f,
			     size_t n, bool *ret_open)
{
	struct call *c = b->v->c;
	size_t owed = 0, faults = 0, answered = 0;
	for (size_t i = 0; i < n; i++) {
		owed += f[i].owed;
		faults += f[i].fault.n > 0;
		answered += f[i].shown.n > 0;
	}
	*ret_open = owed || faults || !answered;
	if (faults)
		return call_say(c, "con respuestas por corregir", "with answers to correct");
	if (!answered)
		return call_say(c, "vacía", "empty");
	return owed ? call_say(c, "incompleta", "incomplete")
		    : call_say(c, "completa", "complete");
}

static void fill_item(const struct building *b, size_t at, size_t n,
		      int64_t place, struct template_form_item *out)
{
	struct template_form_field *field = NEW(b->v->c->a, n, struct template_form_field);
	size_t shown = 0;
	for (size_t i = 0; i < n; i++) {
		const struct look_entry *entry = &b->v->sheet->look->entry[at + i];
		if (form_is_asked(entry->question) || entry->question->type == QUESTION_NOTE)
			form_field_fill(b->v, at + i, &field[shown++]);
	}
	*out = (struct template_form_item){
		.number = b->v->sheet->look->entry[at].item,
		.title = item_title(b, field, shown, place),
		.fields = field,
		.n_fields = shown,
	};
	out->state = item_state(b, field, shown, &out->open);
	out->open = (out->open && !b->v->readonly) || out->number == b->v->open_item;
}

/* Fields of the open ones first; the others are one line. */
static void choose_whole(const struct building *b, struct template_form_item *item, size_t n)
{
	size_t room = ITEMS_WHOLE_MAX;
	for (size_t i = 0; i < n; i++)
		if (item[i].number == b->v->open_item || b->v->readonly)
			item[i].whole = room > 0 && room--;
	for (size_t i = 0; i < n && room; i++)
		if (item[i].open && !item[i].whole)
			item[i].whole = room-- > 0;
	for (size_t i = 0; i < n && room; i++)
		if (!item[i].whole)
			item[i].whole = room-- > 0;
}

/* The number after every one that was ever given; 0: no room for more. */
static int64_t next_item(const struct building *b, struct str repeat)
{
	const struct sheet *sheet = b->v->sheet;
	int64_t last = 0;
	for (size_t i = 0; i < sheet->n_changes; i++) {
		const struct answer_change *ch = &sheet->change[i];
		const struct question *q = form_question(b->form, ch->question);
		const struct str of = q && q->repeat >= 0 ? b->form->repeat[q->repeat].name
							  : ch->question;
		if (ch->item > last && str_eq(of, repeat))
			last = ch->item;
	}
	return last < REPEAT_ITEMS_MAX ? last + 1 : 0;
}

static bool is_of_repeat(const struct look_entry *entry, int repeat)
{
	return entry->question->repeat == repeat;
}

/* Returns the entry behind the repeat's. */
static size_t add_repeat(struct building *b, size_t at, int repeat)
{
	const struct look *l = b->v->sheet->look;
	const struct repeat *r = &b->form->repeat[repeat];
	struct template_form_block *out = &b->block[b->n++];
	size_t end = at, n = 0;
	while (end < l->n && is_of_repeat(&l->entry[end], repeat))
		end++;
	struct template_form_item *item = NEW(b->v->c->a, end - at, struct template_form_item);
	for (size_t i = at; i < end;) {
		size_t k = i;
		while (k < end && l->entry[k].item == l->entry[i].item)
			k++;
		fill_item(b, i, k - i, (int64_t)n + 1, &item[n]);
		n++;
		i = k;
	}
	choose_whole(b, item, n);
	*out = (struct template_form_block){
		.kind = STR("repeat"),
		.name = r->name,
		.label = str_fmt(b->v->c->a, "%.*s %.*s", STR_ARG(r->name),
				 STR_ARG(label_in(&r->label, b->v->c->lang))),
		.items = item,
		.n_items = n,
		.next_item = next_item(b, r->name),
	};
	return end;
}

/* A repeat without items has no entry: it stands where its questions would. */
static int repeat_before(const struct building *b, size_t question, const bool *done)
{
	for (size_t i = b->section->first; i < question; i++) {
		const int repeat = b->form->question[i].repeat;
		if (repeat >= 0 && !done[repeat])
			return repeat;
	}
	return -1;
}

/* ---- all of a section ---- */

static size_t add_next(struct building *b, size_t at, bool *done)
{
	const struct look_entry *entry = &b->v->sheet->look->entry[at];
	const int missed = repeat_before(b, entry->index, done);
	if (missed >= 0 && entry->question->repeat != missed) {
		done[missed] = true;
		(void)add_repeat(b, at, missed);
		return at;
	}
	if (entry->question->repeat >= 0) {
		done[entry->question->repeat] = true;
		return add_repeat(b, at, entry->question->repeat);
	}
	const size_t group = group_together(b->form, entry->question);
	if (group == NO_GROUP) {
		add_one(b, at);
		return at + 1;
	}
	const size_t n = run_of_group(b, at, group);
	add_group(b, at, n, group);
	return at + n;
}

const struct template_form_block *form_blocks(const struct form_view *v, size_t section,
					      size_t *ret_n)
{
	const struct form *f = v->sheet->form;
	const struct look *l = v->sheet->look;
	struct building b = { .v = v, .form = f, .section = &f->section[section],
			      .heading = NO_GROUP };
	bool *done = NEW(v->c->a, f->n_repeats, bool);
	b.block = NEW(v->c->a, l->n + f->n_repeats + 1, struct template_form_block);
	size_t at = 0;
	while (at < l->n && !in_section(&b, &l->entry[at]))
		at++;
	while (at < l->n && in_section(&b, &l->entry[at]))
		at = add_next(&b, at, done);
	const size_t behind = b.section->first + b.section->n;
	for (int missed; (missed = repeat_before(&b, behind, done)) >= 0;) {
		done[missed] = true;
		(void)add_repeat(&b, l->n, missed);
	}
	*ret_n = b.n;
	return b.block;
}
