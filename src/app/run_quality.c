/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The quality of a round's data: who answered, what stayed open, what was imputed. */
#include "app/print.h"
#include "app/run.h"
#include "codec/json.h"
#include "indicator/quality.h"

static double percent_of(size_t part, size_t all)
{
	return all ? 100.0 * (double)part / (double)all : 0;
}

static bool make(const struct call *c, struct store *s, const struct measure *m,
		 struct quality *out, struct err *e)
{
	struct measure before;
	bool found;
	if (!measure_before(c, s, m, &before, &found, e))
		return false;
	const struct quality_before last = { found ? before.instrument : NULL, &before.scores };
	quality_make(c->a, m->instrument, &m->tables, found ? &last : NULL, out);
	return true;
}

/* ---- JSON ---- */

static void put_groups(struct json_out *o, const struct call *c, const struct quality *q)
{
	json_put_key(o, STR("response"));
	json_put_array(o);
	for (size_t i = 0; i < q->n_by; i++) {
		for (size_t k = 0; k < q->by[i].n; k++) {
			const struct response_group *g = &q->by[i].group[k];
			json_put_object(o);
			json_member_string(o, "by", str_of(q->by[i].by));
			if (g->code.n)
				json_member_string(o, "code", g->code);
			else
				json_member_null(o, "code");
			json_member_string(o, "label", label_in(&g->label, c->lang));
			json_member_int(o, "registered", (int64_t)g->n_register);
			json_member_int(o, "answered", (int64_t)g->n_answered);
			json_member_int(o, "cells", (int64_t)g->cells);
			json_member_int(o, "open", (int64_t)g->open);
			json_end_object(o);
		}
	}
	json_end_array(o);
}

static void put_items(struct json_out *o, const struct quality *q)
{
	json_put_key(o, STR("items"));
	json_put_array(o);
	for (size_t i = 0; i < q->n_items; i++) {
		const struct item_response *item = &q->item[i];
		json_put_object(o);
		json_member_string(o, "question", item->question->name);
		json_member_int(o, "applicable", (int64_t)item->applicable);
		json_member_int(o, "answered", (int64_t)item->answered);
		json_member_int(o, "NR", (int64_t)item->n_nr);
		json_member_int(o, "ND", (int64_t)item->n_nd);
		json_member_int(o, "NA", (int64_t)item->n_na);
		json_end_object(o);
	}
	json_end_array(o);
}

static void put_imputed(struct json_out *o, const struct quality *q)
{
	json_put_key(o, STR("imputed"));
	json_put_array(o);
	for (size_t i = 0; i < q->n_imputed; i++) {
		const struct imputed_amount *one = &q->imputed[i];
		json_put_object(o);
		json_member_string(o, "question", one->question->name);
		json_member_int(o, "n", (int64_t)one->n);
		json_member_real(o, "amount", one->amount);
		json_member_real(o, "total", one->total);
		json_end_object(o);
	}
	json_end_array(o);
	json_member_real(o, "imputed_money_percent", q->imputed_share);
}

static void put_json(struct call *c, const struct measure *m, const struct quality *q)
{
	struct json_out o;
	json_out(&o, &c->out);
	json_put_object(&o);
	print_origin(&o, c, m);
	json_member_int(&o, "registered", (int64_t)q->n_register);
	json_member_int(&o, "answered", (int64_t)q->n_answered);
	json_member_real(&o, "item_median_percent", q->item_median);
	json_member_int(&o, "warnings", m->n_warnings);
	json_member_int(&o, "unexplained", m->n_unexplained);
	put_groups(&o, c, q);
	put_items(&o, q);
	put_imputed(&o, q);
	json_end_object(&o);
	buf_putc(&c->out, '\n');
}

/* ---- a table ---- */

static void add_row(struct print_table *t, const char *by, struct str value, size_t registered,
		    const struct response_group *g)
{
	struct str *cell = print_table_row(t);
	cell[0] = str_of(by);
	cell[1] = value;
	cell[2] = print_int(t->a, (int64_t)registered);
	cell[3] = print_int(t->a, (int64_t)g->n_answered);
	cell[4] = print_real(t->a, percent_of(g->n_answered, registered));
	cell[5] = print_real(t->a, percent_of(g->open, g->cells));
}

static void put_table(struct call *c, const struct quality *q)
{
	static const char *const head[] = { "by",	"value",   "registered",
					    "answered", "percent", "open_percent" };
	static const char *const es[] = { "grupo",	  "valor", "registradas",
					  "respondieron", "%",	   "% sin respuesta" };
	static const bool is_number[] = { false, false, true, true, true, true };
	struct print_table t;
	print_table_init(&t, c->a, print_head(c, head, es), is_number, 6);
	for (size_t i = 0; i < q->n_by; i++) {
		for (size_t k = 0; k < q->by[i].n; k++) {
			const struct response_group *g = &q->by[i].group[k];
			struct str label = label_in(&g->label, c->lang);
			add_row(&t, q->by[i].by, label.n ? label : g->code, g->n_register, g);
		}
	}
	if (call_wants(c, "text"))
		print_shorten(&t);
	print_table(c, &t);
}

static void say_rest(struct call *c, const struct quality *q)
{
	buf_fmt(&c->said,
		c->said_lang == LANG_ES
			? "Respondieron %zu de %zu. Preguntas con más de %d %% sin respuesta: %zu. "
			  "Preguntas con valores imputados: %zu.\n"
			: "%zu of %zu answered. Questions over %d%% left open: %zu. Questions with "
			  "imputed values: %zu.\n",
		q->n_answered, q->n_register, QUALITY_ITEM_MISSING_MAX, q->items_over,
		q->n_imputed);
}

bool run_quality(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct measure m;
	struct quality q;
	if (!call_store(c, &s, e) || !measure_round(c, s, call_text(c, "--round"), true, &m, e) ||
	    !make(c, s, &m, &q, e))
		return false;
	if (call_wants(c, "json")) {
		put_json(c, &m, &q);
		return true;
	}
	put_table(c, &q);
	say_rest(c, &q);
	return true;
}
