/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question as a field: which kind of field, what stands in it, what stands beside it. */
#include <string.h>

#include "base/num.h"
#include "base/spell.h"
#include "page/form_inside.h"

bool form_is_asked(const struct question *q)
{
	static const bool answered_by_hand[] = {
		[QUESTION_TEXT] = true,	       [QUESTION_INTEGER] = true,
		[QUESTION_DECIMAL] = true,     [QUESTION_RANGE] = true,
		[QUESTION_SELECT_ONE] = true,  [QUESTION_SELECT_MULTIPLE] = true,
		[QUESTION_RANK] = true,	       [QUESTION_DATE] = true,
		[QUESTION_ACKNOWLEDGE] = true, [QUESTION_GEOPOINT] = true,
		[QUESTION_TODAY] = false, /* the last; a file is evidence */
	};
	return answered_by_hand[q->type] && !q->calculation;
}

static bool looks(const struct question *q, const char *word)
{
	size_t at;
	return str_find(q->appearance, str_of(word), &at);
}

static bool is_number(const struct question *q)
{
	return q->type == QUESTION_INTEGER || q->type == QUESTION_DECIMAL ||
	       q->type == QUESTION_RANGE;
}

/* ---- options ---- */

static bool word_in(struct str list, struct str word)
{
	struct str w;
	while ((w = str_word(&list)).n)
		if (str_eq(w, word))
			return true;
	return false;
}

/* Two options called the same are told apart by their names: municipalities. */
static bool called_twice(const struct template_form_option *o, size_t n, size_t i)
{
	for (size_t k = 0; k < n; k++)
		if (k != i && str_eq(o[k].word, o[i].word))
			return true;
	return false;
}

static const struct template_form_option *options_of(const struct form_view *v,
						     const struct look_entry *entry,
						     size_t *ret_n)
{
	const struct dictionary *d = &entry->question->list->options;
	struct template_form_option *out = NEW(v->c->a, d->n, struct template_form_option);
	size_t n = 0;
	for (size_t i = 0; i < d->n; i++) {
		const bool chosen = word_in(entry->value, d->name[i]);
		if (entry->allowed && !entry->allowed[i] && !chosen)
			continue;
		const struct str label = d->label ? label_in(&d->label[i], v->c->lang)
						  : (struct str){ 0 };
		out[n++] = (struct template_form_option){
			.value = d->name[i],
			.word = label.n ? label : d->name[i],
			.chosen = chosen,
		};
	}
	for (size_t i = 0; i < n && n <= CHECKS_MAX && entry->allowed; i++)
		if (called_twice(out, n, i))
			out[i].more = out[i].value;
	*ret_n = n;
	return out;
}

/* The steps of a range, as their cells. */
static const struct template_form_option *steps_of(const struct form_view *v,
						   const struct look_entry *entry, size_t *ret_n)
{
	const struct question *q = entry->question;
	struct template_form_option *out = NEW(v->c->a, SCALE_MAX, struct template_form_option);
	*ret_n = 0;
	if (q->range_step <= 0)
		return out;
	for (size_t i = 0; i < SCALE_MAX; i++) {
		const double at = q->range_start + (double)i * q->range_step;
		struct buf b;
		if (at > q->range_end)
			return out;
		buf_init(&b, v->c->a, 64);
		num_put_real(&b, at);
		out[i].value = buf_str(&b);
		out[i].word = look_typed_of_cell(v->c->a, q, out[i].value, v->c->lang);
		out[i].chosen = str_eq(entry->value, out[i].value);
		*ret_n = i + 1;
	}
	const double next = q->range_start + (double)SCALE_MAX * q->range_step;
	if (next <= q->range_end)
		*ret_n = 0; /* too many for a row */
	return out;
}

