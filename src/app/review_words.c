/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as people read them. */
#include "app/review.h"
#include "base/date.h"
#include "base/num.h"

enum { VALUE_WORDS_BYTES_MAX = 16 << 10 };

struct str review_question_words(struct arena *a, const struct question *q, enum lang lang)
{
	const struct str group = label_in(&q->group_label, lang), own = label_in(&q->label, lang);
	if (!own.n)
		return group.n ? group : q->name;
	if (!group.n || str_eq(group, own))
		return own;
	return str_fmt(a, "%.*s — %.*s", STR_ARG(group), STR_ARG(own));
}

bool review_number(const struct question *q, struct str cell, double *out)
{
	return (q->type == QUESTION_INTEGER || q->type == QUESTION_DECIMAL ||
		q->type == QUESTION_RANGE || q->type == QUESTION_CALCULATE) &&
	       num_real(cell, out);
}

static struct str missing_words(struct str cell, enum lang lang)
{
	if (str_is(cell, "ND"))
		return lang == LANG_ES ? STR("no sabe") : STR("does not know");
	return lang == LANG_ES ? STR("no aplica") : STR("does not apply");
}

/* The labels of the options that the cell names, with commas between. */
static struct str option_words(struct arena *a, const struct question *q, struct str cell,
			       enum lang lang)
{
	const struct dictionary *d = &q->list->options;
	struct str rest = cell, word;
	struct buf b;
	buf_init(&b, a, VALUE_WORDS_BYTES_MAX);
	while ((word = str_word(&rest)).n) {
		const int64_t at = dictionary_find(d, word);
		const struct str label = at >= 0 && d->label ? label_in(&d->label[at], lang)
							     : (struct str){ 0 };
		buf_puts(&b, b.n ? ", " : "");
		buf_put(&b, label.n ? label : word);
	}
	return buf_str(&b);
}

static struct str date_words(struct arena *a, const struct question *q, struct str cell,
			     enum lang lang)
{
	struct date d;
	struct buf b;
	if (!date_parse(cell, true, &d))
		return cell;
	buf_init(&b, a, 64);
	if (str_find(q->appearance, STR("month-year"), NULL))
		buf_fmt(&b, "%02d/%d", d.month, d.year);
	else
		date_put_local(&b, lang, d);
	return buf_str(&b);
}

struct str review_value_words(struct arena *a, const struct question *q, struct str cell,
			      enum lang lang)
{
	if (!cell.n)
		return cell;
	if (str_is(cell, "ND") || str_is(cell, "NA"))
		return missing_words(cell, lang);
	if (q->list)
		return option_words(a, q, cell, lang);
	if (q->type == QUESTION_DATE)
		return date_words(a, q, cell, lang);
	return look_typed_of_cell(a, q, cell, lang);
}
