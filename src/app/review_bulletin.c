/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was corrected after the freeze, said where the round is published.  Neither cluster nor
 * values are named: the answers of one cluster are not public. */
#include "app/review.h"
#include "base/date.h"

static struct str erratum_words(const struct call *c, const struct stored_erratum *x)
{
	const struct str at = str_sub(x->at, 0, 10);
	struct buf day;
	struct date d;
	buf_init(&day, c->a, 64);
	if (date_parse(at, false, &d))
		date_put_local(&day, c->lang, d);
	return str_fmt(c->a,
		       c->lang == LANG_ES
			       ? "N.º %lld, %.*s, pregunta %.*s: %.*s. Huella de los datos desde "
				 "entonces: %.*s"
			       : "No. %lld, %.*s, question %.*s: %.*s. Hash of the data from then "
				 "on: %.*s",
		       (long long)x->number, STR_ARG(day.n ? buf_str(&day) : at),
		       STR_ARG(x->question), STR_ARG(x->reason),
		       STR_ARG(str_sub(x->data_after, 0, 16)));
}

bool review_add_errata(const struct call *c, struct store *s, struct str round,
		       struct document *d, struct err *e)
{
	struct stored_erratum *list;
	size_t n;
	if (!store_list_errata(s, c->a, round, &list, &n, e))
		return false;
	if (!n)
		return true;
	struct str *item = NEW(c->a, n, struct str);
	for (size_t i = 0; i < n; i++)
		item[i] = erratum_words(c, &list[i]);
	struct section *all = NEW(c->a, d->n_sections + 1, struct section);
	struct block *block = NEW(c->a, 2, struct block);
	const struct str title = call_say(c, "Erratas", "Errata");
	for (size_t i = 0; i < d->n_sections; i++)
		all[i] = d->section[i];
	block[0] = (struct block){ .kind = BLOCK_HEADING, .level = 2, .text = title };
	block[1] = (struct block){ .kind = BLOCK_LIST, .item = item, .n = n };
	all[d->n_sections] = (struct section){ .id = STR("erratas"),
					       .title = title,
					       .style = SECTION_QUIET,
					       .block = block,
					       .n = 2 };
	d->section = all;
	d->n_sections++;
	return true;
}