/* A list of options for each place. */
static void put_ranks(const struct form_view *v, const struct look_entry *entry,
		      struct template_form_field *f)
{
	const struct question *q = entry->question;
	size_t n_options;
	const struct template_form_option *all = options_of(v, entry, &n_options);
	const size_t n = q->rank_max && q->rank_max < n_options ? q->rank_max : n_options;
	struct template_form_rank *rank = NEW(v->c->a, n, struct template_form_rank);
	struct str rest = entry->value;
	for (size_t i = 0; i < n; i++) {
		struct template_form_option *o = NEW(v->c->a, n_options,
						     struct template_form_option);
		const struct str chosen = str_word(&rest);
		if (n_options)
			memcpy(o, all, n_options * sizeof(*o));
		for (size_t k = 0; k < n_options; k++)
			o[k].chosen = chosen.n && str_eq(o[k].value, chosen);
		rank[i] = (struct template_form_rank){ (int64_t)i + 1, o, n_options };
	}
	f->kind = STR("rank");
	f->ranks = rank;
	f->n_ranks = n;
}

static void put_select(const struct form_view *v, const struct look_entry *entry,
		       struct template_form_field *f)
{
	f->options = options_of(v, entry, &f->n_options);
	const bool many = f->n_options > RADIOS_MAX;
	if (entry->question->type == QUESTION_SELECT_MULTIPLE) {
		f->kind = f->n_options > CHECKS_MAX ? STR("many") : STR("checks");
		f->mode = many ? STR("columns") : (struct str){ 0 };
		return;
	}
	f->kind = many || looks(entry->question, "minimal") ? STR("select") : STR("radios");
	if (looks(entry->question, "likert"))
		f->mode = STR("scale");
}

/* ---- fields that are typed ---- */

static void put_number(const struct form_view *v, const struct look_entry *entry,
		       struct template_form_field *f)
{
	const struct question *q = entry->question;
	int64_t pesos;
	if (q->type == QUESTION_RANGE) {
		f->options = steps_of(v, entry, &f->n_options);
		if (f->n_options) {
			f->kind = STR("radios");
			f->mode = STR("scale");
			return;
		}
	}
	f->kind = STR("number");
	f->mode = q->type == QUESTION_INTEGER ? STR("numeric") : STR("decimal");
	f->longest = NUMBER_TEXT_MAX;
	f->affix = form_unit_words(v->c, q->unit);
	f->described = str_is(q->unit, "cop");
	if (f->described && num_int(entry->value, &pesos)) {
		struct buf b;
		buf_init(&b, v->c->a, 512);
		spell_pesos(&b, v->c->lang, pesos);
		f->words = buf_str(&b);
	}
}

/* A picker where it can show what is there; else a text, so that a faulty one is seen. */
static void put_date(const struct look_entry *entry, struct template_form_field *f)
{
	struct date d;
	f->longest = NUMBER_TEXT_MAX;
	if (looks(entry->question, "month-year")) {
		f->kind = STR("month");
		f->mode = STR("numeric");
	} else {
		f->kind = !f->value.n || date_parse(entry->value, false, &d) ? STR("date")
									       : STR("text");
	}
}

static struct str typed_value(const struct form_view *v, const struct look_entry *entry)
{
	const struct question *q = entry->question;
	struct date d;
	if (q->type == QUESTION_DATE && date_parse(entry->value, true, &d))
		return looks(q, "month-year") ? str_fmt(v->c->a, "%02d/%d", d.month, d.year)
					      : entry->value;
	return look_typed_of_cell(v->c->a, q, entry->value, v->c->lang);
}

static void put_acknowledge(const struct form_view *v, const struct look_entry *entry,
			    struct template_form_field *f)
{
	struct template_form_option *o = NEW(v->c->a, 1, struct template_form_option);
	*o = (struct template_form_option){
		.value = STR("OK"),
		.word = call_say(v->c, "Sí, lo confirmo", "Yes, I confirm"),
		.chosen = entry->value.n && !f->nd && !f->na,
	};
	f->kind = STR("radios");
	f->options = o;
	f->n_options = 1;
}

