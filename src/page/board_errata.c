/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Corrections of a round after its freeze. */
#include "page/review_inside.h"

static struct str value_words(struct call *c, const struct instrument *in,
			      const struct stored_erratum *x, struct str cell)
{
	const struct question *q = form_question(in->form[FORM_CLUSTER], x->question);
	if (q && q->personal)
		return call_say(c, "dato personal", "personal data");
	return q ? review_value_words(c->a, q, cell, c->lang) : cell;
}

static void put_rows(struct call *c, const struct instrument *in, const struct stored_erratum *list,
		     size_t n, struct template_errata *t)
{
	struct template_erratum_row *out = NEW(c->a, n + 1, struct template_erratum_row);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct template_erratum_row){
			.number = list[i].number,
			.cluster = list[i].cluster,
			.question = review_key(c->a, list[i].question, list[i].item),
			.before = value_words(c, in, &list[i], list[i].before),
			.after = value_words(c, in, &list[i], list[i].after),
			.reason = list[i].reason,
			.author = list[i].author,
			.at = list[i].at,
			.sha256 = str_sub(list[i].data_after, 0, 16),
		};
	t->rows = out;
	t->n_rows = n;
}

bool errata_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	const struct instrument *in;
	struct stored_erratum *list;
	struct stored_round round;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) ||
	    !store_get_round_head(s, c->a, call_text(c, "--round"), &round, e) ||
	    !cache_instrument(c, s, round.instrument_id, round.instrument_version, &in, e) ||
	    !store_list_errata(s, c->a, round.id, &list, &n, e))
		return false;
	struct template_errata t = {
		.csv = page_may(c, "/api/rounds/{--round}/errata"),
		.round = round.id,
		.frozen = round.state == ROUND_FROZEN || round.state == ROUND_PUBLISHED,
		.may = (c->caller.roles & ROLE_TEAM) != 0,
		.fault = fault ? *fault : fault_none(),
	};
	if (fault) {
		t.cluster = call_text(c, "--cluster");
		t.question = call_text(c, "--question");
		t.item = call_given(c, "--item")
				 ? str_fmt(c->a, "%lld", (long long)call_integer(c, "--item", 0))
				 : STR("");
		t.value = call_text(c, "--value");
		t.reason = call_text(c, "--reason");
	}
	put_rows(c, in, list, n, &t);
	template_errata(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_errata(struct call *c, struct err *e)
{
	return errata_again(c, NULL, e);
}

bool write_erratum(struct call *c, struct err *e)
{
	if (!do_erratum(c, e))
		return false;
	const struct erratum_deed *d = erratum_of(c);
	if (d->refused) {
		const struct param named = { .name = d->field ? d->field : "" };
		const struct template_fault fault = {
			.field = d->field ? str_of(param_web_name(c->a, &named)) : STR(""),
			.why = label_in(&d->why, c->lang),
		};
		return errata_again(c, &fault, e);
	}
	page_go(c, str_fmt(c->a, "/rondas/%.*s/erratas", STR_ARG(d->round.id)), "errata");
	return true;
}