static void put_kind(const struct form_view *v, const struct look_entry *entry,
		     struct template_form_field *f)
{
	const struct question *q = entry->question;
	if (q->type == QUESTION_NOTE) {
		f->kind = STR("note");
	} else if (!form_is_asked(q)) {
		f->kind = STR("shown");
	} else if (q->type == QUESTION_RANK) {
		put_ranks(v, entry, f);
	} else if (q->list) {
		put_select(v, entry, f);
	} else if (is_number(q)) {
		put_number(v, entry, f);
	} else if (q->type == QUESTION_DATE) {
		put_date(entry, f);
	} else if (q->type == QUESTION_ACKNOWLEDGE) {
		put_acknowledge(v, entry, f);
	} else {
		f->kind = looks(q, "multiline") ? STR("multi") : STR("text");
		f->longest = ANSWER_BYTES_MAX / 4; /* characters of up to four bytes */
	}
}

/* ---- what stands beside ---- */

static struct str sentence(struct arena *a, const struct look_finding *found, size_t n)
{
	struct buf b;
	buf_init(&b, a, 16 << 10);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(found[i].message));
	return buf_str(&b);
}

static void put_findings(const struct form_view *v, const struct look_entry *entry,
			 struct template_form_field *f)
{
	f->fault = sentence(v->c->a, entry->fault, entry->n_faults);
	if (entry->n_faults && entry->fault[0].suggestion.n)
		f->cure = entry->fault[0].suggestion;
	f->may_warn = entry->question->warning || entry->n_warnings;
	f->warning = sentence(v->c->a, entry->warning, entry->n_warnings);
	f->reason = entry->reason;
	f->owed = entry->required && entry->relevance == LOOK_ASKED && !entry->value.n;
}

static void put_before(const struct form_view *v, const struct look_entry *entry,
		       const struct answer_change *now, struct template_form_field *f)
{
	const struct before_cell *before =
		entry->item ? NULL : sheet_before(v->sheet, entry->question->name);
	if (!before)
		return;
	f->before = before->value;
	f->before_words = form_answer_words(v->c, entry->question, before->value);
	f->same = now && now->value.n && str_eq(now->value, before->value);
}

int64_t form_files_of(const struct form_view *v, struct str question, int64_t item)
{
	int64_t n = 0;
	for (size_t i = 0; i < v->n_files; i++)
		n += !v->file[i].removed_at.n && v->file[i].item == item &&
		     str_eq(v->file[i].question, question);
	return n;
}

/* Place among the questions that are asked, from 1. */
static int64_t number_of(const struct form *f, size_t question)
{
	int64_t n = 0;
	for (size_t i = 0; i <= question; i++)
		n += form_is_asked(&f->question[i]);
	return n;
}

void form_field_fill(const struct form_view *v, size_t entry, struct template_form_field *out)
{
	const struct look_entry *x = &v->sheet->look->entry[entry];
	const struct answer_change *now = v->sheet->now[entry];
	const struct question *q = x->question;
	*out = (struct template_form_field){
		.key = form_key(v->c->a, q->name, x->item, '.'),
		.anchor = form_key(v->c->a, q->name, x->item, '-'),
		.question = q->name,
		.item = x->item,
		.number = number_of(v->sheet->form, x->index),
		.type = str_of(question_type_name(q->type)),
		.label = label_in(&q->label, v->c->lang),
		.hint = label_in(&q->hint, v->c->lang),
		.unit = q->unit,
		.hidden = x->relevance == LOOK_SKIPPED,
		.required = q->required || q->required_if,
		.aside = x->set_aside,
		.nd = str_is(x->value, "ND"),
		.na = str_is(x->value, "NA"),
		.seen = now ? now->number : 0,
		.evidence = form_files_of(v, q->name, x->item),
		.evidence_off = x->item != 0,
		.shown = form_answer_words(v->c, q, x->value),
	};
	if (!out->nd && !out->na)
		out->value = typed_value(v, x);
	put_kind(v, x, out);
	out->evidence_off = out->evidence_off || !form_is_asked(q);
	put_findings(v, x, out);
	put_before(v, x, now, out);
	if (out->kind.n && str_is(out->kind, "radios") && (out->nd || out->na))
		out->value = x->value; /* so that it can be cleared */
}
